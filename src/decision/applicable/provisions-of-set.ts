import { inProcedures } from '../shapes/codes.js'
import type { Facts, Standing } from '../facts/facts.js'
import { gathered } from '../collect.js'
import { applies } from './jurisdiction.js'
import { voicesOfNdc } from './ndc-provisions.js'
import { inRange } from '../shapes/plain-date.js'
import type { Policy, PolicyVersion } from '../shapes/policy.js'
import { kindDecidedBy, type Rule } from '../shapes/rule.js'
import type { DecidedKind } from '../shapes/rule-kinds.js'
import { voicesOfProcedurePairs } from './procedure-pair-provisions.js'
import { union } from '../shapes/truth.js'
import { voicesOfUnitLimits } from './unit-limit-provisions.js'
import { isAfter, type Origin, type Unusable, type Voice } from './provision.js'

/** What the policies and unit limits of one set say for a code, date and place, of all kinds, in the order of the policies. */
export function standingVoices(policySetId: string, facts: Standing): Voice[] {
  return [
    ...gathered(facts.view.policies(policySetId, facts.line.code), (policy) => voicesOfPolicy(policy, facts)),
    ...voicesOfUnitLimits(policySetId, facts),
  ]
}

/** What the tables of one set say for the line because of the other services of the day, and because of its drug. */
export function passingVoices(policySetId: string, facts: Facts): Voice[] {
  return [...voicesOfProcedurePairs(policySetId, facts), ...voicesOfNdc(policySetId, facts)]
}

/** The rules of a kind in one set that name the code on the date, wherever and for whomever they hold. */
export function rulesNaming(policySetId: string, kind: DecidedKind, { view, line }: Standing): Rule[] {
  return gathered(view.policies(policySetId, line.code), ({ versions }) =>
    (versions.find((version) => inRange(line.date, version))?.rules ?? []).filter(
      (rule) =>
        kindDecidedBy(rule) === kind && inProcedures(line.code, rule.procedures) && inRange(line.date, rule),
    ),
  )
}

function voicesOfPolicy(policy: Policy, facts: Standing): Voice[] {
  const { line } = facts
  const current = policy.versions.find((candidate) => inRange(line.date, candidate))
  const place = applies(current?.jurisdiction ?? policy.jurisdiction, facts)
  if (place.truth === 'false') return []
  const doubt = place.truth === 'unknown' ? place.missing : undefined
  if (current !== undefined) return voicesOfVersion(policy, current, facts, doubt)
  const next = policy.versions.find((candidate) => candidate.from > line.date)
  // After the last version the policy is retired and silent; before the first, or in between, we do not hold its text.
  if (next === undefined) return []
  const rules = policy.versions
    .flatMap((version) => version.rules)
    .filter((rule) => inProcedures(line.code, rule.procedures))
  return unusable(rules, 'version-not-held', originOf(policy, next), doubt)
}

function voicesOfVersion(
  policy: Policy,
  version: PolicyVersion,
  { line }: Standing,
  doubt: readonly string[] | undefined,
): Voice[] {
  const rules = version.rules.filter(
    (rule) => inProcedures(line.code, rule.procedures) && inRange(line.date, rule),
  )
  const origin = originOf(policy, version)
  if (isAfter(line.date, version.source.usableThrough)) return unusable(rules, 'policy-stale', origin, doubt)
  return rules.map((rule) => ({
    type: 'rule',
    kind: kindDecidedBy(rule),
    rule,
    origin,
    doubt,
    citation: undefined,
  }))
}

function unusable(
  rules: readonly Rule[],
  reasonCode: Unusable,
  origin: Origin,
  doubt: readonly string[] | undefined,
): Voice[] {
  return union(rules.map(kindDecidedBy)).map((kind) => ({
    type: 'unusable',
    kind,
    reasonCode,
    origin,
    doubt,
    citation: undefined,
    rules: rules.filter((rule) => kindDecidedBy(rule) === kind),
  }))
}

/** Whether a voice is a rule of some sort, or a text that cannot be used and has such a rule. */
export function standsFor(voice: Voice, isSuch: (rule: Rule) => boolean): boolean {
  return voice.type === 'rule' ? isSuch(voice.rule) : voice.type === 'unusable' && voice.rules.some(isSuch)
}

/** Whether a rule can hold necessity up: all but documentation that serves another purpose. */
export function decidesNecessity(rule: Rule): boolean {
  return rule.kind !== 'documentation' || rule.purpose === 'decides-necessity'
}

function originOf(policy: Policy, { versionId, from, to, source }: PolicyVersion): Origin {
  return { policySetId: policy.policySetId, policyId: policy.policyId, versionId, from, to, source }
}
