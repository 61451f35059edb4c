import { inProcedures, treatmentPhases, type TreatmentPhase } from '../shapes/codes.js'
import { evaluate } from '../conditions/evaluate.js'
import type { Facts } from '../facts/facts.js'
import { amountOf } from '../shapes/amount.js'
import type { RuleOfKind } from '../shapes/rule.js'
import { memoize, memoizeForLatest } from '../memoize.js'
import { union } from '../shapes/truth.js'
import { holdAll } from './frequency-combine.js'
import { evaluateLimits, type Counted } from './frequency-limits.js'
import { phaseOf } from './frequency-phase.js'
import { unknownSchedule } from './frequency-results.js'
import type { ScheduleResult } from './result.js'
import { serviceDaysOf } from './service-days.js'
import { bothOf, timelineOf, type CountedService, type Timeline } from './timeline.js'

type FrequencyRule = RuleOfKind<'frequency'>

/**
 * Compares the services of the line with the rule's limits, by phase if the rule has phases. An exempt line
 * passes.
 */
export function evaluateFrequency(rule: FrequencyRule, facts: Facts): ScheduleResult {
  const counted = countedFor(rule, facts)
  const body =
    rule.phases === undefined
      ? evaluateLimits(rule.limits ?? [], counted, facts)
      : byPhase(rule, rule.phases, counted, facts)
  if (rule.exemptWhen === undefined) return body
  const exempt = evaluate(rule.exemptWhen, facts)
  if (exempt.truth === 'false' || (exempt.truth === 'unknown' && body.status === 'within-limit')) return body
  if (exempt.truth === 'true')
    return {
      ...holdAll([], facts.line.date),
      used: exempt.used,
      reason: { code: 'exempt' },
    }
  return {
    ...body,
    status: 'unknown',
    truth: 'unknown',
    arithmetic: {},
    missing: union(exempt.missing, body.truth === 'unknown' ? body.missing : []),
    reason: { code: 'exemption-unknown', otherwise: body.reason },
  }
}

/**
 * Counts the history and the earlier lines of the request. History entries that repeat these lines do not
 * count.
 */
function countedFor(rule: FrequencyRule, facts: Facts): Counted {
  const codes = rule.countsTogether ?? rule.procedures
  return countedOf(facts, `${rule.counting} ${inOneString(codes)}`, () => count(rule.counting, codes, facts))
}

// Several rules of a line often count the same codes. Lists of codes are compared by content.
const countedOf = memoizeForLatest<Facts, Counted>()
const inOneString = memoize((codes: readonly string[]) => codes.join(' '))

function count(counting: Counted['counting'], codes: readonly string[], facts: Facts): Counted {
  const days = serviceDaysOf(codes, inOneString(codes), facts)
  return counting === 'services'
    ? { timeline: days.others, own: days.own, days, counting }
    : { timeline: unitsOf(codes, facts), own: amountOf(facts.line.billedUnits), days, counting }
}

/** The units of history entries and earlier lines, including discarded units. */
function unitsOf(codes: readonly string[], { line, lines, earlierServices }: Facts): Timeline {
  const past = pastUnitsOf(earlierServices, inOneString(codes), () =>
    timelineOf(earlierServices(codes).map(({ date, units }) => ({ date, weight: units }))),
  )
  const earlierLines: CountedService[] = []
  for (const other of lines) {
    if (
      (other.date < line.date || (other.date === line.date && other.lineNumber < line.lineNumber)) &&
      inProcedures(other.code, codes)
    )
      earlierLines.push({ date: other.date, weight: amountOf(other.billedUnits) })
  }
  return earlierLines.length === 0 ? past : bothOf(past, timelineOf(earlierLines))
}

// All lines of a request have the same history.
const pastUnitsOf = memoizeForLatest<Facts['earlierServices'], Timeline>()

/**
 * Evaluates a rule with phases. If the phase is not known, both are tried, also one that the document does
 * not mention: if the results agree, that is the result; otherwise the phase is missing.
 */
function byPhase(
  { loading }: FrequencyRule,
  phases: NonNullable<FrequencyRule['phases']>,
  counted: Counted,
  facts: Facts,
): ScheduleResult {
  const under = (phase: TreatmentPhase): ScheduleResult => {
    const entry = phases.find((candidate) => candidate.phase === phase)
    if (entry === undefined) return unknownSchedule([], [], { code: 'phase-not-covered', phase })
    return evaluateLimits(entry.limits, counted, facts)
  }
  const found = phaseOf(loading, counted.days, facts)
  if (found.phase !== undefined) {
    const result = under(found.phase)
    const { phase, ground } = found
    if (ground === undefined)
      return { ...result, used: [{ fact: 'treatment.phase', value: phase }, ...result.used] }
    return {
      ...result,
      reason: { code: 'as/in-phase', phase, ground, reason: result.reason },
      used: [{ fact: 'treatment.phase', value: phase, ground }, ...result.used],
    }
  }
  const results = treatmentPhases.map((phase) => ({ phase, result: under(phase) }))
  const statuses = union(results.map(({ result }) => result.status))
  const phasesGiven = results.map(({ phase, result }) => ({ phase, reason: result.reason }))
  if (statuses.length === 1) {
    const agreed = holdAll(
      results.map(({ result }) => result),
      facts.line.date,
    )
    return { ...agreed, reason: { code: 'as/phases-agree', phases: phasesGiven, reason: agreed.reason } }
  }
  const missing = union(found.missing, ...results.map(({ result }) => result.missing))
  return unknownSchedule(missing, [], { code: 'phase-not-given', phases: phasesGiven })
}
