import type { Facts } from '../../facts/facts.js'
import { inProcedures, normalizeCode, treatmentPhases } from '../../shapes/codes.js'
import type { FrequencyLimit } from '../../shapes/frequency-limit.js'
import type { RuleOfKind } from '../../shapes/rule.js'
import type { RuleKind } from '../../shapes/rule-kinds.js'
import { addDays, addMonths, calendarPeriod, firstOfMonthAfter } from '../../shapes/plain-date.js'
import type { EvaluatedProvision } from '../../questions/evaluate-applicable.js'
import type { ProvisionOf } from '../../applicable/provision.js'
import { authorizationFor } from './facts/authorization.js'
import { waysForDetail } from './facts/claim-detail.js'
import { historyComplete } from './facts/history.js'
import { laterDate } from './facts/later-date.js'
import { fewerUnits } from './facts/units.js'
import { anyOption, everyOption, noWay, refuse, type Options } from './options.js'
import { waysTo } from './ways-of-condition.js'

/** What may turn a finding into a pass: by the kind of rule or table that speaks, or so that the rule does not apply. */
export function waysToPass(evaluated: EvaluatedProvision, facts: Facts): Options {
  const { provision, result } = evaluated
  const missingScope =
    provision.missingScope === undefined
      ? noWay
      : refuse(
          'give-the-fact',
          'Whether the document applies depends on facts that were not given; they are named among the information needed.',
        )
  switch (provision.type) {
    case 'rule':
      return anyOption([waysOfRule(provision, result, facts), missingScope])
    case 'unit-limit':
      return anyOption([unitsWithin(provision.row, facts), missingScope])
    case 'procedure-pair':
      return refuse(
        'depends-on-what-was-done',
        'Whether the two services were separate, so that a modifier says so, is for whoever gave them; no modifier is proposed.',
      )
    case 'ndc':
      return refuse(
        'depends-on-what-was-done',
        'Compare the NDC with the package of the drug that was given; another is not proposed.',
      )
    case 'unusable':
      return refuse('no-change-known', 'The text that holds on that date is not held: ask the payer.')
  }
}

type WaysOf = {
  readonly [K in RuleKind]: (
    rule: RuleOfKind<K>,
    facts: Facts,
    result: EvaluatedProvision['result'],
  ) => Options
}

// One entry per kind of rule; a kind without an entry does not compile.
const waysOf: WaysOf = {
  'prior-authorization': (rule, facts) => anyOption([casesPassed(rule, facts), authorizationFor(facts)]),
  'coverage-exclusion': () => noWay,
  diagnosis: (rule, facts) =>
    rule.supports === undefined
      ? refuse(
          'ask-the-clinician',
          'A diagnosis is never proposed: ask the clinician what the record supports.',
        )
      : waysTo(true, rule.supports, facts, rule.conditionalCodes),
  documentation: (rule, facts) => waysTo(true, rule.criteria, facts),
  frequency: onSchedule,
  units: (rule, facts) => unitsWithin(rule, facts),
  'claim-line': (rule, facts) => waysTo(true, rule.requires, facts),
  review: () =>
    refuse('no-change-known', 'Nobody has turned this text into a rule yet: read it, or ask the payer.'),
}

function waysOfRule(
  { rule }: ProvisionOf<'rule'>,
  result: EvaluatedProvision['result'],
  facts: Facts,
): Options {
  // The table is exhaustive by its type; TypeScript cannot pair a union's kind with its entry by itself.
  const ways = waysOf[rule.kind] as (
    body: typeof rule,
    facts: Facts,
    result: EvaluatedProvision['result'],
  ) => Options
  return anyOption([
    ways(rule, facts, result),
    ...(rule.when === undefined ? [] : [waysTo(false, rule.when, facts)]),
  ])
}

/** A case that asks for nothing holds, and none before it does; or no case holds. */
function casesPassed({ cases }: RuleOfKind<'prior-authorization'>, facts: Facts): Options {
  const passed = (before: number): Options[] =>
    cases.slice(0, before).map(({ when }) => (when === undefined ? noWay : waysTo(false, when, facts)))
  const free = cases.flatMap(({ when, requirement }, at) =>
    requirement === 'not-required'
      ? [everyOption([...passed(at), ...(when === undefined ? [] : [waysTo(true, when, facts)])])]
      : [],
  )
  return anyOption([...free, everyOption(passed(cases.length))])
}

function onSchedule(
  rule: RuleOfKind<'frequency'>,
  facts: Facts,
  result: EvaluatedProvision['result'],
): Options {
  const next = result.type === 'schedule' ? result.arithmetic.nextEligibleDate : undefined
  const limits = [...(rule.limits ?? []), ...(rule.phases ?? []).flatMap((phase) => phase.limits)]
  const missesHistory = result.missing.some(
    (fact) => fact === 'serviceHistory' || fact === 'serviceHistorySince',
  )
  const { phase } = facts.sent.treatment ?? {}
  const { line, lines } = facts
  const together = lines.filter(
    (other) =>
      other !== line &&
      other.date === line.date &&
      !other.modifiers.isDiscarded &&
      inProcedures(other.code, rule.countsTogether ?? rule.procedures),
  )
  const supplied = [
    ...(missesHistory
      ? [
          historyComplete(
            limits
              .map((limit) => mustReachBackTo(limit, facts))
              .reduce((first, day) => (day < first ? day : first), facts.line.date),
            facts,
          ),
        ]
      : []),
    ...(rule.phases !== undefined && phase === undefined
      ? [
          waysForDetail(
            {
              what: 'the phase of the treatment',
              pointer: '/treatment/phase',
              given: phase,
              kind: 'treatment-phase',
            },
            true,
            treatmentPhases,
            [],
          ),
        ]
      : []),
  ]
  return anyOption([
    laterDate(next, facts),
    ...(together.length === 0 ? [] : [laterDate(next, facts, together)]),
    ...supplied,
    ...(supplied.length > 1 ? [everyOption(supplied)] : []),
    ...(rule.exemptWhen === undefined ? [] : [waysTo(true, rule.exemptWhen, facts)]),
    ...(rule.curableBy?.includes('authorization') === true ? [authorizationFor(facts)] : []),
    ...(rule.counting === 'units' ? [fewerUnits(unitsLeft(limits, result), facts)] : []),
  ])
}

/** The first day since which the history must be complete for a limit to be known to hold. */
function mustReachBackTo(limit: FrequencyLimit, { line, sent }: Facts): string {
  switch (limit.type) {
    case 'full-months-after':
      return firstOfMonthAfter(line.date, -limit.months - 1)
    // A plan year may begin on the first of any month; twelve months back it has begun for sure.
    case 'calendar-period':
      return limit.period === 'plan-year'
        ? addMonths(line.date, -12)
        : calendarPeriod(line.date, limit.period).from
    case 'lifetime':
      return addMonths(line.date, -Math.ceil(12 * ((sent.patient?.ageYears ?? 0) + 1)))
    default:
      return 'days' in limit ? addDays(line.date, -limit.days) : addMonths(line.date, -limit.months)
  }
}

function unitsLeft(limits: readonly FrequencyLimit[], result: EvaluatedProvision['result']): number {
  const remaining = result.type === 'schedule' ? result.arithmetic.remaining : undefined
  const most = limits.flatMap((limit) => ('maximum' in limit ? [limit.maximum] : []))
  return remaining ?? Math.min(...most, 999999)
}

/** What other lines of the day leave of the limit. */
function unitsWithin(
  { maximum, adjudicationIndicator }: { readonly maximum: number; readonly adjudicationIndicator: number },
  facts: Facts,
): Options {
  if (maximum === 0)
    return refuse(
      'given-otherwise',
      'No unit is payable in this setting; another claim form is not proposed.',
    )
  const { line, lines } = facts
  const others =
    adjudicationIndicator === 1
      ? []
      : lines.filter(
          (other) =>
            other !== line &&
            normalizeCode(other.code) === line.code &&
            other.date === line.date &&
            other.npi === line.npi,
        )
  const taken = others.reduce(
    (sum, { billedUnits }) => sum + ('value' in billedUnits ? billedUnits.value : Infinity),
    0,
  )
  if (taken >= maximum)
    return refuse(
      'depends-on-what-was-done',
      'Other lines of the day take all that the limit allows. Which of them stands is for whoever gave the services.',
    )
  return fewerUnits(maximum - taken, facts)
}
