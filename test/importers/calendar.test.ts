import t from 'tap'
import { isCalendarDate } from '../../src/importers/calendar.js'

t.test('a date is a day of the calendar', (t) => {
  for (const day of ['2024-02-29', '2026-12-31', '1999-01-01', '9999-12-31']) t.ok(isCalendarDate(day), day)
  for (const none of [
    '2023-02-29',
    '2024-02-30',
    '2026-13-01',
    '2026-00-10',
    '2026-04-31',
    '2026-01-00',
    '2026-1-1',
    '2026-01-01T00:00',
    '',
  ])
    t.notOk(isCalendarDate(none), none)
  t.end()
})
