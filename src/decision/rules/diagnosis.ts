import { evaluate } from '../conditions/evaluate.js'
import { diagnosesAsText, type Facts } from '../facts/facts.js'
import type { RuleOfKind } from '../shapes/rule.js'
import { decided, union, unknown } from '../shapes/truth.js'
import type { PolicyView } from '../shapes/view.js'
import type { Origin } from '../applicable/provision.js'
import { lineUnder, othersDenied, supportingList, type ListingRule } from './diagnosis-facts.js'
import { placeOf, wordsAgainst, wordsOfDoubt, wordsOfSupport } from './diagnosis-sentences.js'
import { saying, type PlainResult } from './result.js'

type DiagnosisRule = RuleOfKind<'diagnosis'>

/** Whether the diagnoses linked to the line support it; without a list there is no restriction. */
export function evaluateDiagnosis(rule: DiagnosisRule, facts: Facts, origin: Origin): PlainResult {
  const { linkedDiagnoses, view } = facts
  const where = placeOf(rule, origin)
  if (rule.supports === undefined && rule.excluded === undefined) {
    return saying(
      decided(true),
      'no-diagnosis-restriction',
      `${where} does not restrict the diagnosis.`,
      undefined,
      othersDenied(rule),
    )
  }
  if ('missing' in linkedDiagnoses) {
    const besides =
      rule.supports === undefined ? [] : evaluate(rule.supports, facts, rule.conditionalCodes).missing
    return saying(
      unknown(union([linkedDiagnoses.missing], besides)),
      'diagnosis-not-given',
      `${where} depends on the diagnosis, which is not given for this line.`,
      rule.supports === undefined ? undefined : supportingList(rule.supports, view).codes,
      othersDenied(rule),
    )
  }
  const linked = linkedDiagnoses.value
  return hasList(rule)
    ? againstListed(rule, linked, facts, where)
    : { ...againstExcluded(rule.excluded, linked, view, where), diagnosis: othersDenied(rule) }
}

function hasList(rule: DiagnosisRule): rule is ListingRule {
  return rule.supports !== undefined
}

/** A rule that lists what supports the service, and maybe also what does not. */
function againstListed(
  rule: ListingRule,
  linked: readonly string[],
  facts: Facts,
  where: string,
): PlainResult {
  const { view } = facts
  const supported = evaluate(rule.supports, facts, rule.conditionalCodes)
  const line = lineUnder(rule, linked, facts, supported.truth)
  const { codes } = supportingList(rule.supports, view)
  if (supported.truth !== 'false') {
    const { reasonCode, reason } =
      supported.truth === 'true'
        ? wordsOfSupport(rule, linked, line, facts, where)
        : wordsOfDoubt(rule, supported, line, where)
    return saying(supported, reasonCode, reason, codes, line.diagnosis)
  }
  if (rule.others !== 'deny' && linked.every((code) => isExcluded(code, rule.excluded, view)))
    return saying(supported, 'diagnosis-excluded', amongExcluded(linked, where), codes, line.diagnosis)
  const { reasonCode, reason } = wordsAgainst(rule, linked, line, facts, where)
  const result = rule.others === 'deny' ? supported : unknown([], supported.used)
  return saying(result, reasonCode, reason, codes, line.diagnosis)
}

/** A rule that lists only what does not support the service. */
function againstExcluded(
  codeSetId: string | undefined,
  linked: readonly string[],
  view: PolicyView,
  where: string,
): PlainResult {
  const text = diagnosesAsText(linked)
  const used = { fact: 'diagnosisCodes', value: text }
  const excluded = (code: string): boolean => isExcluded(code, codeSetId, view)
  if (linked.every(excluded))
    return saying(decided(false, used), 'diagnosis-excluded', amongExcluded(linked, where))
  if (!linked.some(excluded))
    return saying(
      decided(true, used),
      'diagnosis-not-excluded',
      `${where} lists only diagnoses that do not support the service; ${text} is not among them.`,
    )
  return saying(
    unknown([], [used]),
    'diagnosis-partly-excluded',
    `${where} excludes some of ${text} but not all.`,
  )
}

function amongExcluded(linked: readonly string[], where: string): string {
  return `${where} lists ${diagnosesAsText(linked)} among the diagnoses that do not support the service.`
}

function isExcluded(code: string, codeSetId: string | undefined, view: PolicyView): boolean {
  return codeSetId !== undefined && view.codeSet(codeSetId)?.has(code) === true
}
