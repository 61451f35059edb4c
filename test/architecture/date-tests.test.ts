// Every module that reads or writes dates has tests that run in further time zones: scripts/date-tests.mjs.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { testFiles } from '../../scripts/build-tests.mjs'
import { dateModules, dateTests } from '../../scripts/date-tests.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * What can depend on the time zone: an instant from text or parts, its local parts, its local words, the driver's own types. The clock
 * alone (`new Date()`, `Date.now()`) and UTC parts cannot.
 */
const dates = [
  /\bnew Date\(\s*[^)\s]/,
  /\bDate\.parse\b/,
  /\.[gs]et(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)\(/,
  /\btoLocale(Date|Time)String\b/,
  /\bto(Date|Time)String\(/,
  /\bIntl\./,
  /\b[gs]etTypeParser\b/,
]

const handlesDates = (text: string): boolean => dates.some((pattern) => pattern.test(text))

t.test('every module that reads or writes dates is listed, and no other', async (t) => {
  const names = (await readdir(join(root, 'src'), { recursive: true })).filter((name) => name.endsWith('.ts'))
  const found: string[] = []
  for (const name of names)
    if (handlesDates(await readFile(join(root, 'src', name), 'utf8'))) found.push(`src/${name}`)
  t.strictSame(found.sort(), Object.keys(dateModules).sort())
})

t.test('what they list are files of tests', (t) => {
  t.strictSame(
    dateTests.filter((file) => !testFiles().includes(file)),
    [],
  )
  t.end()
})

t.test('the patterns find what depends on the zone, and not the clock', (t) => {
  for (const text of [
    'new Date(text)',
    'new Date(\n    2026, 1)',
    'Date.parse(at)',
    'now.getDate()',
    'at.setHours(0)',
    'new Intl.DateTimeFormat()',
    "at.toLocaleDateString('en-US')",
    'at.toDateString()',
    'types.setTypeParser(1082, asText)',
  ])
    t.ok(handlesDates(text), text)
  for (const text of [
    'new Date()',
    'Date.now()',
    'at.getUTCHours()',
    'at.toISOString()',
    'rows.toLocaleString()',
  ])
    t.notOk(handlesDates(text), text)
  t.end()
})
