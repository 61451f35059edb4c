// The day on which a file was retrieved is the day of the calendar on the wall, not that of UTC.
import t from 'tap'
import { localDay } from '../../src/commands/import/local-day.js'

t.test('the day of the machine', (t) => {
  const { TZ } = process.env
  t.teardown(() => {
    if (TZ === undefined) delete process.env.TZ
    else process.env.TZ = TZ
  })
  for (const [zone, instant, day] of [
    ['UTC', '2026-03-01T00:00:00Z', '2026-03-01'],
    ['America/New_York', '2026-03-01T04:59:59Z', '2026-02-28'],
    ['America/New_York', '2026-03-01T05:00:00Z', '2026-03-01'],
    ['Pacific/Auckland', '2026-12-31T11:00:00Z', '2027-01-01'],
  ] as const) {
    process.env.TZ = zone
    t.equal(localDay(new Date(instant)), day, `${zone} ${instant}`)
  }
  t.end()
})
