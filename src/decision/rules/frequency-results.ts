import type { PlainDate } from '../shapes/codes.js'
import { modifiersOn } from '../facts/missing-facts.js'
import { count } from '../explain/wording.js'
import type { FirstFree } from './frequency-times.js'
import type { ScheduleResult } from './result.js'

/** Unknown for want of history. */
export function lacksHistory(
  rule: string,
  missing: readonly string[],
  firstFree: FirstFree,
  reason = `${rule}: the history that was given does not reach far enough to tell.`,
): ScheduleResult {
  const absent = missing.includes('serviceHistory') && reason.startsWith(`${rule}: the history`)
  return absent
    ? unknownSchedule(
        missing,
        [firstFree],
        'history-not-given',
        `${rule}: the service history was not given.`,
      )
    : unknownSchedule(missing, [firstFree], 'history-incomplete', reason)
}

/** Unknown because it is not told how many services a day or a line is; `rule` says of which limit, `open` which days want modifiers. */
export function maybeSeveral(
  rule: string,
  { span, open }: { readonly span: number; readonly open: readonly PlainDate[] },
  firstFree: FirstFree,
): ScheduleResult {
  const missing = open.map(modifiersOn)
  if (span > 1)
    return unknownSchedule(
      missing,
      [firstFree],
      'date-span',
      `${rule}. The line covers ${span} days, each of which may be a service. Bill a line a day to have it decided.`,
    )
  return missing.length > 0
    ? unknownSchedule(
        missing,
        [firstFree],
        'same-day-modifiers-not-given',
        `${rule}. Whether what was given on ${daysInWords(open)} is one service a day or several cannot be told without the modifiers.`,
      )
    : unknownSchedule(
        [],
        [firstFree],
        'same-day-services',
        `${rule}. By a modifier (76, 77, 27, 59, XE, XP, XS, XU) or a line over several days there may be more services than days; how many the payer counts is not known.`,
      )
}

const mostDaysNamed = 3

function daysInWords(days: readonly PlainDate[]): string {
  const more = days.length - mostDaysNamed
  return `${days.slice(0, mostDaysNamed).join(', ')}${more > 0 ? ` and ${count(more, 'more day', 'more days')}` : ''}`
}

/** A limit of which it cannot be told whether it holds. */
export function unknownSchedule(
  missing: readonly string[],
  firstFree: readonly FirstFree[],
  reasonCode: string,
  reason: string,
): ScheduleResult {
  return {
    type: 'schedule',
    truth: 'unknown',
    missing,
    used: [],
    because: undefined,
    reasonCode,
    reason,
    listed: undefined,
    status: 'unknown',
    arithmetic: {},
    firstFree,
  }
}

/** A limit that holds, or fails. */
export function schedule(
  status: 'within-limit' | 'too-soon' | 'exceeds-limit',
  firstFree: FirstFree,
  rest: Pick<ScheduleResult, 'reasonCode' | 'reason' | 'used' | 'arithmetic'>,
): ScheduleResult {
  const { reasonCode, reason, used, arithmetic } = rest
  return {
    type: 'schedule',
    truth: status === 'within-limit' ? 'true' : 'false',
    missing: [],
    used,
    because: undefined,
    reasonCode,
    reason,
    listed: undefined,
    status,
    arithmetic,
    firstFree: [firstFree],
  }
}
