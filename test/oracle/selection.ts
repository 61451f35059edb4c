// Which plan, which sets, which policies, which rules: sections 3 and 4 of the specification.
import type { Area, Jurisdiction } from '../../src/decision/shapes/area.js'
import type { Completeness, Plan, Policy } from '../../src/decision/shapes/policy.js'
import type { Rule } from '../../src/decision/shapes/rule.js'
import type { DecidedKind } from '../../src/decision/shapes/rule-kinds.js'
import type { Grade } from '../../src/decision/shapes/source.js'
import { isAmong } from './codes.js'
import { holdsState } from './conditions.js'
import { isIn } from './dates.js'
import { procedureOf, type Case } from './facts.js'
import { claimTableSpeakers } from './claim-tables.js'
import { tableSpeakers } from './unit-tables.js'
import { all, any, no, truthOf, unique, unknown, yes, type Truth } from './truth.js'

/** What speaks: a rule, a row of a table, or the fact that the right version is not there to be read. */
export type Voice =
  | { is: 'rule'; rule: Rule }
  | { is: 'row'; maximum: number; adjudicationIndicator: number }
  | { is: 'stale' | 'not-held'; rules: readonly Rule[] }
  | { is: 'claim-type-absent' }
  | { is: 'claim-table'; truth: Truth; neverPaid: boolean }

/** A voice with its origin. `doubt` holds the facts that would tell whether it applies at all; undefined when it surely does. */
export interface Speaker {
  policySetId: string
  policyId: string
  grade?: Grade
  doubt?: readonly string[]
  /** Of a fallback set that may not speak at all: only what would stop the line counts, as a doubt that nothing settles. */
  onlyStops?: true
  voice: Voice
}

/** The plan of a request, or why there is none and which facts would name it. Section 3. */
export function planOf(at: Case): { plan: Plan } | { problem: string; missing: readonly string[] } {
  const { planId, payerId } = at.request.coverage
  const found = planId !== undefined ? planById(at, planId, payerId) : planByPayer(at, payerId)
  if ('problem' in found || found.plan.claimTypes === undefined) return found
  const claimType = at.request.claimType
  if (claimType === undefined) return { problem: 'claim-type-not-of-plan', missing: ['claimType'] }
  return found.plan.claimTypes.includes(claimType)
    ? found
    : { problem: 'claim-type-not-of-plan', missing: [] }
}

function planById(at: Case, planId: string, payerId: string | undefined): ReturnType<typeof planOf> {
  const plan = at.content.plans.find((one) => one.planId === planId)
  if (plan === undefined) return { problem: 'plan-not-held', missing: [] }
  if (payerId !== undefined && plan.payerId !== payerId)
    return { problem: 'plan-payer-mismatch', missing: ['planId'] }
  return { plan }
}

function planByPayer(at: Case, payerId: string | undefined): ReturnType<typeof planOf> {
  if (payerId === undefined) return { problem: 'plan-not-given', missing: ['planId'] }
  if (!at.content.payers.some((payer) => payer.payerId === payerId))
    return { problem: 'payer-not-held', missing: [] }
  const plans = at.content.plans.filter((plan) => plan.payerId === payerId)
  const [plan] = plans
  if (plan === undefined) return { problem: 'plan-not-held', missing: [] }
  return plans.length === 1 ? { plan } : { problem: 'payer-has-several-plans', missing: ['planId'] }
}

const contractorOf = { professional: 'mac-part-b', institutional: 'mac-part-a', dme: 'dme-mac' } as const

/** Whether a policy or declaration applies where the service is furnished. */
export function applies(jurisdiction: Jurisdiction | undefined, at: Case): Truth {
  if (jurisdiction === undefined) return yes
  const areas = Array.isArray(jurisdiction) ? jurisdiction : [jurisdiction]
  return any(areas.map((area) => all([contractorApplies(area, at), placeApplies(area, at)])))
}

function contractorApplies(jurisdiction: Area, at: Case): Truth {
  const types = jurisdiction.contractorTypes
  if (types === undefined || unique(types).length === 3) return yes
  const claimType = at.request.claimType
  return claimType === undefined ? unknown('claimType') : truthOf(types.includes(contractorOf[claimType]))
}

function placeApplies(jurisdiction: Area, at: Case): Truth {
  const { states, contractorNumbers } = jurisdiction
  const { state, contractorNumber } = at.request.coverage
  if (states === undefined && contractorNumbers === undefined) return yes
  if (contractorNumber !== undefined && contractorNumbers !== undefined) {
    if (!contractorNumbers.includes(contractorNumber)) return no
    const contradicted = states !== undefined && holdsState(states, state).value === 'false'
    return contradicted ? unknown('state') : yes
  }
  return states !== undefined ? holdsState(states, state) : unknown('contractorNumber')
}

/** The kind that a rule speaks about. */
function kindOf(rule: Rule): DecidedKind {
  return rule.kind === 'review' ? rule.about : rule.kind
}

/** What a policy says of a kind; nothing when it is silent. */
function policySpeakers(policy: Policy, kind: DecidedKind, at: Case): Speaker[] {
  const date = at.line.dateOfService
  const version = policy.versions.find((one) => isIn(date, one))
  const where = applies(version?.jurisdiction ?? policy.jurisdiction, at)
  if (where.value === 'false') return []
  const origin = {
    policySetId: policy.policySetId,
    policyId: policy.policyId,
    ...(where.value === 'unknown' ? { doubt: where.missing } : {}),
  }
  const ofKind = (rules: readonly Rule[]) =>
    rules.filter((rule) => kindOf(rule) === kind && isAmong(procedureOf(at.line), rule.procedures))
  if (version === undefined) {
    const laterVersion = policy.versions.some((one) => date < one.from)
    const rules = ofKind(policy.versions.flatMap((one) => one.rules))
    return laterVersion && rules.length > 0 ? [{ ...origin, voice: { is: 'not-held', rules } }] : []
  }
  const counting = ofKind(version.rules).filter((rule) => isIn(date, rule))
  if (counting.length === 0) return []
  const { usableThrough, grade } = version.source
  if (usableThrough !== undefined && date > usableThrough)
    return [{ ...origin, voice: { is: 'stale', rules: counting } }]
  return counting.map((rule) => ({ ...origin, grade, voice: { is: 'rule', rule } }))
}

/** Everything that a set says of a kind; a set has a rule of the kind when this is not empty. */
export function setSpeakers(policySetId: string, kind: DecidedKind, at: Case): Speaker[] {
  const policies = at.content.policies.filter((policy) => policy.policySetId === policySetId)
  const fromPolicies = policies.flatMap((policy) => policySpeakers(policy, kind, at))
  if (kind === 'units') return [...fromPolicies, ...tableSpeakers(policySetId, at)]
  return kind === 'claim-line' ? [...fromPolicies, ...claimTableSpeakers(policySetId, at)] : fromPolicies
}

/** Everything that speaks of a kind under a plan: binding sets, the first governing set, or else a fallback set. */
export function speakersOf(plan: Plan, kind: DecidedKind, at: Case): Speaker[] {
  const inRole = (role: string) =>
    plan.follows
      .filter((one) => one.role === role)
      .map((one) => setSpeakers(one.policySetId, kind, at))
      .filter((some) => some.length > 0)
  const binding = inRole('binding').flat()
  const governing = inRole('governing')
  if (governing.length > 0) {
    const addsUp = kind === 'units' || kind === 'claim-line'
    return [...binding, ...(addsUp ? governing.flat() : (governing[0] ?? []))]
  }
  const complete = all(governingCompleteness(plan, kind, at))
  const fallback = inRole('fallback')[0] ?? []
  if (complete.value === 'false') {
    const silencePasses = ['coverage-exclusion', 'documentation', 'claim-line'].includes(kind)
    if (!silencePasses && binding.length === 0) return []
    const doubted = fallback
      .filter(({ voice }) => couldStop(voice))
      .map((speaker) => ({ ...speaker, onlyStops: true as const }))
    return [...binding, ...doubted]
  }
  if (complete.value === 'true') return [...binding, ...fallback]
  return [
    ...binding,
    ...fallback.map((speaker) => ({
      ...speaker,
      doubt: unique([...(speaker.doubt ?? []), ...complete.missing]),
    })),
  ]
}

/** Whether a rule, or one of the rules of a text that cannot be used, could stop a line. */
function couldStop(voice: Voice): boolean {
  const stops = (rule: Rule) =>
    rule.kind === 'documentation'
      ? rule.purpose === 'decides-necessity' || rule.purpose === 'with-claim'
      : !(rule.kind === 'claim-line' && rule.effect === 'advise')
  if (voice.is === 'rule') return stops(voice.rule)
  return !('rules' in voice) || voice.rules.length === 0 || voice.rules.some(stops)
}

/** Whether each governing set that deals with the kind is complete for it. */
function governingCompleteness(plan: Plan, kind: DecidedKind, at: Case): Truth[] {
  return setsThatSpeakTo(plan, kind, ['governing'], at).map((policySetId) =>
    completenessOf(policySetId, kind, at),
  )
}

/** The followed sets in these roles whose documents deal with the kind. */
export function setsThatSpeakTo(plan: Plan, kind: DecidedKind, roles: readonly string[], at: Case): string[] {
  const followed = plan.follows.filter((one) => roles.includes(one.role)).map((one) => one.policySetId)
  return followed.filter((id) =>
    at.content.policySets.some((set) => set.policySetId === id && set.speaksTo.includes(kind)),
  )
}

/** The declaration by which the silence of a set means something here, where one surely does. */
export function currentDeclaration(
  policySetId: string,
  kind: DecidedKind,
  at: Case,
): Completeness | undefined {
  const set = at.content.policySets.find((one) => one.policySetId === policySetId)
  return (set?.completeness ?? []).find(
    (one) =>
      one.source.grade !== 'secondary' &&
      covers(one, kind, at) &&
      applies(one.jurisdiction, at).value === 'true',
  )
}

/** Whether the silence of a set means something. A secondary declaration does not count. */
export function completenessOf(policySetId: string, kind: DecidedKind, at: Case): Truth {
  const set = at.content.policySets.find((one) => one.policySetId === policySetId)
  const declarations = (set?.completeness ?? []).filter(
    (one) => one.source.grade !== 'secondary' && covers(one, kind, at),
  )
  return any(declarations.map((declaration) => applies(declaration.jurisdiction, at)))
}

function covers(declaration: Completeness, kind: DecidedKind, at: Case): boolean {
  const date = at.line.dateOfService
  const { usableThrough } = declaration.source
  if (!declaration.kinds.includes(kind) || !isAmong(procedureOf(at.line), declaration.procedures))
    return false
  return isIn(date, declaration) && (usableThrough === undefined || date <= usableThrough)
}
