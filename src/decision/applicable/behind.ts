import type { PlainDate } from '../shapes/codes.js'
import { documentName, type Source } from '../shapes/source.js'
import { isAfter } from './provision.js'

/** An edition that is known to be right only until before a date, and may be used for it all the same. */
export interface Behind {
  readonly source: Source
  readonly date: PlainDate
}

/** The sources that are known to be right only until before this date and may be used all the same; each document once. */
export function behindOf(date: PlainDate, sources: readonly Source[]): Behind[] {
  const all = sources.filter(
    (source) => isAfter(date, source.coversThrough) && !isAfter(date, source.usableThrough),
  )
  return all
    .filter((source, at) => all.findIndex((other) => documentName(other) === documentName(source)) === at)
    .map((source) => ({ source, date }))
}

/** What is behind on any of several days, in their order; a document once, with the last day. */
export function behindOnAny(days: ReadonlyArray<readonly Behind[]>): readonly Behind[] {
  const [last = [], ...earlier] = days.toReversed()
  const all = [...last]
  for (const day of earlier)
    for (const one of day)
      if (!all.some(({ source }) => documentName(source) === documentName(one.source))) all.push(one)
  return all
}
