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

/**
 * The diagnoses that a rule lists as supporting: its diagnosis atoms that are not under a `not`, and the
 * codes that these name.
 */
export interface SupportingList {
  readonly atoms: readonly DiagnosisAtom[]
  /** The atoms of which one matching code is enough. */
  readonly sufficient: readonly DiagnosisAtom[]
  /** Codes and patterns, to show. */
  readonly codes: readonly string[]
  /** The number of codes; undefined if a pattern covers more codes than are written. */
  readonly count: number | undefined
}

/** The supporting list of a condition, calculated once for a view. */
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

/** The atoms that alone make the condition true: the condition itself, or one of its alternatives. */
function alternatives(expression: Expression): Atom[] {
  return fold(expression, {
    all: none,
    any: (parts) => parts.flat(),
    not: none,
    atLeast: none,
    atom: (atom) => [atom],
  })
}

/**
 * The diagnoses of a line compared with a rule: the facts for its finding, and the lists that they come from.
 */
export interface LineUnderRule {
  readonly diagnosis: DiagnosisFacts
  /** The linked diagnoses that the rule lists, normalized. */
  readonly listed: readonly string[]
  /** Of these, the ones that support the service alone. */
  readonly sufficient: readonly string[]
  /** If the condition failed, what is false for each listed diagnosis. */
  readonly failures: ReadonlyMap<string, Failure>
}

/** Whether the document denies diagnoses that it does not list; empty if it does not say. */
export function othersDenied({ others }: RuleOfKind<'diagnosis'>): Pick<DiagnosisFacts, 'othersDenied'> {
  return others === 'unknown' ? {} : { othersDenied: others === 'deny' }
}

/**
 * Compares the linked diagnoses with the rule: which of them it lists, and what is false for each of these.
 */
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
