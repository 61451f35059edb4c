import { codeOf } from '../../reasons/reason.js'
import type { PlainDate } from '../../shapes/codes.js'
import { addDays } from '../../shapes/plain-date.js'
import type { ClinicDays } from './clinic-days.js'
import type { DayVerdict } from './day.js'

/** Why a date was moved on, with the verdict where a rule was the reason. */
export interface Moved {
  readonly from: PlainDate
  readonly to: PlainDate
  readonly because: 'clinic-closed' | 'already-given' | 'after-previous-date' | DayVerdict
}

/** The earliest day that nothing known forbids, or that there is none, and the way there. */
export type Search =
  | { readonly date: PlainDate; readonly verdict: DayVerdict; readonly moves: readonly Moved[] }
  | { readonly date?: never; readonly moves: readonly Moved[]; readonly last: DayVerdict | undefined }

export interface SearchFor {
  readonly wishedOn: PlainDate
  /** First day that is possible at all: the one after the service before. */
  readonly notBefore: PlainDate
  readonly lastDay: PlainDate
  readonly days: ClinicDays
  readonly given: ReadonlySet<PlainDate>
  readonly judge: (date: PlainDate) => DayVerdict
  /** The first day after a date on which more than the calendar changes; undefined when there is none. */
  readonly nextChange: (date: PlainDate) => PlainDate | undefined
}

/**
 * Walks from the wished day on. A day that is forbidden is left for the next eligible date, or for the day on which policy changes
 * where that comes first; each day that is stopped at is judged. Never goes back, so it ends with the horizon.
 */
export function earliestDay(search: SearchFor): Search {
  const { wishedOn, notBefore, lastDay, days, given, judge, nextChange } = search
  const moves: Moved[] = []
  let date = wishedOn
  let last: DayVerdict | undefined
  const move = (from: PlainDate, to: PlainDate, because: Moved['because']): PlainDate => {
    const before = moves.at(-1)
    // Day by day the same limit says the same: one move.
    if (before !== undefined && sameReason(before.because, because))
      moves[moves.length - 1] = { ...before, to }
    else moves.push({ from, to, because })
    return to
  }
  const afterHorizon = addDays(lastDay, 1)
  if (date < notBefore) date = move(date, notBefore, 'after-previous-date')
  while (date <= lastDay) {
    const tomorrow = addDays(date, 1)
    if (!days.isOpen(date)) date = move(date, days.openFrom(date, lastDay) ?? afterHorizon, 'clinic-closed')
    else if (given.has(date)) date = move(date, tomorrow, 'already-given')
    else {
      const verdict = judge(date)
      if (verdict.status !== 'not-allowed') return { date, verdict, moves }
      last = verdict
      const target =
        earlier(
          verdict.by === 'limit' ? verdict.frequency.answer.nextEligibleDate : undefined,
          nextChange(date),
        ) ?? afterHorizon
      // Where every day is looked at, closed ones are passed over at once.
      date = move(
        date,
        target <= tomorrow ? (days.openFrom(tomorrow, lastDay) ?? afterHorizon) : target,
        verdict,
      )
    }
  }
  return { moves, last }
}

function sameReason(a: Moved['because'], b: Moved['because']): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  return (
    codeOf(a.reason) === codeOf(b.reason) &&
    a.provisions.length === b.provisions.length &&
    a.provisions.every((provision, at) => provision === b.provisions[at])
  )
}

function earlier(a: PlainDate | undefined, b: PlainDate | undefined): PlainDate | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a
}
