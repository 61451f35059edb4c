import type { Atom, AtomArgument, Connectives, Expression } from '../shapes/expression.js'
import type { Rule } from '../shapes/rule.js'

/** A function for each connective, and one for atoms. A new connective without an entry does not compile. */
export type Cases<Part, Result> = {
  readonly [K in keyof Connectives<Part>]: (argument: Connectives<Part>[K]) => Result
} & { readonly atom: (atom: Atom) => Result }

/**
 * Takes one step into a condition and hands over its parts unchanged. Use it for walks that stop early or
 * pass a value down.
 */
export function match<T>(condition: Expression, cases: Cases<Expression, T>): T {
  if ('all' in condition) return cases.all(condition.all)
  if ('any' in condition) return cases.any(condition.any)
  if ('not' in condition) return cases.not(condition.not)
  if ('atLeast' in condition) return cases.atLeast(condition.atLeast)
  return cases.atom(condition)
}

/**
 * Walks a whole condition from the atoms up. Each connective gets the results of its parts, in their order.
 */
export function fold<T>(condition: Expression, cases: Cases<T, T>): T {
  const made = (part: Expression): T => match(part, steps)
  const steps: Cases<Expression, T> = {
    all: (parts) => cases.all(parts.map(made)),
    any: (parts) => cases.any(parts.map(made)),
    not: (part) => cases.not(made(part)),
    atLeast: ({ n, of }) => cases.atLeast({ n, of: of.map(made) }),
    atom: cases.atom,
  }
  return made(condition)
}

/** Whether a condition is an atom, which contains no other condition. */
export function isAtom(condition: Expression): condition is Atom {
  return match(condition, { all: no, any: no, not: no, atLeast: no, atom: () => true })
}

const no = (): boolean => false

/** All atoms of a condition in their order, also those under a `not`. */
export function atomsOf(condition: Expression): Atom[] {
  return fold(condition, { ...collect, not: (atoms) => atoms })
}

/** The atoms of a condition that are not under a `not`, in their order. */
export function atomsNotNegated(condition: Expression): Atom[] {
  return fold(condition, { ...collect, not: () => [] })
}

const collect = {
  all: (parts: Atom[][]) => parts.flat(),
  any: (parts: Atom[][]) => parts.flat(),
  atLeast: ({ of }: { of: Atom[][] }) => of.flat(),
  atom: (atom: Atom) => [atom],
}

/** The arguments of the diagnosis atoms among these atoms. */
export function diagnosesIn(atoms: readonly Atom[]): Array<AtomArgument<'diagnosis'>> {
  return atoms.flatMap((atom) => ('diagnosis' in atom ? [atom.diagnosis] : []))
}

/** The atoms of a condition with the place of each: the path of the condition with the steps to the atom after it. */
export function atomsAt(condition: Expression, path: string): Array<[path: string, atom: Atom]> {
  const each = (parts: readonly Expression[], step: string): Array<[string, Atom]> =>
    parts.flatMap((part, at) => atomsAt(part, `${path}/${step}/${at}`))
  return match<Array<[string, Atom]>>(condition, {
    all: (parts) => each(parts, 'all'),
    any: (parts) => each(parts, 'any'),
    not: (part) => atomsAt(part, `${path}/not`),
    atLeast: ({ of }) => each(of, 'atLeast/of'),
    atom: (atom) => [[path, atom]],
  })
}

/** Returns the condition with each atom replaced by what `change` returns for it. */
export function withAtoms(condition: Expression, change: (atom: Atom) => Atom): Expression {
  return fold<Expression>(condition, {
    all: (all) => ({ all }),
    any: (any) => ({ any }),
    not: (not) => ({ not }),
    atLeast: (atLeast) => ({ atLeast }),
    atom: change,
  })
}

/** The names of the code sets that a condition uses, in their order; a name may come twice. */
export function codeSetsOf(condition: Expression): string[] {
  return diagnosesIn(atomsOf(condition)).flatMap(({ codeSet }) => codeSet ?? [])
}

/** Every condition of a rule, its own `when` and those of its body, with the place of each inside the rule. */
export function conditionsAt(rule: Rule): Array<[path: string, condition: Expression]> {
  return [['/when', rule.when] as const, ...bodyConditions(rule)].flatMap(([path, condition]) =>
    condition === undefined ? [] : [[path, condition]],
  )
}

/** Every condition of a rule: its own `when`, and those of its body. */
export function conditionsOf(rule: Rule): Expression[] {
  return conditionsAt(rule).map(([, condition]) => condition)
}

// The switch has no default, so that a new kind of rule without a case does not compile.
function bodyConditions(rule: Rule): Array<readonly [path: string, condition: Expression | undefined]> {
  switch (rule.kind) {
    case 'prior-authorization':
      return rule.cases.map((one, at) => [`/cases/${at}/when`, one.when])
    case 'diagnosis':
      return [
        ['/supports', rule.supports],
        ...(rule.conditionalCodes ?? []).map(
          ({ condition }, at) => [`/conditionalCodes/${at}/condition`, condition] as const,
        ),
      ]
    case 'documentation':
      return [['/criteria', rule.criteria]]
    case 'frequency':
      return [['/exemptWhen', rule.exemptWhen]]
    case 'claim-line':
      return [['/requires', rule.requires]]
    case 'coverage-exclusion':
    case 'units':
    case 'review':
      return []
  }
}

/**
 * Returns the rule with each condition replaced by what `change` returns for it; absent conditions stay
 * absent.
 */
export function withConditions<R extends Rule>(rule: R, change: (condition: Expression) => Expression): R {
  const when = rule.when === undefined ? {} : { when: change(rule.when) }
  return { ...rule, ...when, ...changedBody(rule, change) }
}

function changedBody(rule: Rule, change: (condition: Expression) => Expression): object {
  switch (rule.kind) {
    case 'prior-authorization':
      return {
        cases: rule.cases.map((one) => (one.when === undefined ? one : { ...one, when: change(one.when) })),
      }
    case 'diagnosis':
      return {
        ...(rule.supports === undefined ? {} : { supports: change(rule.supports) }),
        ...(rule.conditionalCodes === undefined
          ? {}
          : {
              conditionalCodes: rule.conditionalCodes.map((one) =>
                one.condition === undefined ? one : { ...one, condition: change(one.condition) },
              ),
            }),
      }
    case 'documentation':
      return { criteria: change(rule.criteria) }
    case 'frequency':
      return rule.exemptWhen === undefined ? {} : { exemptWhen: change(rule.exemptWhen) }
    case 'claim-line':
      return { requires: change(rule.requires) }
    case 'coverage-exclusion':
    case 'units':
    case 'review':
      return {}
  }
}

/** Returns the rule with its code sets renamed by `nameOf`. */
export function withCodeSetNames(rule: Rule, nameOf: (codeSetId: string) => string): Rule {
  const renamed = withConditions(rule, (condition) =>
    withAtoms(condition, (atom) => {
      if (!('diagnosis' in atom) || atom.diagnosis.codeSet === undefined) return atom
      return { diagnosis: { ...atom.diagnosis, codeSet: nameOf(atom.diagnosis.codeSet) } }
    }),
  )
  if (renamed.kind !== 'diagnosis' || renamed.excluded === undefined) return renamed
  return { ...renamed, excluded: nameOf(renamed.excluded) }
}

/**
 * The names of the code sets that a rule uses, in its conditions or as excluded diagnoses; a name may come
 * twice.
 */
export function codeSetsOfRule(rule: Rule): string[] {
  const excluded = rule.kind === 'diagnosis' ? rule.excluded : undefined
  return [...conditionsOf(rule).flatMap(codeSetsOf), ...(excluded === undefined ? [] : [excluded])]
}
