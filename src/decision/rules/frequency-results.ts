import type { PlainDate } from '../shapes/codes.js'
import { modifiersOn } from '../facts/missing-facts.js'
import type { ComparedLimit } from '../reasons/frequency.js'
import type { Reason } from '../reasons/reason.js'
import type { FirstFree } from './frequency-times.js'
import type { ScheduleResult } from './result.js'

/** An unknown result because history is missing. */
export function lacksHistory(
  of: ComparedLimit,
  missing: readonly string[],
  firstFree: FirstFree,
): ScheduleResult {
  const code = missing.includes('serviceHistory') ? 'history-not-given' : 'history-incomplete'
  return unknownSchedule(missing, [firstFree], { code, of })
}

/**
 * An unknown result because the number of services of a day or line is not known. `open` are the days with
 * missing modifiers.
 */
export function maybeSeveral(
  of: ComparedLimit,
  { span, open }: { readonly span: number; readonly open: readonly PlainDate[] },
  firstFree: FirstFree,
): ScheduleResult {
  const missing = open.map(modifiersOn)
  if (span > 1) return unknownSchedule(missing, [firstFree], { code: 'date-span/frequency', of, days: span })
  return missing.length > 0
    ? unknownSchedule(missing, [firstFree], { code: 'same-day-modifiers-not-given', of, days: open })
    : unknownSchedule([], [firstFree], { code: 'same-day-services', of })
}

/** The result of a limit that may hold or fail. */
export function unknownSchedule(
  missing: readonly string[],
  firstFree: readonly FirstFree[],
  reason: Reason,
): ScheduleResult {
  return {
    type: 'schedule',
    truth: 'unknown',
    missing,
    used: [],
    because: undefined,
    reason,
    listed: undefined,
    status: 'unknown',
    arithmetic: {},
    firstFree,
  }
}

/** The result of a limit that certainly holds or fails. */
export function schedule(
  status: 'within-limit' | 'too-soon' | 'exceeds-limit',
  firstFree: FirstFree,
  rest: Pick<ScheduleResult, 'reason' | 'used' | 'arithmetic'>,
): ScheduleResult {
  const { reason, used, arithmetic } = rest
  return {
    type: 'schedule',
    truth: status === 'within-limit' ? 'true' : 'false',
    missing: [],
    used,
    because: undefined,
    reason,
    listed: undefined,
    status,
    arithmetic,
    firstFree: [firstFree],
  }
}
