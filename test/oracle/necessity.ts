// Is the service supported? Exclusions, diagnoses and the documentation that decides. Section 6 of the specification.
import type { NecessityStatus } from '../../src/decision/shapes/statuses.js'
import type { Plan } from '../../src/decision/shapes/policy.js'
import type { Rule, RuleOfKind } from '../../src/decision/shapes/rule.js'
import { holds } from './conditions.js'
import { diagnosisFactsOf } from './diagnosis-facts.js'
import { linkedDiagnoses, type Case } from './facts.js'
import { resultsOf, withoutSecondaryPasses, type Result } from './results.js'
import { speakersOf, type Speaker } from './selection.js'
import { silenceOn } from './silence.js'
import { all, no, structural, truthOf, unique, unknown, yes, type Truth } from './truth.js'

/** `grounds`: why it is not met, one for each kind of part that is false. `facts`: of the diagnosis rules; absent where days of the line differ. */
export interface NecessityAnswer {
  status: NecessityStatus
  missing: string[]
  grounds: string[]
  facts?: string[]
}

/** Every exclusion, the diagnoses together, and every deciding documentation rule are the parts. */
export function necessityOf(plan: Plan, at: Case): NecessityAnswer {
  const exclusions = resultsOf(speakersOf(plan, 'coverage-exclusion', at), at, () => no)
  const others = [diagnosisPart(plan, at), ...documentationParts(plan, at).map((result) => result.truth)]
  const excluded = exclusions
    .filter((result) => result.truth.value === 'false')
    .map(({ speaker: { voice } }) =>
      voice.is === 'rule' && voice.rule.kind === 'coverage-exclusion' ? voice.rule.basis : 'none',
    )
  const unsupported = others.some((truth) => truth.value === 'false') ? ['reasonable-and-necessary'] : []
  return {
    ...concludeNecessity([...exclusions.map((result) => result.truth), ...others]),
    grounds: unique([...excluded, ...unsupported]),
    facts: diagnosisFactsOf(plan, at),
  }
}

/** False = not-met; an unknown part that misses nothing makes it indeterminate. */
function concludeNecessity(parts: readonly Truth[]): Omit<NecessityAnswer, 'grounds' | 'facts'> {
  const together = all(parts)
  if (together.value === 'false') return { status: 'not-met', missing: [] }
  if (together.value === 'true') return { status: 'met', missing: [] }
  const everyMisses = parts.every((part) => part.value !== 'unknown' || part.missing.length > 0)
  return {
    status: everyMisses ? 'insufficient-evidence' : 'indeterminate',
    missing: unique(together.missing),
  }
}

/** The policies of a set must agree; the sets must all support. */
function diagnosisPart(plan: Plan, at: Case): Truth {
  const body = (rule: Rule) => (rule.kind === 'diagnosis' ? supportOf(rule, at) : structural)
  const results = withoutSecondaryPasses(resultsOf(speakersOf(plan, 'diagnosis', at), at, body))
  if (results.length === 0) return unknown(...silenceOn('diagnosis', plan, at).missing)
  const sets = unique(results.map((result) => result.speaker.policySetId))
  return all(sets.map((set) => agreementOf(results.filter((result) => result.speaker.policySetId === set))))
}

function agreementOf(resultsOfSet: readonly Result[]): Truth {
  const policies = unique(resultsOfSet.map((result) => result.speaker.policyId))
  const perPolicy = policies.map((policy) =>
    all(resultsOfSet.filter((result) => result.speaker.policyId === policy).map((result) => result.truth)),
  )
  const says = (value: string) => perPolicy.some((truth) => truth.value === value)
  if (says('true') && says('false')) return structural
  if (!says('unknown')) return perPolicy[0] ?? structural
  return unknown(...unique(perPolicy.flatMap((truth) => [...truth.missing])))
}

/** What one diagnosis rule says of the diagnoses linked to the line. */
export function supportOf(rule: RuleOfKind<'diagnosis'>, at: Case): Truth {
  if (rule.supports === undefined && rule.excluded === undefined) return yes
  const supports =
    rule.supports === undefined ? undefined : holds(rule.supports, at, rule.conditionalCodes ?? [])
  const linked = linkedDiagnoses(at)
  if ('missing' in linked) return unknown(...unique([linked.missing, ...(supports?.missing ?? [])]))
  const excluded = at.content.codeSets.find((set) => set.codeSetId === rule.excluded)?.codes ?? []
  const excludedCount = linked.codes.filter((code) => excluded.includes(code)).length
  const allExcluded = excludedCount === linked.codes.length
  if (supports === undefined) {
    if (allExcluded) return no
    return excludedCount === 0 ? yes : structural
  }
  if (supports.value !== 'false') return supports
  return rule.others === 'deny' || allExcluded ? truthOf(false) : structural
}

/** Documentation rules that decide necessity; an unread or absent version counts where it has such a rule. */
function documentationParts(plan: Plan, at: Case): Result[] {
  const speakers = speakersOf(plan, 'documentation', at).filter((speaker) =>
    mayHavePurpose(speaker, 'decides-necessity'),
  )
  return resultsOf(speakers, at, (rule) =>
    rule.kind === 'documentation' ? holds(rule.criteria, at) : structural,
  )
}

/** Whether a speaker is, or stands for, a documentation rule of a purpose. A review rule does not tell its purpose. */
function mayHavePurpose(speaker: Speaker, purpose: string): boolean {
  const has = (rule: Rule) =>
    rule.kind === 'review' || (rule.kind === 'documentation' && rule.purpose === purpose)
  if (speaker.voice.is === 'rule') return has(speaker.voice.rule)
  return 'rules' in speaker.voice && speaker.voice.rules.some(has)
}

function isWithClaim(rule: Rule): boolean {
  return rule.kind === 'documentation' && rule.purpose === 'with-claim'
}

/** Documentation rules that go with the claim: what is false or unknown holds it up. Section 11. */
export function withClaimResults(plan: Plan, at: Case): Result[] {
  const speakers = speakersOf(plan, 'documentation', at).filter(({ voice }) =>
    voice.is === 'rule' ? isWithClaim(voice.rule) : 'rules' in voice && voice.rules.some(isWithClaim),
  )
  return resultsOf(speakers, at, (rule) =>
    rule.kind === 'documentation' ? holds(rule.criteria, at) : structural,
  )
}
