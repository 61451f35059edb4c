import { inProcedures } from './codes.js'
import type { Facts } from './facts.js'
import { applies } from './jurisdiction.js'
import { inRange } from './plain-date.js'
import { kindDecidedBy, type DecidedKind, type Policy, type PolicyVersion, type Rule, type Source } from './policy.js'
import { union } from './truth.js'
import type { UnitLimitLookup } from './view.js'

/** Where something was read: enough to cite it. */
export interface Origin {
  readonly policySetId: string
  readonly policyId?: string
  readonly versionId: string
  readonly from: string
  readonly to?: string | undefined
  readonly source: Source
}

/** Why a text or table cannot be used. */
export type Unusable = 'policy-stale' | 'version-not-held' | 'claim-type-not-given'

interface VoiceBase {
  readonly kind: DecidedKind
  readonly origin: Origin
  /** Facts that would tell whether this speaks at all; undefined when that is certain. */
  readonly doubt: readonly string[] | undefined
}

/** What one policy or table has to say on one rule kind for one line: a rule, a table row, or why its text cannot be used. */
export type Voice =
  | VoiceBase & { readonly type: 'rule', readonly rule: Rule }
  | VoiceBase & { readonly type: 'unit-limit', readonly edition: UnitLimitLookup['edition'], readonly row: NonNullable<UnitLimitLookup['row']> }
  | VoiceBase & { readonly type: 'unusable', readonly reasonCode: Unusable, readonly rules: readonly Rule[] }

/** A voice whose speaking hangs on these facts besides those it already hangs on. */
export function withDoubt (voice: Voice, missing: readonly string[]): Voice {
  return { ...voice, doubt: union(voice.doubt ?? [], missing) }
}

/** Everything the policies and unit-limit tables of one set say for the line, of all kinds, in the order of the policies. */
export function voicesOfSet (policySetId: string, facts: Facts): Voice[] {
  return [
    ...facts.view.policies(policySetId, facts.line.code).flatMap(policy => voicesOfPolicy(policy, facts)),
    ...voicesOfUnitLimits(policySetId, facts)
  ]
}

function voicesOfPolicy (policy: Policy, facts: Facts): Voice[] {
  const { line } = facts
  const current = policy.versions.find(candidate => inRange(line.date, candidate))
  const place = applies(current?.jurisdiction ?? policy.jurisdiction, facts)
  if (place.truth === 'false') return []
  const doubt = place.truth === 'unknown' ? place.missing : undefined
  if (current !== undefined) return voicesOfVersion(policy, current, facts, doubt)
  const next = policy.versions.find(candidate => candidate.from > line.date)
  // After the last version the policy is retired and silent; before the first, or in between, we do not hold its text.
  if (next === undefined) return []
  const rules = policy.versions.flatMap(version => version.rules).filter(rule => inProcedures(line.code, rule.procedures))
  return unusable(rules, 'version-not-held', originOf(policy, next), doubt)
}

function voicesOfVersion (policy: Policy, version: PolicyVersion, { line }: Facts, doubt: readonly string[] | undefined): Voice[] {
  const rules = version.rules.filter(rule => inProcedures(line.code, rule.procedures) && inRange(line.date, rule))
  const origin = originOf(policy, version)
  if (isAfter(line.date, version.source.usableThrough)) return unusable(rules, 'policy-stale', origin, doubt)
  return rules.map(rule => ({ type: 'rule', kind: kindDecidedBy(rule), rule, origin, doubt }))
}

function unusable (rules: readonly Rule[], reasonCode: Unusable, origin: Origin, doubt: readonly string[] | undefined): Voice[] {
  return union(rules.map(kindDecidedBy)).map(kind => ({
    type: 'unusable', kind, reasonCode, origin, doubt, rules: rules.filter(rule => kindDecidedBy(rule) === kind)
  }))
}

/** Whether a voice is a rule of some sort, or a text that cannot be used and has such a rule. */
export function standsFor (voice: Voice, isSuch: (rule: Rule) => boolean): boolean {
  return voice.type === 'rule' ? isSuch(voice.rule) : voice.type === 'unusable' && voice.rules.some(isSuch)
}

/** Whether a rule can hold necessity up: all but documentation that serves another purpose. */
export function decidesNecessity (rule: Rule): boolean {
  return rule.kind !== 'documentation' || rule.purpose === 'decides-necessity'
}

/** Whether `date` lies after the last day of `through`; an absent `through` has no end. */
export function isAfter (date: string, through: string | undefined): boolean {
  return through !== undefined && date > through
}

function originOf (policy: Policy, { versionId, from, to, source }: PolicyVersion): Origin {
  return { policySetId: policy.policySetId, policyId: policy.policyId, versionId, from, to, source }
}

// CMS publishes one MUE table for each of three settings; the claim form tells which one applies (NCCI Policy Manual ch. I §V).
const settingOf = { professional: 'practitioner', institutional: 'outpatient-hospital', dme: 'dme-supplier' } as const

function voicesOfUnitLimits (policySetId: string, facts: Facts): Voice[] {
  const { claimType, line, view } = facts
  if (claimType === undefined) {
    const any = Object.values(settingOf).flatMap(setting => view.unitLimits(policySetId, setting, line.code)).find(({ row }) => row !== undefined)
    return any === undefined ? [] : [{ ...unusableTable('claim-type-not-given', any.edition), doubt: ['claimType'] }]
  }
  const editions = view.unitLimits(policySetId, settingOf[claimType], line.code)
  const current = editions.find(({ edition }) => inRange(line.date, edition))
  if (current === undefined) {
    const next = editions.find(({ edition }) => edition.from > line.date)
    return next === undefined ? [] : [unusableTable('version-not-held', next.edition)]
  }
  // A table that does not list the code says nothing of it: some MUE values are confidential.
  const { edition, row } = current
  if (row === undefined) return []
  return isAfter(line.date, edition.source.usableThrough) ? [unusableTable('policy-stale', edition)] : [{ type: 'unit-limit', kind: 'units', edition, row, origin: originOfEdition(edition), doubt: undefined }]
}

function unusableTable (reasonCode: Unusable, edition: UnitLimitLookup['edition']): Voice {
  return { type: 'unusable', kind: 'units', reasonCode, origin: originOfEdition(edition), doubt: undefined, rules: [] }
}

function originOfEdition ({ policySetId, edition, from, to, source }: UnitLimitLookup['edition']): Origin {
  return { policySetId, versionId: edition, from, to, source }
}
