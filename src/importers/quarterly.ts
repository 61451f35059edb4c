import { addDays, addMonths, calendarPeriod } from '../decision/shapes/plain-date.js'
import type { Source } from '../decision/shapes/source.js'
import { ImportRefused } from './importer.js'

/**
 * For how many months after its quarter an edition is still used, flagged as behind. No publisher gives
 * a number; this one is our choice.
 */
export const monthsUsable = 6

/** The edition of a date: `2026-10-01` is in `2026-Q4`. */
export function editionOf(date: string): string {
  return `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`
}

/** First day of the quarter of an edition such as `2026-Q4`. */
export function firstDayOf(edition: string): string {
  return `${edition.slice(0, 4)}-${String(Number(edition.at(-1)) * 3 - 2).padStart(2, '0')}-01`
}

/** First day of the quarter after that of `date`. */
export function nextQuarter(date: string): string {
  return calendarPeriod(date, 'quarter').to
}

/** The bounds of an edition: right until the end of the quarter of `from`, usable for six months more. */
export function usableAround(from: string): Required<Pick<Source, 'coversThrough' | 'usableThrough'>> {
  return {
    coversThrough: addDays(nextQuarter(from), -1),
    usableThrough: addDays(addMonths(nextQuarter(from), monthsUsable), -1),
  }
}

/** The edition that `--edition` gives; undefined where it was not given. Refuses what is not a quarter. */
export function givenEdition({ edition }: Readonly<Record<string, string>>): string | undefined {
  if (edition !== undefined && !/^20\d{2}-Q[1-4]$/.test(edition))
    throw new ImportRefused(`--edition ${edition} does not have the form 2026-Q4.`)
  return edition
}

/** The setting that `--setting` gives; undefined where it was not given. Refuses what is not in `known`. */
export function givenSetting<T extends string>(
  { setting }: Readonly<Record<string, string>>,
  known: readonly T[],
): T | undefined {
  const found = known.find((one) => one === setting)
  if (setting !== undefined && found === undefined)
    throw new ImportRefused(`--setting ${setting} is not one of ${known.join(', ')}.`)
  return found
}

/**
 * The value on which all sources agree. Each source has a name for the message (`its name`,
 * `--edition`). Throws `ImportRefused` where two contradict each other, or where no source has a value.
 */
export function agreed<T extends string>(
  file: string,
  what: string,
  said: ReadonlyArray<readonly [string, T | undefined]>,
): T {
  const known = said.filter((entry): entry is readonly [string, T] => entry[1] !== undefined)
  const [first] = known
  if (first === undefined)
    throw new ImportRefused(`${file}: ${withoutValue(said)} its ${what}; give --${what}.`)
  const other = known.find(([, value]) => value !== first[1])
  if (other !== undefined)
    throw new ImportRefused(
      `${file}: ${first[0]} says ${what} ${first[1]}, ${other[0]} says ${other[1]}. Import it alone, with the right --${what} or name.`,
    )
  return first[1]
}

const withoutValue = (said: ReadonlyArray<readonly [string, unknown]>): string =>
  said.some(([who]) => who === 'its header')
    ? 'neither the name nor the header tells'
    : 'the name does not tell'

/**
 * Gives the editions of each series their last days. An edition with a successor ends with its own
 * quarter, or earlier where the successor begins in it, so that none overlap and a missing quarter stays
 * a gap. The last edition has no end; its source says until when to use it.
 */
export function inSuccession<T extends { readonly from: string; readonly to?: string }>(
  editions: readonly T[],
  seriesOf: (edition: T) => string,
): T[] {
  const ordered = [...editions].sort((a, b) =>
    seriesOf(a) === seriesOf(b) ? (a.from < b.from ? -1 : 1) : seriesOf(a) < seriesOf(b) ? -1 : 1,
  )
  return ordered.map((edition, at) => {
    const { to: _, ...rest } = edition
    const next = ordered[at + 1]
    if (next === undefined || seriesOf(next) !== seriesOf(edition)) return rest as T
    const end = nextQuarter(edition.from)
    return { ...edition, to: next.from < end ? next.from : end }
  })
}
