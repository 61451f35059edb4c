import { inProcedures } from '../shapes/codes.js'
import type { Facts, ScopeFacts } from '../facts/facts.js'
import { collect } from '../collect.js'
import { applies } from './jurisdiction.js'
import { provisionsOfNdc } from './ndc-provisions.js'
import { inRange } from '../shapes/plain-date.js'
import type { Policy, PolicyVersion } from '../shapes/policy.js'
import { kindDecidedBy, type Rule } from '../shapes/rule.js'
import type { DecidedKind } from '../shapes/rule-kinds.js'
import { provisionsOfProcedurePairs } from './procedure-pair-provisions.js'
import { union } from '../shapes/truth.js'
import { provisionsOfUnitLimits } from './unit-limit-provisions.js'
import { isAfter, type Origin, type Unusable, type Provision } from './provision.js'

/**
 * The provisions in the policies and unit limits of one set for a code, date and place: all kinds, in the
 * order of the policies.
 */
export function provisionsOfSet(policySetId: string, facts: ScopeFacts): Provision[] {
  return [
    ...collect(facts.view.policies(policySetId, facts.line.code), (policy) =>
      provisionsOfPolicy(policy, facts),
    ),
    ...provisionsOfUnitLimits(policySetId, facts),
  ]
}

/**
 * The provisions in the tables of one set that depend on the other services of the day or on the drug of the
 * line.
 */
export function provisionsOfDay(policySetId: string, facts: Facts): Provision[] {
  return [...provisionsOfProcedurePairs(policySetId, facts), ...provisionsOfNdc(policySetId, facts)]
}

/** The rules of a kind in one set that name the code on the date, for any place and any condition. */
export function rulesNaming(policySetId: string, kind: DecidedKind, { view, line }: ScopeFacts): Rule[] {
  return collect(view.policies(policySetId, line.code), ({ versions }) =>
    (versions.find((version) => inRange(line.date, version))?.rules ?? []).filter(
      (rule) =>
        kindDecidedBy(rule) === kind && inProcedures(line.code, rule.procedures) && inRange(line.date, rule),
    ),
  )
}

function provisionsOfPolicy(policy: Policy, facts: ScopeFacts): Provision[] {
  const { line } = facts
  const current = policy.versions.find((candidate) => inRange(line.date, candidate))
  const place = applies(current?.jurisdiction ?? policy.jurisdiction, facts)
  if (place.truth === 'false') return []
  const missingScope = place.truth === 'unknown' ? place.missing : undefined
  if (current !== undefined) return provisionsOfVersion(policy, current, facts, missingScope)
  const next = policy.versions.find((candidate) => candidate.from > line.date)
  // After its last version a policy is retired and provides nothing. Before the first or between two versions
  // its text is not loaded.
  if (next === undefined) return []
  const rules = policy.versions
    .flatMap((version) => version.rules)
    .filter((rule) => inProcedures(line.code, rule.procedures))
  return unusable(rules, 'version-not-held', originOf(policy, next), missingScope)
}

function provisionsOfVersion(
  policy: Policy,
  version: PolicyVersion,
  { line }: ScopeFacts,
  missingScope: readonly string[] | undefined,
): Provision[] {
  const rules = version.rules.filter(
    (rule) => inProcedures(line.code, rule.procedures) && inRange(line.date, rule),
  )
  const origin = originOf(policy, version)
  if (isAfter(line.date, version.source.usableThrough))
    return unusable(rules, 'policy-stale', origin, missingScope)
  return rules.map((rule) => ({
    type: 'rule',
    kind: kindDecidedBy(rule),
    rule,
    origin,
    missingScope,
    citation: undefined,
  }))
}

function unusable(
  rules: readonly Rule[],
  reasonCode: Unusable,
  origin: Origin,
  missingScope: readonly string[] | undefined,
): Provision[] {
  return union(rules.map(kindDecidedBy)).map((kind) => ({
    type: 'unusable',
    kind,
    reasonCode,
    origin,
    missingScope,
    citation: undefined,
    rules: rules.filter((rule) => kindDecidedBy(rule) === kind),
  }))
}

/**
 * Whether a provision is a rule that passes `isSuch`, or a text that cannot be used and contains such a rule.
 */
export function standsFor(provision: Provision, isSuch: (rule: Rule) => boolean): boolean {
  return provision.type === 'rule'
    ? isSuch(provision.rule)
    : provision.type === 'unusable' && provision.rules.some(isSuch)
}

/**
 * Whether a rule takes part in deciding medical necessity: every rule except documentation for another
 * purpose.
 */
export function decidesNecessity(rule: Rule): boolean {
  return rule.kind !== 'documentation' || rule.purpose === 'decides-necessity'
}

function originOf(policy: Policy, { versionId, from, to, source }: PolicyVersion): Origin {
  return { policySetId: policy.policySetId, policyId: policy.policyId, versionId, from, to, source }
}
