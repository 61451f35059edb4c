import type { PlainDate } from '../../../decision/shapes/codes.js'
import { addDays } from '../../../decision/shapes/plain-date.js'
import { earlier } from '../tables/dates.js'
import type { Draft } from '../tables/drafts.js'

/** A version with the days on which it is in force: from `from` until the day before `to`. */
export interface Dated<D extends Draft> {
  readonly draft: D
  readonly from: PlainDate
  readonly to: PlainDate | undefined
}

/** A version that was left out, and the reason in words for the report. */
export interface LeftOut {
  /** `A57755 v18` */
  readonly version: string
  readonly reason: string
}

/** The versions of a document that are or were in force, in their order, and those that were left out. */
export interface Succession<D extends Draft> {
  readonly inForce: readonly Dated<D>[]
  readonly leftOut: readonly LeftOut[]
}

/**
 * Gives each version of a document the days on which it is in force. A later version replaces all
 * earlier ones from its own first day, even one that began after that day. A version is left out that
 * ends before it begins, or that never was in force.
 */
export function inSuccession<D extends Draft>(versions: readonly D[]): Succession<D> {
  const newestFirst = [...versions].sort((a, b) => Number(b.version) - Number(a.version))
  const inForce: Dated<D>[] = []
  const leftOut: LeftOut[] = []
  for (const draft of newestFirst) {
    const { displayId, version, from, through } = draft
    const next = inForce.at(-1)?.from
    const reason = reasonToLeaveOut(draft, next)
    if (reason === undefined) {
      const end = through === undefined ? undefined : addDays(through, 1)
      inForce.push({ draft, from, to: earlier(next, end) })
    } else leftOut.push({ version: `${displayId} v${version}`, reason })
  }
  return { inForce: inForce.reverse(), leftOut }
}

function reasonToLeaveOut(
  { status, from, through }: Draft,
  nextFrom: PlainDate | undefined,
): string | undefined {
  // "A" is active and "R" retired. A retired version without a last day would apply without end. All
  // other versions are drafts, which never were in force.
  if (status !== 'A' && !(status === 'R' && through !== undefined))
    return `of status ${status === '' ? 'none' : status}${status === 'R' ? ' without an end date' : ''}`
  if (through !== undefined && through < from) return 'that end before they begin'
  return nextFrom !== undefined && nextFrom <= from
    ? 'that a later version replaced from its first day on'
    : undefined
}
