import type { PlainDate } from '../shapes/codes.js'
import { isSameSource, type Source } from '../shapes/source.js'
import { isAfter } from './provision.js'

/** A source as it was read: the document or edition, and the policy set, policy and version that it belongs to. */
export interface SourceRead {
  readonly policySetId: string
  readonly policyId?: string
  readonly versionId?: string
  readonly source: Source
}

/** An edition that is known to be right only until before a date, and may be used for it all the same. */
export interface Behind extends SourceRead {
  readonly date: PlainDate
}

/** The sources that are known to be right only until before this date and may be used all the same; each document once. */
export function behindOf(date: PlainDate, read: readonly SourceRead[]): Behind[] {
  const all = read.filter(
    ({ source }) => isAfter(date, source.coversThrough) && !isAfter(date, source.usableThrough),
  )
  return all
    .filter((one, at) => all.findIndex((other) => isSameRead(other, one)) === at)
    .map(({ policySetId, policyId, versionId, source }) => ({
      policySetId,
      ...(policyId === undefined ? {} : { policyId }),
      ...(versionId === undefined ? {} : { versionId }),
      source,
      date,
    }))
}

/** Whether two reads are of one document, as part of one policy or table. */
function isSameRead(a: SourceRead, b: SourceRead): boolean {
  return (
    a.policySetId === b.policySetId &&
    a.policyId === b.policyId &&
    a.versionId === b.versionId &&
    isSameSource(a.source, b.source)
  )
}

/** What is behind on any of several days, in their order; a document once, with the last day. */
export function behindOnAny(days: ReadonlyArray<readonly Behind[]>): readonly Behind[] {
  const [last = [], ...earlier] = days.toReversed()
  const all = [...last]
  for (const day of earlier)
    for (const one of day) if (!all.some((other) => isSameRead(other, one))) all.push(one)
  return all
}
