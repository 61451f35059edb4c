// What a diagnosis rule and a line have to do with each other, beside the truth: "Facts of a rule" in section 6 of the specification.
import type { AtomArgument, Expression } from '../../src/decision/shapes/expression.js'
import type { Plan } from '../../src/decision/shapes/policy.js'
import type { RuleOfKind } from '../../src/decision/shapes/rule.js'
import { holds, isNamedBy, type ConditionalCodes } from './conditions.js'
import { linkedDiagnoses, type Case } from './facts.js'
import { supportOf } from './necessity.js'
import { resultOf } from './results.js'
import { speakersOf } from './selection.js'
import { unique } from './truth.js'

export interface DiagnosisFacts {
  listed?: string[]
  condition?: 'none' | 'met' | 'failed' | 'unknown'
  failed?: string[]
  othersDenied?: boolean
}

type DiagnosisRule = RuleOfKind<'diagnosis'>
type DiagnosisAtom = AtomArgument<'diagnosis'>

/** The facts of every diagnosis rule that is not skipped, as sorted texts that begin with policy and rule. */
export function diagnosisFactsOf(plan: Plan, at: Case): string[] {
  return speakersOf(plan, 'diagnosis', at)
    .flatMap((speaker) => {
      const { policyId, voice } = speaker
      if (voice.is !== 'rule' || voice.rule.kind !== 'diagnosis') return []
      const { rule } = voice
      if (rule.when !== undefined && holds(rule.when, at).value === 'false') return []
      if (speaker.onlyStops !== undefined && resultOf(speaker, at, () => supportOf(rule, at)) === undefined)
        return []
      return [factsAsText(policyId, rule.ruleId, factsOfRule(rule, at))]
    })
    .sort()
}

/** One spelling for both evaluators. */
export function factsAsText(policyId: string, ruleId: string, facts: DiagnosisFacts): string {
  const { listed, condition, failed, othersDenied } = facts
  const parts = { listed, condition, failed, othersDenied }
  return `${policyId} ${ruleId} ${JSON.stringify(parts)}`
}

/** The facts of one rule. */
export function factsOfRule(rule: DiagnosisRule, at: Case): DiagnosisFacts {
  const facts: DiagnosisFacts = {}
  if (rule.others === 'deny') facts.othersDenied = true
  if (rule.others === 'not-denied') facts.othersDenied = false
  const linked = linkedDiagnoses(at)
  const { supports, conditionalCodes = [] } = rule
  if (supports === undefined || 'missing' in linked) return facts
  const atoms = atomsOutsideNot(supports)
  const listed = [...new Set(linked.codes)].filter((code) => atoms.some((atom) => isNamedBy(atom, code, at)))
  facts.listed = listed
  if (listed.length === 0) return facts
  const isConditional = (code: string) => conditionalCodes.some(({ codes }) => codes.includes(code))
  const plainAtoms = atomsThroughAny(supports).filter(({ position }) => position === undefined)
  if (listed.some((code) => !isConditional(code) && plainAtoms.some((atom) => isNamedBy(atom, code, at)))) {
    facts.condition = 'none'
    return facts
  }
  const { value } = holds(supports, at, conditionalCodes)
  facts.condition = value === 'true' ? 'met' : value === 'false' ? 'failed' : 'unknown'
  if (facts.condition === 'failed')
    facts.failed = unique(
      listed.flatMap((x) =>
        failing(supports, { at, x, linked: linked.codes, conditional: conditionalCodes }, true),
      ),
    )
  return facts
}

function atomsOutsideNot(expression: Expression): DiagnosisAtom[] {
  if ('diagnosis' in expression) return [expression.diagnosis]
  if ('all' in expression) return expression.all.flatMap(atomsOutsideNot)
  if ('any' in expression) return expression.any.flatMap(atomsOutsideNot)
  return 'atLeast' in expression ? expression.atLeast.of.flatMap(atomsOutsideNot) : []
}

function atomsThroughAny(expression: Expression): DiagnosisAtom[] {
  if ('diagnosis' in expression) return [expression.diagnosis]
  return 'any' in expression ? expression.any.flatMap(atomsThroughAny) : []
}

interface Looked {
  at: Case
  x: string
  linked: readonly string[]
  conditional: ConditionalCodes
}

/** The kinds of what is false in a false condition; `choice`: it is `supports`, or part of it through `any` alone. */
function failing(expression: Expression, looked: Looked, choice: boolean): string[] {
  const { at, x, conditional } = looked
  const isFalse = (part: Expression) => holds(part, at, conditional).value === 'false'
  const inner = (part: Expression) => failing(part, looked, false)
  if ('all' in expression) return expression.all.filter(isFalse).flatMap(inner)
  if ('atLeast' in expression) {
    const parts = expression.atLeast.of.filter(isFalse)
    return parts.length === 0 ? ['other'] : parts.flatMap(inner)
  }
  if ('any' in expression) {
    const namesX = (part: Expression) => atomsOutsideNot(part).some((atom) => isNamedBy(atom, x, at))
    return (choice ? expression.any.filter(namesX) : expression.any).flatMap((part) =>
      failing(part, looked, choice),
    )
  }
  if ('diagnosis' in expression) return failingDiagnosis(expression.diagnosis, looked)
  if ('sex' in expression) return ['sex']
  if ('ageYears' in expression) return ['age']
  if ('documented' in expression) return ['documentation']
  return 'lab' in expression ? ['lab-result'] : ['other']
}

function failingDiagnosis(atom: DiagnosisAtom, { at, x, linked, conditional }: Looked): string[] {
  let positions = linked
    .map((code, position) => ({ code, position }))
    .filter(({ code }) => isNamedBy(atom, code, at))
  if (positions.some(({ code }) => code === x)) positions = positions.filter(({ code }) => code === x)
  if (positions.length === 0) return ['partner']
  if (atom.position === 'primary') positions = positions.filter(({ position }) => position === 0)
  if (atom.position === 'secondary') positions = positions.filter(({ position }) => position > 0)
  if (positions.length === 0) return ['position']
  const conditions = positions.flatMap(({ code }) =>
    conditional.filter(({ codes }) => codes.includes(code)).flatMap(({ condition }) => condition ?? []),
  )
  return conditions
    .filter((condition) => holds(condition, at).value === 'false')
    .flatMap((condition) => failing(condition, { at, x, linked, conditional: [] }, false))
}
