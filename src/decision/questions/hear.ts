import { citeVoice } from '../explain/citation.js'
import { displayDiagnosis } from '../shapes/codes.js'
import { evaluate } from '../conditions/evaluate.js'
import type { DiagnosisFacts, Finding } from '../shapes/finding.js'
import type { Question } from '../shapes/statuses.js'
import type { Facts } from '../facts/facts.js'
import type { PolicySet } from '../shapes/policy.js'
import type { DecidedKind } from '../shapes/rule-kinds.js'
import { remembered } from '../memoize.js'
import { evaluators } from '../rules/index.js'
import { evaluateNdc } from '../rules/ndc.js'
import { evaluateProcedurePair } from '../rules/procedure-pairs.js'
import { doubted, saying, type RuleResult } from '../rules/result.js'
import { evaluateUnits } from '../rules/units.js'
import type { Bench } from '../applicable/applicable-rules.js'
import { union, unknown, usedBy, type Evaluated } from '../shapes/truth.js'
import type { Voice, VoiceOf } from '../applicable/provision.js'
import { documentName } from '../explain/wording.js'

/** What a voice said of the line, in the set it belongs to. */
export interface Heard<R extends RuleResult = RuleResult> {
  readonly voice: Voice
  readonly set: PolicySet
  readonly result: R
}

/** Hears every speaker on a kind: rules whose condition is false are left out, doubt makes unknown, a secondary source alone never passes. */
export function hear(kind: DecidedKind, bench: Bench, facts: Facts): Heard[] {
  const heard: Heard[] = []
  for (const { set, voices } of bench.speakers(kind)) {
    for (const voice of voices) {
      const result = resultOf(voice, facts)
      if (result !== undefined) heard.push({ voice, set, result })
    }
  }
  return kind === 'documentation' || kind === 'claim-line' ? heard : discountSecondary(heard)
}

function resultOf(voice: Voice, facts: Facts): RuleResult | undefined {
  if (voice.type === 'unusable')
    return voice.doubt === undefined ? unusable(voice) : { ...unusable(voice), missing: voice.doubt }
  if (voice.type === 'unit-limit') return doubtedBy(voice, evaluateUnits(voice.row, facts))
  if (voice.type === 'procedure-pair') return doubtedBy(voice, evaluateProcedurePair(voice))
  if (voice.type === 'ndc') return doubtedBy(voice, evaluateNdc(voice, facts))
  const when = whenOf(voice, facts)
  if (when?.truth === 'false') return undefined
  const result = evaluateRule(voice, facts)
  const withCondition = when === undefined ? result : { ...result, used: usedBy([when, result]) }
  return doubtedBy(voice, withCondition, when?.truth === 'unknown' ? when.missing : undefined)
}

/** The condition of a rule voice, evaluated; undefined where it has none. */
export function whenOf(voice: VoiceOf<'rule'>, facts: Facts): Evaluated | undefined {
  return voice.rule.when === undefined ? undefined : evaluate(voice.rule.when, facts)
}

function evaluateRule<V extends VoiceOf<'rule'>>({ rule, origin }: V, facts: Facts): RuleResult {
  // The table is exhaustive by its type; TypeScript cannot pair a union's kind with its evaluator by itself.
  const evaluateKind = evaluators[rule.kind] as (
    body: typeof rule,
    facts: Facts,
    origin: V['origin'],
  ) => RuleResult
  return evaluateKind(rule, facts, origin)
}

function doubtedBy(voice: Voice, result: RuleResult, missing?: readonly string[]): RuleResult {
  return voice.doubt === undefined && missing === undefined
    ? result
    : doubted(result, union(voice.doubt ?? [], missing ?? []))
}

/** Why a text cannot be used: it is too old for the date, or the version of that date is not held. */
export function unusable({ reasonCode, origin }: VoiceOf<'unusable'>): RuleResult {
  const document = documentName(origin.source)
  const reasons = {
    'policy-stale': `What we hold of ${document} may not be used after ${origin.source.usableThrough ?? ''}; it may have changed since.`,
    'version-not-held': `The version of this document in force on that date is not held; ours is ${document}, from ${origin.from}.`,
    'claim-type-not-given': `${document} has a table for each kind of claim, and the kind is not given.`,
  }
  return saying(unknown([], [], reasonCode), reasonCode, reasons[reasonCode])
}

function discountSecondary(heard: readonly Heard[]): Heard[] {
  const backed = heard.some(
    ({ voice, result }) => result.truth === 'true' && voice.origin.source.grade !== 'secondary',
  )
  return heard.map((one) =>
    one.result.truth !== 'true' || backed || one.voice.origin.source.grade !== 'secondary'
      ? one
      : { ...one, result: secondaryOnly(one.result) },
  )
}

/** A pass that rests on a secondary source alone: shown, but not taken for an answer. */
export function secondaryOnly<R extends RuleResult>(result: R): R {
  return {
    ...result,
    truth: 'unknown',
    missing: [],
    reasonCode: 'secondary-source-only',
    reason: `${result.reason} But this was read in a secondary source only; confirm it with the payer.`,
  }
}

const outcomeOf = { true: 'met', false: 'not-met' } as const

/** A finding while it is being put together. Fields are set one by one: this runs for every rule of every line, and spreading is slow. */
type Draft = { -readonly [K in keyof Finding]?: Finding[K] }

/** The finding for what was heard. */
export function findingOf(
  question: Question,
  { voice, result }: Heard,
  outcome?: Finding['outcome'],
  consequence?: Finding['consequence'],
): Finding {
  const rule = voice.type === 'rule' ? voice.rule : undefined
  const finding: Draft = {
    question,
    kind: rule?.kind ?? voice.kind,
    outcome:
      outcome ?? (result.truth === 'unknown' ? unknownOutcome(result.missing) : outcomeOf[result.truth]),
    reasonCode: result.reasonCode,
    reason: result.reason,
  }
  if (rule !== undefined) finding.statement = rule.statement
  if (rule?.interpretation !== undefined) finding.interpretation = rule.interpretation
  finding.factsUsed = usedBy([result])
  if (result.listed !== undefined && result.listed.length > 0) finding.listedDiagnoses = listed(result.listed)
  if (result.diagnosis !== undefined) tellDiagnosis(finding, result.diagnosis)
  if (consequence !== undefined) finding.consequence = consequence
  finding.citation = citeVoice(voice)
  return finding as Finding
}

function tellDiagnosis(
  finding: Draft,
  { listed: own, condition, failed, othersDenied }: DiagnosisFacts,
): void {
  if (own !== undefined) finding.listed = own.map(displayDiagnosis)
  if (condition !== undefined) finding.condition = condition
  if (failed !== undefined) finding.failed = [...failed]
  if (othersDenied !== undefined) finding.othersDenied = othersDenied
}

/** Insufficient evidence when the caller can supply what is missing, else indeterminate. */
export function unknownOutcome(missing: readonly string[]): 'insufficient-evidence' | 'indeterminate' {
  return missing.length > 0 ? 'insufficient-evidence' : 'indeterminate'
}

const mostListed = 200

const listed = remembered((codes: readonly string[]): NonNullable<Finding['listedDiagnoses']> => {
  const cut =
    codes.length > mostListed ? ` The first ${mostListed} are shown; the policy lookup has all.` : ''
  return {
    count: codes.length,
    codes: codes.slice(0, mostListed).map(displayDiagnosis),
    note: `For information only: ask the clinician what the record supports.${cut}`,
  }
})
