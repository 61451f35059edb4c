import { atomsNotNegated, diagnosesIn, fold } from '../conditions/walk.js'
import { namesDiagnosis } from '../conditions/evaluate.js'
import type { Atom, AtomArgument, Expression } from '../shapes/expression.js'
import type { Facts } from '../facts/facts.js'
import type { DiagnosisFacts } from '../shapes/finding.js'
import { memoizeUnder } from '../memoize.js'
import type { RuleOfKind } from '../shapes/rule.js'
import { union, type Truth } from '../shapes/truth.js'
import type { PolicyView } from '../shapes/view.js'
import { failureOf, type Failure } from './diagnosis-failure.js'

export type ListingRule = RuleOfKind<'diagnosis'> & { readonly supports: Expression }
type DiagnosisAtom = AtomArgument<'diagnosis'>

/** What a rule lists as supporting: the atoms over diagnoses that are not negated, and what they name. */
export interface SupportingList {
  readonly atoms: readonly DiagnosisAtom[]
  /** Those of which any code suffices by itself. */
  readonly sufficient: readonly DiagnosisAtom[]
  /** Codes and patterns, for information. */
  readonly codes: readonly string[]
  /** How many codes; undefined where a pattern stands for more of them than are written. */
  readonly count: number | undefined
}

/** The list of a condition, worked out once for a view. */
export const supportingList: (expression: Expression, view: PolicyView) => SupportingList = memoizeUnder(
  (expression, view) => {
    const atoms = diagnosesIn(atomsNotNegated(expression))
    const codes = union(
      ...atoms.map(({ codeSet, codes: own = [] }) =>
        union(codeSet === undefined ? [] : (view.codeSet(codeSet)?.codes ?? []), own),
      ),
    )
    return {
      atoms,
      sufficient: diagnosesIn(alternatives(expression)).filter(({ position }) => position === undefined),
      codes,
      count: codes.some((code) => code.endsWith('*')) ? undefined : codes.length,
    }
  },
)

const none = (): Atom[] => []

/** The atoms that are the whole condition, or one of its alternatives. */
function alternatives(expression: Expression): Atom[] {
  return fold(expression, {
    all: none,
    any: (parts) => parts.flat(),
    not: none,
    atLeast: none,
    atom: (atom) => [atom],
  })
}

/** What is known of a line under a rule: the facts that its finding carries, and what they were found by. */
export interface LineUnderRule {
  readonly diagnosis: DiagnosisFacts
  /** Listed diagnoses, as they are compared. */
  readonly listed: readonly string[]
  /** Those that support by themselves. */
  readonly sufficient: readonly string[]
  /** Of each listed diagnosis, where the condition failed: what is not so. */
  readonly failures: ReadonlyMap<string, Failure>
}

/** What the document says of diagnoses that it does not list. */
export function othersDenied({ others }: RuleOfKind<'diagnosis'>): Pick<DiagnosisFacts, 'othersDenied'> {
  return others === 'unknown' ? {} : { othersDenied: others === 'deny' }
}

/** Which of the linked diagnoses the rule lists, and what became of their condition. */
export function lineUnder(
  rule: ListingRule,
  linked: readonly string[],
  facts: Facts,
  truth: Truth,
): LineUnderRule {
  const { atoms, sufficient: plain } = supportingList(rule.supports, facts.view)
  const isNamed = (by: readonly DiagnosisAtom[], code: string): boolean =>
    by.some((atom) => namesDiagnosis(atom, code, facts))
  const listed = union(linked.filter((code) => isNamed(atoms, code)))
  const conditional = rule.conditionalCodes ?? []
  const sufficient = listed.filter(
    (code) => isNamed(plain, code) && !conditional.some(({ codes }) => codes.includes(code)),
  )
  const failures = new Map<string, Failure>()
  if (truth === 'false')
    for (const code of listed)
      failures.set(code, failureOf(rule.supports, { facts, code, linked, conditional }))
  const condition = conditionOf(listed, sufficient, truth)
  const diagnosis: DiagnosisFacts = {
    listed: [...listed],
    ...(condition === undefined ? {} : { condition }),
    ...(condition === 'failed'
      ? { failed: union(...[...failures.values()].map(({ kinds }) => kinds)).sort() }
      : {}),
    ...othersDenied(rule),
  }
  return { diagnosis, listed, sufficient, failures }
}

function conditionOf(
  listed: readonly string[],
  sufficient: readonly string[],
  truth: Truth,
): DiagnosisFacts['condition'] {
  if (listed.length === 0) return undefined
  if (sufficient.length > 0) return 'none'
  return ({ true: 'met', false: 'failed', unknown: 'unknown' } as const)[truth]
}
