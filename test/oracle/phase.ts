// Which phase of the treatment is it? Told by the request, or by the document's words on the loading phase. Section 7.
import type { RuleOfKind } from '../../src/decision/shapes/rule.js'
import { addDays, addStretch } from './dates.js'
import type { Case } from './facts.js'
import { historyGap, openDays } from './limits.js'
import { isServiceDay, serviceDays, weightOf, type ServiceDays } from './service-days.js'

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
  const days = serviceDays(rule, at)
  const begun = beginning(loading.newCourseAfter, days, at)
  const { day } = begun
  if (day === undefined) return { missing: ['treatment.phase', ...begun.missing] }
  const missing = [...begun.missing]
  if ('services' in loading.first) {
    const { services } = loading.first
    const since = days.others.filter(({ date }) => day <= date && date < at.line.dateOfService)
    const sum = (of: 'least' | 'greatest') => since.reduce((all, one) => all + weightOf(one)[of], 0)
    if (sum('least') >= services) return { phase: 'maintenance', missing: [] }
    missing.push(...historyGap(at, (from) => from <= day))
    if (sum('greatest') >= services) return { missing: ['treatment.phase', ...missing, ...openDays(since)] }
  } else {
    const days = 'weeks' in loading.first ? loading.first.weeks * 7 : loading.first.days
    if (addDays(day, days) <= at.line.dateOfService) return { phase: 'maintenance', missing: [] }
  }
  return missing.length === 0 ? { phase: 'loading', missing } : { missing: ['treatment.phase', ...missing] }
}

/** The first day of the course; with something missing it may have begun earlier. */
function beginning(
  gap: { days?: number; months?: number } | undefined,
  { others, hasLongLine }: ServiceDays,
  at: Case,
): Begun {
  const date = at.line.dateOfService
  const startedOn = at.request.treatment?.startedOn
  if (startedOn !== undefined)
    return startedOn > date ? { missing: ['treatment.startedOn'] } : { day: startedOn, missing: [] }
  if (gap === undefined) return { missing: ['treatment.startedOn'] }
  const chain = (dates: readonly string[]) => {
    let begin = date
    for (const earlier of dates
      .filter((one) => one < date)
      .toSorted((one, other) => (one < other ? 1 : -1))) {
      if (addStretch(earlier, gap) <= begin) break
      begin = earlier
    }
    return begin
  }
  const day = chain(others.filter(isServiceDay).map((one) => one.date))
  const possibly = chain(others.filter((one) => weightOf(one).greatest > 0).map((one) => one.date))
  const lacks = historyGap(at, (since) => addStretch(addDays(since, -1), gap) <= day)
  const isSure = lacks.length === 0 && possibly === day && !hasLongLine
  return { day, missing: isSure ? [] : ['treatment.startedOn', ...lacks] }
}
