import { evaluate } from '../conditions/evaluate.js'
import { diagnosesAsText, type Facts } from '../facts/facts.js'
import type { DiagnosisReason, Place } from '../reasons/diagnosis.js'
import type { RuleOfKind } from '../shapes/rule.js'
import { decided, union, unknown, type Evaluated } from '../shapes/truth.js'
import type { PolicyView } from '../shapes/view.js'
import type { Origin } from '../applicable/provision.js'
import {
  lineUnder,
  othersDenied,
  supportingList,
  type LineUnderRule,
  type ListingRule,
} from './diagnosis-facts.js'
import { saying, type PlainResult } from './result.js'

type DiagnosisRule = RuleOfKind<'diagnosis'>

/** Whether the diagnoses linked to the line support it. A rule without a list restricts nothing. */
export function evaluateDiagnosis(rule: DiagnosisRule, facts: Facts, { source }: Origin): PlainResult {
  const { linkedDiagnoses, view } = facts
  const place = { source, section: rule.section }
  if (rule.supports === undefined && rule.excluded === undefined)
    return saying(decided(true), { code: 'no-diagnosis-restriction', place }, undefined, othersDenied(rule))
  if ('missing' in linkedDiagnoses) {
    const besides =
      rule.supports === undefined ? [] : evaluate(rule.supports, facts, rule.conditionalCodes).missing
    return saying(
      unknown(union([linkedDiagnoses.missing], besides)),
      { code: 'diagnosis-not-given', place },
      rule.supports === undefined ? undefined : supportingList(rule.supports, view).codes,
      othersDenied(rule),
    )
  }
  const linked = linkedDiagnoses.value
  return hasList(rule)
    ? againstListed(rule, linked, facts, place)
    : { ...againstExcluded(rule.excluded, linked, view, place), diagnosis: othersDenied(rule) }
}

function hasList(rule: DiagnosisRule): rule is ListingRule {
  return rule.supports !== undefined
}

/** Evaluates a rule that lists supporting diagnoses, and may list excluded ones too. */
function againstListed(
  rule: ListingRule,
  linked: readonly string[],
  facts: Facts,
  place: Place,
): PlainResult {
  const { view } = facts
  const supported = evaluate(rule.supports, facts, rule.conditionalCodes)
  const line = lineUnder(rule, linked, facts, supported.truth)
  const { codes, atoms } = supportingList(rule.supports, view)
  if (supported.truth !== 'false') {
    const reason =
      supported.truth === 'true'
        ? whySupported(rule, linked, line, place)
        : whyUndecided(rule, supported, line, place)
    return saying(supported, reason, codes, line.diagnosis)
  }
  if (rule.others !== 'deny' && linked.every((code) => isExcluded(code, rule.excluded, view)))
    return saying(supported, { code: 'diagnosis-excluded', place, codes: linked }, codes, line.diagnosis)
  const result = rule.others === 'deny' ? supported : unknown([], supported.used)
  return saying(result, whyNot(rule, linked, line, place, atoms.length > 0), codes, line.diagnosis)
}

/** Why the diagnoses support the service. */
function whySupported(
  { supports }: ListingRule,
  linked: readonly string[],
  { diagnosis, listed, sufficient }: LineUnderRule,
  place: Place,
): DiagnosisReason {
  if (diagnosis.condition === 'none') return { code: 'diagnosis-listed', place, codes: sufficient, supports }
  return diagnosis.condition === undefined
    ? { code: 'diagnosis-rule-met', place, codes: linked }
    : { code: 'diagnosis-listed/conditions-met', place, codes: listed }
}

/** Why it is unknown whether the diagnoses support the service. */
function whyUndecided(
  rule: ListingRule,
  { because }: Evaluated,
  { listed }: LineUnderRule,
  place: Place,
): DiagnosisReason {
  const qualified = (rule.conditionalCodes ?? []).filter((entry) =>
    listed.some((code) => entry.codes.includes(code)),
  )
  const codes = listed.filter((code) => qualified.some((entry) => entry.codes.includes(code)))
  return codes.length > 0
    ? {
        code: because === undefined ? 'condition-undecided' : 'condition-text-not-held/diagnosis',
        place,
        codes,
        conditional: qualified,
      }
    : { code: 'diagnosis-undecided', place, codes: listed }
}

/**
 * Why the diagnoses do not support the service: whether they are listed, and what the document says about
 * codes that are not.
 */
function whyNot(
  { supports }: ListingRule,
  linked: readonly string[],
  { listed, failures, diagnosis }: LineUnderRule,
  place: Place,
  namesDiagnoses: boolean,
): DiagnosisReason {
  const { othersDenied: denied, failed = [] } = diagnosis
  if (listed.length > 0)
    return {
      code: 'diagnosis-condition-not-met',
      place,
      listed,
      failures: new Map([...failures].map(([code, { condition }]) => [code, condition])),
      failed,
      othersDenied: denied,
    }
  if (!namesDiagnoses) return { code: 'diagnosis-condition-not-met/rule', place, codes: linked, supports }
  return {
    code: denied === true ? 'diagnosis-not-listed' : 'diagnosis-not-named',
    place,
    codes: linked,
    supports,
    othersDenied: denied,
  }
}

/** Evaluates a rule that lists only diagnoses that do not support the service. */
function againstExcluded(
  codeSetId: string | undefined,
  linked: readonly string[],
  view: PolicyView,
  place: Place,
): PlainResult {
  const used = { fact: 'diagnosisCodes', value: diagnosesAsText(linked) }
  const excluded = (code: string): boolean => isExcluded(code, codeSetId, view)
  if (linked.every(excluded))
    return saying(decided(false, used), { code: 'diagnosis-excluded', place, codes: linked })
  return linked.some(excluded)
    ? saying(unknown([], [used]), { code: 'diagnosis-partly-excluded', place, codes: linked })
    : saying(decided(true, used), { code: 'diagnosis-not-excluded', place, codes: linked })
}

function isExcluded(code: string, codeSetId: string | undefined, view: PolicyView): boolean {
  return codeSetId !== undefined && view.codeSet(codeSetId)?.has(code) === true
}
