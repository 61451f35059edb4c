import { atomsNotNegated, diagnosesIn, match } from '../conditions/walk.js'
import { evaluate, namesDiagnosis, type ConditionalCodes } from '../conditions/evaluate.js'
import type { Atom, AtomArgument, Expression } from '../shapes/expression.js'
import type { Facts } from '../facts/facts.js'
import type { FailedPart } from '../shapes/finding.js'
import { union } from '../shapes/truth.js'
import { describe, listed } from '../explain/wording.js'

/** What is false of a listed diagnosis, so that it does not support the service as it stands. */
export interface Failure {
  readonly kinds: readonly FailedPart[]
  /** As it follows "listed, but only"; undefined where one sentence cannot say it. */
  readonly words: string | undefined
  /** How the parts of the words are joined; undefined where they are one. */
  readonly joined?: 'and' | 'or'
}

interface Looked {
  readonly facts: Facts
  /** The listed diagnosis of which it is asked. */
  readonly code: string
  readonly linked: readonly string[]
  readonly conditional: readonly ConditionalCodes[]
}

/** What is false in a condition that is false. Of alternatives, only those that list the diagnosis are looked at. */
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
  const text = (): string => describe(expression, facts.view)
  return match<Failure>(expression, {
    all: (parts) => together(falseOf(parts), 'and'),
    any: (parts) =>
      together(
        parts.map((part) => partFailure(part, looked)),
        'or',
      ),
    not: () => otherFailure(text),
    atLeast: ({ of }) => {
      const kinds = union(...falseOf(of).map((part) => part.kinds))
      return { kinds: kinds.length === 0 ? ['other'] : kinds, words: `with ${text()}` }
    },
    atom: (atom) => atomFailure(atom, looked, text),
  })
}

function atomFailure(atom: Atom, looked: Looked, text: () => string): Failure {
  if ('diagnosis' in atom) return diagnosisFailure(atom.diagnosis, looked, text)
  if ('sex' in atom)
    return {
      kinds: ['sex'],
      words: `for ${listed(
        atom.sex.map((one) => (one === 'female' ? 'women' : 'men')),
        'and',
      )}`,
    }
  if ('ageYears' in atom) return { kinds: ['age'], words: `at ${text()}` }
  if ('documented' in atom) return { kinds: ['documentation'], words: `with ${text()}` }
  if ('lab' in atom) return { kinds: ['lab-result'], words: `with a ${text()}` }
  return otherFailure(text)
}

const otherFailure = (text: () => string): Failure => ({
  kinds: ['other'],
  words: `under this condition: ${text()}`,
})

/** A diagnosis that is not there, not in its place, or itself under a condition. */
function diagnosisFailure(atom: AtomArgument<'diagnosis'>, looked: Looked, text: () => string): Failure {
  const { facts, code, linked, conditional } = looked
  const names = (one: string): boolean => namesDiagnosis(atom, one, facts)
  const isMeant = names(code) ? (one: string): boolean => one === code : names
  const meant = linked.map((one, at) => ({ one, at })).filter(({ one }) => isMeant(one))
  if (meant.length === 0) return { kinds: ['partner'], words: `together with ${withArticle(text())}` }
  const placed = meant.filter(({ at }) =>
    atom.position === undefined ? true : (atom.position === 'primary') === (at === 0),
  )
  if (placed.length === 0) {
    const place =
      atom.position === 'primary' ? 'as the first diagnosis of the line' : 'after another diagnosis'
    return { kinds: ['position'], words: names(code) ? place : `together with ${withArticle(text())}` }
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

const withArticle = (text: string): string => (text.startsWith('diagnosis among') ? `a ${text}` : text)

/** Several failures as one; a list inside a list of another word could be read in two ways, so it has no words. */
function together(parts: readonly Failure[], word: 'and' | 'or'): Failure {
  const kinds = union(...parts.map((part) => part.kinds))
  const words = union(parts.map((part) => part.words ?? ''))
  const [first] = parts
  if (words.length === 1 && first !== undefined) return { ...first, kinds }
  const isPlain = parts.every((part) => part.words !== undefined && (part.joined ?? word) === word)
  return { kinds, words: isPlain ? listed(words, word) : undefined, joined: word }
}
