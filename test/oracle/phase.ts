// Which phase of the treatment is it? Told by the request, or by the document's words on the loading phase. Section 7.
import type { RuleOfKind } from '../../src/decision/rule.js'
import { addDays, addStretch } from './dates.js'
import type { Case } from './facts.js'
import { countedServices, historyGap } from './limits.js'

interface Told {
  phase?: 'loading' | 'maintenance'
  missing: string[]
}
interface Begun {
  day?: string
  missing: string[]
}

/** The phase, or what would tell it. */
export function phaseOf(rule: RuleOfKind<'frequency'>, at: Case): Told {
  const given = at.request.treatment?.phase
  if (given !== undefined) return { phase: given, missing: [] }
  const { loading } = rule
  if (loading === undefined) return { missing: ['treatment.phase'] }
  const dates = countedServices(rule, at)
    .map((one) => one.date)
    .filter((date) => date <= at.line.dateOfService)
    .sort()
  const begun = beginning(loading.newCourseAfter, dates, at)
  const { day } = begun
  if (day === undefined) return { missing: ['treatment.phase', ...begun.missing] }
  const missing = [...begun.missing]
  if ('services' in loading.first) {
    if (dates.filter((date) => date >= day).length >= loading.first.services)
      return { phase: 'maintenance', missing: [] }
    missing.push(...historyGap(at, (since) => since <= day))
  } else {
    const days = 'weeks' in loading.first ? loading.first.weeks * 7 : loading.first.days
    if (addDays(day, days) <= at.line.dateOfService) return { phase: 'maintenance', missing: [] }
  }
  return missing.length === 0 ? { phase: 'loading', missing } : { missing: ['treatment.phase', ...missing] }
}

/** The first day of the course; with something missing it may have begun earlier. */
function beginning(
  gap: { days?: number; months?: number } | undefined,
  dates: readonly string[],
  at: Case,
): Begun {
  const date = at.line.dateOfService
  const startedOn = at.request.treatment?.startedOn
  if (startedOn !== undefined)
    return startedOn > date ? { missing: ['treatment.startedOn'] } : { day: startedOn, missing: [] }
  if (gap === undefined) return { missing: ['treatment.startedOn'] }
  let day = date
  for (const earlier of dates.toReversed()) {
    if (addStretch(earlier, gap) <= day) break
    day = earlier
  }
  const lacks = historyGap(at, (since) => addStretch(addDays(since, -1), gap) <= day)
  return { day, missing: lacks.length === 0 ? [] : ['treatment.startedOn', ...lacks] }
}
