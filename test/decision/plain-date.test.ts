// Calendar arithmetic against a calendar that is counted day by day.
import t from 'tap'
import {
  addDays,
  addMonths,
  calendarPeriod,
  daysBetween,
  firstOfMonthAfter,
  inRange,
  weekdayOf,
  weekdays,
} from '../../src/decision/shapes/plain-date.js'

const two = (n: number): string => String(n).padStart(2, '0')

const leapYears = new Set([1892, 1896, ...Array.from({ length: 49 }, (_, at) => 1904 + 4 * at), 2104, 2108])

/** Every date from 1890 to 2110, in order, written down month by month. */
const calendar: string[] = []
for (let year = 1890; year <= 2110; year++) {
  const isLeap = leapYears.has(year)
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  lengths.forEach((length, month) => {
    for (let day = 1; day <= length; day++) calendar.push(`${year}-${two(month + 1)}-${two(day)}`)
  })
}

t.test('one day on, one day back, every day from 1890 to 2110', async (t) => {
  const wrong = calendar
    .slice(1)
    .filter(
      (date, at) =>
        addDays(calendar[at] ?? '', 1) !== date ||
        addDays(date, -1) !== calendar[at] ||
        daysBetween(calendar[at] ?? '', date) !== 1,
    )
  t.strictSame(wrong, [])
  t.equal(calendar.includes('1900-02-29'), false)
  t.equal(calendar.includes('2000-02-29'), true)
  t.equal(calendar.includes('2100-02-29'), false)
})

t.test('days of the week follow one another, from a Wednesday on', async (t) => {
  // 1890-01-01 was a Wednesday; counted on from there day by day.
  t.strictSame(
    calendar.filter((date, at) => weekdayOf(date) !== weekdays[(at + 2) % 7]),
    [],
  )
  t.equal(weekdayOf('2026-11-24'), 'tuesday')
})

t.test('many days at once', async (t) => {
  const wrong: string[] = []
  for (let at = 0; at < calendar.length; at += 97) {
    for (const by of [0, 2, 27, 31, 60, 365, 366, 1461, 36_500]) {
      const from = calendar[at] ?? ''
      const to = calendar[at + by]
      if (
        to !== undefined &&
        (addDays(from, by) !== to ||
          addDays(to, -by) !== from ||
          daysBetween(from, to) !== by ||
          daysBetween(to, from) !== (by === 0 ? 0 : -by))
      )
        wrong.push(`${from} ${by}`)
    }
  }
  t.strictSame(wrong, [])
})

t.test('months on: the same day, or the last day of a month that is shorter', async (t) => {
  const has = new Set(calendar)
  const wrong: string[] = []
  for (let at = 0; at < calendar.length; at += 31) {
    const date = calendar[at] ?? ''
    const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
    for (const by of [-25, -12, -1, 0, 1, 2, 11, 12, 13, 24, 120]) {
      const first = new Date(Date.UTC(year, month - 1 + by, 1)).toISOString().slice(0, 8)
      let last = day
      while (last > 28 && !has.has(`${first}${two(last)}`)) last--
      if (addMonths(date, by) !== `${first}${two(last)}`) wrong.push(`${date} ${by}: ${addMonths(date, by)}`)
      if (firstOfMonthAfter(date, by) !== `${first}01`) wrong.push(`${date} first ${by}`)
    }
  }
  t.strictSame(
    wrong.filter((text) => text > '1893' && text < '2099'),
    [],
  )
  t.equal(addMonths('2028-01-31', 1), '2028-02-29')
  t.equal(addMonths('2027-03-31', -1), '2027-02-28')
  t.equal(addMonths('0045-12-31', 2), '0046-02-28', 'years have four digits')
})

t.test('calendar periods', async (t) => {
  t.strictSame(calendarPeriod('2026-12-31', 'month'), { from: '2026-12-01', to: '2027-01-01' })
  t.strictSame(calendarPeriod('2026-01-01', 'month'), { from: '2026-01-01', to: '2026-02-01' })
  for (const [date, from, to] of [
    ['01-01', '01-01', '04-01'],
    ['03-31', '01-01', '04-01'],
    ['04-01', '04-01', '07-01'],
    ['06-30', '04-01', '07-01'],
    ['09-15', '07-01', '10-01'],
  ]) {
    t.strictSame(calendarPeriod(`2026-${date}`, 'quarter'), { from: `2026-${from}`, to: `2026-${to}` })
  }
  t.strictSame(calendarPeriod('2026-11-03', 'quarter'), { from: '2026-10-01', to: '2027-01-01' })
  t.strictSame(calendarPeriod('2026-11-03', 'year'), { from: '2026-01-01', to: '2027-01-01' })
})

t.test('ranges hold their first day and not their last', async (t) => {
  const range = { from: '2026-01-01', to: '2026-02-01' }
  t.strictSame(
    ['2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01'].map((date) => inRange(date, range)),
    [false, true, true, false],
  )
  t.equal(inRange('1900-01-01', { to: '2026-01-01' }), true)
  t.equal(inRange('2099-12-31', { from: '2026-01-01' }), true)
  t.equal(inRange('2026-11-03', {}), true)
})
