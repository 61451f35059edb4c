import type { PlainDate } from '../shapes/codes.js'
import { documentName, type Source } from '../shapes/source.js'
import { isAfter } from './provision.js'

/**
 * A source that a date lies past the `coversThrough` of, but not past its `usableThrough`: it is used, and
 * flagged `edition-behind`.
 */
export interface Behind {
  readonly source: Source
  readonly date: PlainDate
}

/**
 * The sources whose `coversThrough` lies before the date and whose `usableThrough` does not; each document
 * once.
 */
export function behindOf(date: PlainDate, sources: readonly Source[]): Behind[] {
  const all = sources.filter(
    (source) => isAfter(date, source.coversThrough) && !isAfter(date, source.usableThrough),
  )
  return all
    .filter((source, at) => all.findIndex((other) => documentName(other) === documentName(source)) === at)
    .map((source) => ({ source, date }))
}

/**
 * The sources that are behind on any of several days, given in order. Each document is listed once, with the
 * last day.
 */
export function behindOnAny(days: ReadonlyArray<readonly Behind[]>): readonly Behind[] {
  const [last = [], ...earlier] = days.toReversed()
  const all = [...last]
  for (const day of earlier)
    for (const one of day)
      if (!all.some(({ source }) => documentName(source) === documentName(one.source))) all.push(one)
  return all
}
