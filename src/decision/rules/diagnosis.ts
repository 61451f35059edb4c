import { evaluate, namesDiagnosis } from '../criteria.js'
import type { Expression } from '../criteria-schema.js'
import { diagnosesAsText, type Facts } from '../facts.js'
import type { RuleOfKind } from '../rule.js'
import { rememberedUnder } from '../remembered.js'
import { decided, union, unknown } from '../truth.js'
import { count, describe, documentName } from '../wording.js'
import type { PolicyView } from '../view.js'
import type { Origin } from '../voice.js'
import { saying, type RuleResult } from './result.js'

type DiagnosisRule = RuleOfKind<'diagnosis'>
type ListingRule = DiagnosisRule & { readonly supports: Expression }

/** Whether the diagnoses linked to the line support it; without a list there is no restriction. */
export function evaluateDiagnosis(rule: DiagnosisRule, facts: Facts, origin: Origin): RuleResult {
  const { linkedDiagnoses, view } = facts
  const where = `${documentName(origin.source)}${rule.section === undefined ? '' : ` (${rule.section})`}`
  if (rule.supports === undefined && rule.excluded === undefined) {
    return saying(decided(true), 'no-diagnosis-restriction', `${where} does not restrict the diagnosis.`)
  }
  const listed = rule.supports === undefined ? [] : listedDiagnoses(rule.supports, view)
  if ('missing' in linkedDiagnoses) {
    const besides =
      rule.supports === undefined ? [] : evaluate(rule.supports, facts, rule.conditionalCodes).missing
    return saying(
      unknown(union([linkedDiagnoses.missing], besides)),
      'diagnosis-not-given',
      `${where} depends on the diagnosis, which is not given for this line.`,
      listed,
    )
  }
  const linked = linkedDiagnoses.value
  return hasList(rule)
    ? againstListed(rule, linked, facts, where, listed)
    : againstExcluded(rule.excluded, linked, view, where)
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
  listed: readonly string[],
): RuleResult {
  const { view } = facts
  const text = diagnosesAsText(linked)
  const supported = evaluate(rule.supports, facts, rule.conditionalCodes)
  if (supported.truth === 'true')
    return saying(supported, 'diagnosis-listed', saysMet(rule, facts, linked, where, listed.length), listed)
  if (supported.truth === 'unknown') {
    const { reasonCode, reason } = saysUnknown(rule, linked, where, supported.because)
    return saying(supported, reasonCode, reason, listed)
  }
  if (rule.others === 'deny' || linked.every((code) => isExcluded(code, rule.excluded, view))) {
    return saying(
      supported,
      'diagnosis-not-listed',
      notSupported(rule, facts, text, linked.length, where, listed.length),
      listed,
    )
  }
  const partly = linked.filter((code) => listed.includes(code))
  return saying(
    unknown([], supported.used),
    'diagnosis-not-named',
    partly.length > 0
      ? `${where} lists ${diagnosesAsText(partly)}, but not as it stands here: it asks for ${describe(rule.supports, view)}. It does not say that everything else is denied.`
      : `${where} names conditions that support the service; ${text} is not among them, and it does not say that others are denied.`,
    listed,
  )
}

/** A rule that lists only what does not support the service. */
function againstExcluded(
  codeSetId: string | undefined,
  linked: readonly string[],
  view: PolicyView,
  where: string,
): RuleResult {
  const text = diagnosesAsText(linked)
  const used = { fact: 'diagnosisCodes', value: text }
  const excluded = (code: string): boolean => isExcluded(code, codeSetId, view)
  if (linked.every(excluded))
    return saying(
      decided(false, used),
      'diagnosis-excluded',
      `${where} lists ${text} among the diagnoses that do not support the service.`,
    )
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

function isExcluded(code: string, codeSetId: string | undefined, view: PolicyView): boolean {
  return codeSetId !== undefined && view.codeSet(codeSetId)?.has(code) === true
}

/** The codes a condition lists, for information: code sets and single codes of its diagnosis atoms that are not negated. */
const listedDiagnoses: (expression: Expression, view: PolicyView) => readonly string[] = rememberedUnder(
  (expression, view) => {
    if ('all' in expression) return union(...expression.all.map((part) => listedDiagnoses(part, view)))
    if ('any' in expression) return union(...expression.any.map((part) => listedDiagnoses(part, view)))
    if ('atLeast' in expression)
      return union(...expression.atLeast.of.map((part) => listedDiagnoses(part, view)))
    if (!('diagnosis' in expression)) return []
    const { codeSet, codes = [] } = expression.diagnosis
    return union(codeSet === undefined ? [] : (view.codeSet(codeSet)?.codes ?? []), codes)
  },
)

type Words = Pick<RuleResult, 'reasonCode' | 'reason'>

function saysMet(
  rule: DiagnosisRule,
  facts: Facts,
  linked: readonly string[],
  where: string,
  listedCount: number,
): string {
  const atom =
    rule.supports !== undefined && 'diagnosis' in rule.supports ? rule.supports.diagnosis : undefined
  if (atom === undefined) return `${diagnosesAsText(linked)} meets the diagnosis rule of ${where}.`
  const named = linked.filter((code) => namesDiagnosis(atom, code, facts))
  return `${diagnosesAsText(named)} is among the ${count(listedCount, 'diagnosis', 'diagnoses')} of ${where}.`
}

function saysUnknown(
  rule: DiagnosisRule,
  linked: readonly string[],
  where: string,
  because: string | undefined,
): Words {
  const qualified = (rule.conditionalCodes ?? []).filter((entry) =>
    linked.some((code) => entry.codes.includes(code)),
  )
  const codes = linked.filter((code) => qualified.some((entry) => entry.codes.includes(code)))
  if (codes.length === 0)
    return {
      reasonCode: 'diagnosis-undecided',
      reason: `${where} supports the service only under conditions that the given facts do not settle.`,
    }
  const notes = union(qualified.map((entry) => entry.note)).join(' ')
  return {
    reasonCode: because ?? 'condition-undecided',
    reason: `${diagnosesAsText(codes)} is listed by ${where} only under a condition. ${notes}`,
  }
}

function notSupported(
  rule: DiagnosisRule,
  facts: Facts,
  text: string,
  linkedCount: number,
  where: string,
  listedCount: number,
): string {
  const others =
    rule.others === 'deny'
      ? ' Diagnoses that are not listed are denied.'
      : ' It is among those listed as not supporting.'
  const single =
    rule.supports !== undefined &&
    'diagnosis' in rule.supports &&
    rule.supports.diagnosis.position === undefined
  if (!single && rule.supports !== undefined)
    return `${text || 'The claim'} does not meet the diagnosis rule of ${where}: ${describe(rule.supports, facts.view)}.${others}`
  return `${linkedCount === 1 ? `${text} is not` : `None of ${text} is`} among the ${count(listedCount, 'diagnosis', 'diagnoses')} of ${where}.${others}`
}
