import type { PlainDate } from '../../decision/shapes/codes.js'
import { ImportRefused } from '../importer.js'

// Fiscal year n of ICD-10-CM is in force from 1 October of year n-1 until 30 September of year n. A
// release of April replaces it on 1 April; there was also one on 1 January. The first day of an edition
// identifies it.

/** Where CMS publishes the files. Every refusal names it. */
export const publishedAt = 'https://www.cms.gov/medicare/coding-billing/icd-10-codes'

const isWithinYear = (start: PlainDate): boolean => !start.endsWith('-10-01')

/** The months within a fiscal year in which an edition may begin, with its first day. */
const firstDays = { january: '01-01', april: '04-01' } as const
type MonthWithin = keyof typeof firstDays

/**
 * First day of an edition: `2026` is the release of October 2025, `2026` with `april` that of April
 * 2026.
 */
export function editionStart(fiscalYear: number, month?: MonthWithin): PlainDate {
  return month === undefined ? `${fiscalYear - 1}-10-01` : `${fiscalYear}-${firstDays[month]}`
}

/** The month in a file name or setting: as a word, abbreviated, or as `-01` or `-04`; undefined for none. */
const monthNamed = (text: string, words: { readonly [M in MonthWithin]: RegExp }): MonthWithin | undefined =>
  words.january.test(text) ? 'january' : words.april.test(text) ? 'april' : undefined

const inSetting = { january: /^-(?:january|jan|01)$/i, april: /^-(?:april|apr|04)$/i }
const inName = {
  january: /(?<![a-z])(?:january|jan(?=[-_ .\d]))/i,
  april: /april|apr[-_ .]/i,
}

/**
 * The first day on which an edition is no longer in force: 1 October, or the first day of the next
 * edition where that is earlier.
 */
export function editionEnd(start: PlainDate, next?: PlainDate): PlainDate {
  const october = `${fiscalYearOf(start)}-10-01`
  return next !== undefined && next < october ? next : october
}

/** The fiscal year of a day: 1 October 2025 and 1 April 2026 are in 2026. */
export function fiscalYearOf(day: PlainDate): number {
  return Number(day.slice(0, 4)) + (day.slice(5) < '10-01' ? 0 : 1)
}

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** The names of editions in words: `FY2021, FY2023 to FY2026, April 2025`. Years in a row become a range. */
export function editionNames(starts: readonly PlainDate[]): string {
  const runs: [first: number, last: number][] = []
  for (const year of starts.filter((start) => !isWithinYear(start)).map(fiscalYearOf)) {
    const run = runs.at(-1)
    if (run !== undefined && run[1] === year - 1) run[1] = year
    else runs.push([year, year])
  }
  const years = runs.map(([first, last]) => (first === last ? `FY${first}` : `FY${first} to FY${last}`))
  return [
    ...years,
    ...starts
      .filter(isWithinYear)
      .map(
        (start) => `${monthNames[Number(start.slice(5, 7)) - 1] ?? start.slice(5)} ${fiscalYearOf(start)}`,
      ),
  ].join(', ')
}

/**
 * The edition of a file, from the setting (`2026`, `FY2026`, `2026-april`, `2026-04`, `2021-january`) or
 * else from its name. The name has the fiscal year (`icd10cm_order_2026.txt`, `icd10cm-order-2027.txt`);
 * for a release within the year, the name of the file or of its folder also has `april` or `january`.
 */
export function editionOfFile(name: string, setting?: string): PlainDate {
  if (setting !== undefined) {
    const given = /^(?:FY)?(20\d\d)(-(?:january|jan|01|april|apr|04))?$/i.exec(setting.trim())
    if (given === null)
      throw new ImportRefused(
        `--edition ${setting} is not an edition: give the fiscal year (2026), or 2026-april or 2021-january for a release within it`,
      )
    return editionStart(Number(given[1]), monthNamed(given[2] ?? '', inSetting))
  }
  const base = name.slice(name.lastIndexOf('/') + 1)
  const year = /20\d\d/.exec(base) ?? /20\d\d/.exec(name)
  if (year === null)
    throw new ImportRefused(
      `${name} does not say its fiscal year: name it as published (icd10cm_order_2026.txt) or give --edition 2026`,
    )
  return editionStart(Number(year[0]), monthNamed(name, inName))
}
