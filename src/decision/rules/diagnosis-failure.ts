import { atomsNotNegated, diagnosesIn, match } from '../conditions/walk.js'
import { evaluate, namesDiagnosis, type ConditionalCodes } from '../conditions/evaluate.js'
import type { Atom, Expression } from '../shapes/expression.js'
import type { Facts } from '../facts/facts.js'
import type { FailedCondition } from '../reasons/diagnosis.js'
import type { FailedPart } from '../shapes/finding.js'
import { union } from '../shapes/truth.js'

/** What is false for a listed diagnosis, so that it does not support the service. */
export interface Failure {
  readonly kinds: readonly FailedPart[]
  readonly condition: FailedCondition
}

interface Looked {
  readonly facts: Facts
  /** The listed diagnosis whose failure is explained. */
  readonly code: string
  readonly linked: readonly string[]
  readonly conditional: readonly ConditionalCodes[]
}

/**
 * Finds what is false in a false condition. Of alternatives it looks only at those that list the diagnosis.
 */
export function failureOf(expression: Expression, looked: Looked): Failure {
  if (!('any' in expression)) return partFailure(expression, looked)
  const naming = expression.any.filter((part) => lists(part, looked))
  return together(
    naming.map((part) => failureOf(part, looked)),
    'or',
  )
}

function lists(expression: Expression, looked: Looked): boolean {
  return diagnosesIn(atomsNotNegated(expression)).some((atom) =>
    namesDiagnosis(atom, looked.code, looked.facts),
  )
}

function partFailure(expression: Expression, looked: Looked): Failure {
  const { facts, conditional } = looked
  const falseOf = (parts: readonly Expression[]): Failure[] =>
    parts
      .filter((part) => evaluate(part, facts, conditional).truth === 'false')
      .map((part) => partFailure(part, looked))
  return match<Failure>(expression, {
    all: (parts) => together(falseOf(parts), 'and'),
    any: (parts) =>
      together(
        parts.map((part) => partFailure(part, looked)),
        'or',
      ),
    not: () => otherFailure(expression),
    atLeast: ({ of }) => {
      const kinds = union(...falseOf(of).map((part) => part.kinds))
      return {
        kinds: kinds.length === 0 ? ['other'] : kinds,
        condition: { type: 'number', condition: expression },
      }
    },
    atom: (atom) => atomFailure(atom, looked),
  })
}

function atomFailure(atom: Atom, looked: Looked): Failure {
  if ('diagnosis' in atom) return diagnosisFailure(atom, looked)
  if ('sex' in atom) return { kinds: ['sex'], condition: { type: 'sex', sexes: atom.sex } }
  if ('ageYears' in atom) return failureOfKind('age', atom)
  if ('documented' in atom) return failureOfKind('documentation', atom)
  if ('lab' in atom) return failureOfKind('lab-result', atom)
  return otherFailure(atom)
}

function failureOfKind(
  kind: 'age' | 'documentation' | 'lab-result' | 'partner' | 'other',
  condition: Expression,
): Failure {
  return { kinds: [kind], condition: { type: kind, condition } }
}

const otherFailure = (condition: Expression): Failure => failureOfKind('other', condition)

/**
 * The failure of a diagnosis atom: the diagnosis is not linked, is not in the required position, or has a
 * condition that is false.
 */
function diagnosisFailure(named: Extract<Atom, { diagnosis: unknown }>, looked: Looked): Failure {
  const atom = named.diagnosis
  const { facts, code, linked, conditional } = looked
  const names = (one: string): boolean => namesDiagnosis(atom, one, facts)
  const isMeant = names(code) ? (one: string): boolean => one === code : names
  const meant = linked.map((one, at) => ({ one, at })).filter(({ one }) => isMeant(one))
  if (meant.length === 0) return failureOfKind('partner', named)
  const placed = meant.filter(({ at }) =>
    atom.position === undefined ? true : (atom.position === 'primary') === (at === 0),
  )
  if (placed.length === 0)
    return {
      kinds: ['position'],
      condition: names(code)
        ? { type: 'position', position: atom.position ?? 'secondary' }
        : { type: 'partner', condition: named },
    }
  const conditions = union(
    placed.flatMap(({ one }) =>
      conditional.filter(({ codes }) => codes.includes(one)).flatMap(({ condition }) => condition ?? []),
    ),
  ).filter((condition) => evaluate(condition, facts).truth === 'false')
  return together(
    conditions.map((condition) => partFailure(condition, { ...looked, conditional: [] })),
    'and',
  )
}

/** Joins several failures into one. */
function together(parts: readonly Failure[], word: 'and' | 'or'): Failure {
  return {
    kinds: union(...parts.map((part) => part.kinds)),
    condition: { type: 'together', word, parts: parts.map((part) => part.condition) },
  }
}
