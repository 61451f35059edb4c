import { inWords } from '../../explain/sentences/sentence.js'
import type { PolicyView } from '../../shapes/view.js'
import type { FrequencyVerdict } from '../../verdict/answers.js'
import { weekdayOf } from '../../shapes/plain-date.js'
import type { ScheduleMove } from './answer.js'
import type { Citations } from './citations.js'
import type { Moved } from './earliest.js'

/** The way from the wished date to the planned one, in words. */
export function movesInWords(
  moves: readonly Moved[],
  citations: Citations,
  view: PolicyView,
): ScheduleMove[] {
  return moves.map(({ from, to, because }) => {
    if (typeof because === 'string')
      return { from, to, reasonCode: because, reason: reasons[because](from), citationPointers: [] }
    return {
      from,
      to,
      ...inWords(because.reason, view),
      citationPointers: citations.pointersToProvisions(because.provisions),
      ...(because.by === 'limit' ? whatOfEarlier(because.frequency.answer) : {}),
    }
  })
}

/** What the rules say of a date before the one that keeps the limit. */
export function whatOfEarlier({
  onExceed,
  curableBy,
}: Pick<FrequencyVerdict, 'onExceed' | 'curableBy'>): Pick<ScheduleMove, 'onExceed' | 'curableBy'> {
  return {
    ...(onExceed === undefined ? {} : { onExceed }),
    ...(curableBy === undefined ? {} : { curableBy }),
  }
}

const reasons = {
  'clinic-closed': (date: string) => `The clinic is closed on ${capital(weekdayOf(date))} ${date}.`,
  'already-given': (date: string) => `The history has the service on ${date} already.`,
  'after-previous-date': (date: string) => `The service before it is planned on or after ${date}.`,
}

const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
