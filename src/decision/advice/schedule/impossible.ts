import { union } from '../../shapes/truth.js'
import { sentenceOf } from '../../explain/sentences/sentence.js'
import { count } from '../../explain/wording.js'
import type { PolicyView } from '../../shapes/view.js'
import type { ImpossiblePart } from './answer.js'
import type { Calendar, Unplanned } from './calendar.js'
import type { Citations } from './citations.js'
import type { ScheduleRequest } from './request.js'
import { whatOfEarlier } from './moves.js'
import { intervalsAfter, lastDayOf } from './rhythm.js'

type Why = Pick<
  ImpossiblePart,
  'reasonCode' | 'reason' | 'citationPointers' | 'nextEligibleDate' | 'onExceed' | 'curableBy'
>

/** What of the course has no date: the rest of the segment at which it stopped, and the segments after it. */
export function impossibleParts(
  { planned, unplanned }: Calendar,
  request: ScheduleRequest,
  citations: Citations,
  view: PolicyView,
): ImpossiblePart[] {
  if (unplanned === undefined) return []
  const { wish } = unplanned
  const why = whyNot(unplanned, planned, { request, citations, view })
  // A segment that goes on until the end of the horizon ends there: only what stops it for good is worth a word.
  if (
    wish.segment.times === undefined &&
    wish.number > 1 &&
    (why.reasonCode === 'rhythm-too-fast' || why.reasonCode === 'horizon-too-short')
  )
    return []
  const part = (at: number): Pick<ImpossiblePart, 'segment' | 'segmentName' | 'of'> => {
    const { name, times } = request.wishedRhythm[at - 1] ?? wish.segment
    return {
      segment: at,
      ...(name === undefined ? {} : { segmentName: name }),
      ...(times === undefined ? {} : { of: times }),
    }
  }
  const later = request.wishedRhythm.slice(wish.segmentNumber).map((_, at): ImpossiblePart => ({
    ...part(wish.segmentNumber + 1 + at),
    planned: 0,
    ...why,
    reason: `Not reached: the course stops in segment ${wish.segmentNumber}. ${why.reason}`,
  }))
  const { segment, segmentName, of } = part(wish.segmentNumber)
  return [
    {
      segment,
      ...(segmentName === undefined ? {} : { segmentName }),
      planned: wish.number - 1,
      ...(of === undefined ? {} : { of }),
      wishedOn: wish.wishedOn,
      ...why,
    },
    ...later,
  ]
}

function whyNot(
  { wish, search }: Unplanned,
  planned: Calendar['planned'],
  { request, citations, view }: { request: ScheduleRequest; citations: Citations; view: PolicyView },
): Why {
  const last = lastDayOf(request)
  const verdict = search !== undefined && search.date === undefined ? search.last : undefined
  if (search !== undefined && verdict === undefined) {
    return {
      reasonCode: 'no-clinic-day',
      reason: `From ${wish.wishedOn} to ${last} there is no clinic day on which the service is not booked already.`,
      citationPointers: [],
    }
  }
  const earlier = verdict?.by === 'limit' ? whatOfEarlier(verdict.frequency.answer) : {}
  if (verdict?.by === 'exclusion')
    return {
      reasonCode: 'excluded',
      reason: sentenceOf(verdict.reason, view),
      citationPointers: citations.pointersToProvisions(verdict.provisions),
    }
  const next = verdict?.frequency.answer.nextEligibleDate
  if (verdict !== undefined && next === undefined)
    return {
      reasonCode: 'limit-for-good',
      reason: sentenceOf(verdict.reason, view),
      citationPointers: citations.pointersToProvisions(verdict.provisions),
      ...earlier,
    }
  const rules = [...planned.flatMap(({ moves }) => moves), ...(search?.moves ?? [])].flatMap(({ because }) =>
    typeof because === 'string' ? [] : because.provisions,
  )
  const citationPointers = citations.pointersToProvisions(verdict?.provisions ?? rules)
  const eligible = next === undefined ? {} : { nextEligibleDate: next }
  const when =
    next === undefined ? `the next would be wished on ${wish.wishedOn}` : `the next is allowed from ${next}`
  if (rules.length > 0 && unmovedEndOf(request, wish.segmentNumber) <= last) {
    return {
      reasonCode: 'rhythm-too-fast',
      reason: `The rules allow ${count(planned.length, 'service', 'services')} until ${last}, fewer than were wished; ${when}.`,
      citationPointers,
      ...eligible,
      ...earlier,
    }
  }
  return {
    reasonCode: 'horizon-too-short',
    reason: `The calendar ends on ${last}; ${when}.`,
    citationPointers: union(citationPointers),
    ...eligible,
    ...earlier,
  }
}

/** When a segment would end if nothing were ever moved. */
function unmovedEndOf({ wishedRhythm, startOn }: ScheduleRequest, segmentNumber: number): string {
  return wishedRhythm
    .slice(0, segmentNumber)
    .reduce(
      (date, { every, times = 1 }, at) => intervalsAfter(date, every, at === 0 ? times - 1 : times),
      startOn,
    )
}
