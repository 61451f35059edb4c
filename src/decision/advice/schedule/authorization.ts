import type { PlainDate } from '../../shapes/codes.js'
import type { PriorAuthorizationVerdict } from '../../verdict/answers.js'
import type { LineFacts } from '../../facts/facts.js'
import { addDays, weekdayOf } from '../../shapes/plain-date.js'
import type { Authorization } from '../../shapes/request.js'
import { count } from '../../explain/wording.js'
import type { AuthorizationRequest, ScheduleAuthorization } from './answer.js'
import type { ClinicDays } from './clinic-days.js'

/** By when to ask for an authorization, where one is or may be needed. The time for a decision is the document's, never guessed. */
export function authorizationRequest(
  answer: PriorAuthorizationVerdict,
  date: PlainDate,
  startOn: PlainDate,
  days: ClinicDays,
): AuthorizationRequest | undefined {
  const { requirement, rule: { decisionTime } = {} } = answer
  if (requirement !== 'required' && requirement !== 'conditional') return undefined
  if (decisionTime === undefined) {
    return {
      reasonCode: 'decision-time-not-known',
      reason: `The loaded rules do not say how long a decision takes. Ask the payer, and${requirement === 'conditional' ? ', if it is needed,' : ''} ask for the authorization well before ${date}.`,
    }
  }
  const { days: needed, dayType } = decisionTime
  const decidedFrom = dayType === 'calendar' ? addDays(date, -needed) : businessDaysBefore(date, needed, days)
  const by = days.openUntil(decidedFrom)
  const length =
    dayType === 'calendar' ? count(needed, 'day', 'days') : count(needed, 'business day', 'business days')
  const words = `A decision may take ${length}: ask on ${by} at the latest, so that it is there on ${date}.`
  if (by >= startOn) return { requestAuthorizationBy: by, reasonCode: 'decision-time-known', reason: words }
  return {
    requestAuthorizationBy: by,
    reasonCode: 'decision-time-before-start',
    reason: `${words} That is before this calendar begins: unless it was asked for by then, the date may come too early.`,
  }
}

/** Monday to Friday, the clinic's own closed days left out: the payer's holidays are not known, and a day too early does no harm. */
function businessDaysBefore(date: PlainDate, needed: number, { isOpen }: ClinicDays): PlainDate {
  let day = date
  // A clinic may be closed for long; then weekdays alone are counted, so that the walk ends.
  for (let left = needed, looked = 0; left > 0; looked++) {
    day = addDays(day, -1)
    const weekday = weekdayOf(day)
    if (weekday !== 'saturday' && weekday !== 'sunday' && (looked > 3 * needed + 30 || isOpen(day))) left--
  }
  return day
}

interface Covered {
  readonly line: LineFacts
  readonly priorAuthorization: PriorAuthorizationVerdict
}

/** What the calendar takes from each authorization on file, and what is left of it after each date that it covers. */
export function authorizationsUsed(
  onFile: readonly Authorization[],
  dates: readonly Covered[],
): { readonly used: ScheduleAuthorization[]; readonly leftAfter: ReadonlyMap<LineFacts, number> } {
  const leftAfter = new Map<LineFacts, number>()
  const numbers = [...new Set(onFile.map(({ authorizationNumber }) => authorizationNumber))]
  const used = numbers.map((authorizationNumber) => {
    const covered = dates.filter(
      ({ priorAuthorization }) =>
        priorAuthorization.requirement === 'satisfied' &&
        priorAuthorization.authorizationNumber === authorizationNumber,
    )
    const entries = onFile.filter((one) => one.authorizationNumber === authorizationNumber)
    const [entry] = entries
    // Entries of one number may differ in what they say; then what is left is not known.
    const before =
      entries.length > 1 || entry?.unitsApproved === undefined || entry.unitsUsed === undefined
        ? undefined
        : entry.unitsApproved - entry.unitsUsed
    let unitsTaken = 0
    let usedUpOn: PlainDate | undefined
    for (const { line } of covered) {
      unitsTaken += 'value' in line.billedUnits ? line.billedUnits.value : 0
      if (before === undefined) continue
      leftAfter.set(line, Math.max(0, before - unitsTaken))
      if (before - unitsTaken <= 0) usedUpOn ??= line.date
    }
    const lastDate = covered.at(-1)?.line.date
    return {
      authorizationNumber,
      dates: covered.length,
      unitsTaken,
      ...(before === undefined ? {} : { unitsLeft: Math.max(0, before - unitsTaken) }),
      ...(lastDate === undefined ? {} : { lastDate }),
      ...(usedUpOn === undefined ? {} : { usedUpOn }),
    }
  })
  return { used, leftAfter }
}
