import type { PlainDate } from '../../../decision/codes.js'
import { addDays } from '../../../decision/plain-date.js'
import { earlier } from '../tables/dates.js'
import type { Draft } from '../tables/drafts.js'

/** A version with the days on which it is in force. */
export interface Dated<D extends Draft> {
  readonly draft: D
  readonly from: PlainDate
  readonly to: PlainDate | undefined
}

/** Versions that were left out, by the reason, for the notes of the report. */
export type LeftOut = Map<string, string[]>

/**
 * The versions of a document one after the other. A later version stands from its first day on, also where an earlier one began
 * after it; what ends before it begins, and what has not been in force, is left out and told.
 */
export function inSuccession<D extends Draft>(versions: readonly D[], leftOut: LeftOut): Dated<D>[] {
  const tell = (reason: string, { displayId, version }: Draft): void => {
    leftOut.set(reason, [...(leftOut.get(reason) ?? []), `${displayId} v${version}`])
  }
  const newestFirst = [...versions].sort((a, b) => Number(b.version) - Number(a.version))
  const chosen: Dated<D>[] = []
  for (const draft of newestFirst) {
    const { status, from, through } = draft
    // "A" is active. A retired text without its last day might speak for ever; drafts never held.
    if (status !== 'A' && !(status === 'R' && through !== undefined))
      tell(
        `of status ${status === '' ? 'none' : status}${status === 'R' ? ' without an end date' : ''}`,
        draft,
      )
    else if (through !== undefined && through < from) tell('that end before they begin', draft)
    else {
      const next = chosen.at(-1)?.from
      if (next !== undefined && next <= from)
        tell('that a later version replaced from its first day on', draft)
      else
        chosen.push({
          draft,
          from,
          to: earlier(next, through === undefined ? undefined : addDays(through, 1)),
        })
    }
  }
  return chosen.reverse()
}
