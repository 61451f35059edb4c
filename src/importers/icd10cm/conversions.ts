import { normalizeCode, type PlainDate } from '../../decision/shapes/codes.js'
import { fiscalYearOf } from './editions.js'
import type { EditionCodes } from './order-file.js'

/**
 * One row of the conversion table: a code, and the year (`2023` means 1 October 2023) or day
 * (`2023-04-01`) on which it came into force.
 */
export interface Conversion {
  readonly code: string
  readonly effective: string
}

const isDay = (text: string): boolean => /^20\d\d-\d\d-\d\d$/.test(text)

/**
 * Moves codes of a January or April update to the day on which they came into force. CMS also lists them
 * in the yearly file, which alone would have them in force from October. Changes `editions` and returns
 * how many codes it moved.
 */
export function placeWithinYear(
  editions: Map<PlainDate, EditionCodes>,
  conversions: readonly Conversion[],
): number {
  const moved = new Set<string>()
  const updates = conversions.filter(({ effective }) => isDay(effective) && !effective.endsWith('-10-01'))
  for (const day of [...new Set(updates.map(({ effective }) => effective))].sort()) {
    const codes = updates.filter(({ effective }) => effective === day).map(({ code }) => normalizeCode(code))
    for (const code of move(editions, day, codes)) moved.add(code)
  }
  return moved.size
}

/**
 * Removes from a yearly file that is read again the codes that were moved to a later day before: the
 * file lists them from October.
 */
export function keepPlaces(held: EditionCodes, later: readonly EditionCodes[], read: EditionCodes): void {
  for (const edition of later) for (const code of edition.keys()) if (!held.has(code)) read.delete(code)
}

function move(editions: Map<PlainDate, EditionCodes>, day: PlainDate, codes: readonly string[]): string[] {
  const before = [...editions.keys()]
    .filter((start) => start < day && fiscalYearOf(start) === fiscalYearOf(day))
    .sort()
  const last = before.at(-1)
  if (last === undefined) return []
  const listed = codes.filter((code) => before.some((start) => editions.get(start)?.has(code) === true))
  if (listed.length === 0) return []
  if (!editions.has(day)) editions.set(day, new Map(editions.get(last)))
  for (const code of listed) for (const start of before) editions.get(start)?.delete(code)
  return listed
}
