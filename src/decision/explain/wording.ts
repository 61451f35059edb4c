import { displayDiagnosis } from '../shapes/codes.js'
import { atomsOf, isAtom, match } from '../conditions/walk.js'
import type { Atom, Expression } from '../shapes/expression.js'
import { inWords } from '../facts/missing-facts.js'
import { memoize, memoizeUnder } from '../memoize.js'
import { union } from '../shapes/truth.js'
import type { PolicyView } from '../shapes/view.js'

/** "1 diagnosis", "44 diagnoses": a count with its noun. */
export function count(n: number, singular: string, plural: string): string {
  return `${n} ${n === 1 ? singular : plural}`
}

/** A text that begins a sentence. */
export function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

const mostNamed = 12

/** "a, b and c"; of a long list the first twelve, and how many there are besides. */
export function inShort(names: readonly string[]): string {
  const more = names.length - mostNamed
  return more > 1 ? `${names.slice(0, mostNamed).join(', ')} and ${more} more` : listed(names, 'and')
}

const comparisons = { below: 'below', 'at-most': 'at most', above: 'above', 'at-least': 'at least' }
const either = (values: readonly string[]): string => values.join(' or ')

/** Parts as an English list: "a", "a and b", "a, b and c"; parts that are lists themselves are set off by commas. */
export function listed(parts: readonly string[], word: 'and' | 'or', apart = false): string {
  const last = parts.at(-1) ?? ''
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')}${apart ? ',' : ''} ${word} ${last}`
}

/** A condition in English, for reasons and checklists: "a and b", "a, and either b or c"; nothing of the request is in it. */
export const describe: (expression: Expression, view: PolicyView) => string = memoizeUnder(
  (expression, view) => {
    return match(withoutWrapping(expression), {
      all: (parts) => several(parts, 'and', view),
      any: (parts) => several(parts, 'or', view),
      not: (part) => negated(part, view),
      atLeast: ({ n, of }) => `at least ${n} of: ${of.map((part) => nested(part, view, true)).join('; ')}`,
      atom: (atom) => describeAtom(atom, view),
    })
  },
)

const mostCharacters = 205

/** The same for a sentence, which stays readable: of a condition that is longer, what it looks at. The rule that is cited has its text. */
export function describeBriefly(expression: Expression, view: PolicyView): string {
  const whole = describe(expression, view)
  return whole.length > mostCharacters ? inBrief(expression) : whole
}

const longCondition = 120

/** What is said of a condition, and the condition in words: after a colon, or in a sentence of its own where it is long. */
export function withCondition(said: string, expression: Expression, view: PolicyView): string {
  const words = describeBriefly(expression, view)
  return words.length > longCondition ? `${said}. Asked for: ${words}.` : `${said}: ${words}.`
}

const mostSubjects = 5

/** "7 conditions together (age, diagnosis and documented item)": how many atoms a condition has, and what they look at. */
const inBrief = memoize((expression: Expression): string => {
  const atoms = atomsOf(expression)
  const subjects = union(atoms.map(subjectOf))
  const more = subjects.length - mostSubjects
  const named = more > 0 ? [...subjects.slice(0, mostSubjects), `${more} more`] : subjects
  return `${count(atoms.length, 'condition', 'conditions together')} (${listed(named, 'and')})`
})

const subjectNames: Readonly<Record<string, string>> = {
  lab: 'laboratory result',
  documented: 'documented item',
  companion: 'other services of the day',
  goldCard: 'exempted provider',
  ageYears: 'age',
  modifierOnOtherLine: 'modifiers of other lines',
}

function subjectOf(atom: Atom): string {
  const [name = ''] = Object.keys(atom)
  return subjectNames[name] ?? spelledOut(name)
}

/** The name of a field as words: `placeOfService` becomes `place of service`. */
function spelledOut(name: string): string {
  return inWords(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
}

/** Of a connective with a single part, the part. */
function withoutWrapping(expression: Expression): Expression {
  const [part, ...more] = 'all' in expression ? expression.all : 'any' in expression ? expression.any : []
  return part !== undefined && more.length === 0 ? withoutWrapping(part) : expression
}

function several(parts: readonly Expression[], word: 'and' | 'or', view: PolicyView): string {
  const plain = parts.map(withoutWrapping)
  return listed(
    plain.map((part) => nested(part, view, false)),
    word,
    plain.some((part) => 'all' in part || 'any' in part),
  )
}

/** A part of a list: a list inside it says how many of it are meant, and deeper ones stand in brackets, so that it can be read in one way only. */
function nested(expression: Expression, view: PolicyView, deep: boolean): string {
  const part = withoutWrapping(expression)
  if (isAtom(part) || 'not' in part) return describe(part, view)
  const parts = 'all' in part ? part.all : 'any' in part ? part.any : []
  if (deep || parts.length === 0 || !parts.map(withoutWrapping).every(isAtom))
    return `(${describe(part, view)})`
  const words = parts.length === 2 ? { all: 'both', any: 'either' } : { all: 'all of', any: 'one of' }
  return `${'all' in part ? words.all : words.any} ${describe(part, view)}`
}

function negated(expression: Expression, view: PolicyView): string {
  const part = withoutWrapping(expression)
  if ('any' in part) return `none of: ${part.any.map((one) => nested(one, view, true)).join('; ')}`
  if ('all' in part) return `not all of: ${part.all.map((one) => nested(one, view, true)).join('; ')}`
  return 'diagnosis' in part
    ? `no ${describe(part, view)}`
    : isAtom(part)
      ? `not ${describe(part, view)}`
      : `not (${describe(part, view)})`
}

function describeAtom(atom: Atom, view: PolicyView): string {
  if ('diagnosis' in atom) {
    const { codeSet, codes = [], position } = atom.diagnosis
    const named = [
      ...(codeSet === undefined ? [] : [view.codeSet(codeSet)?.title ?? codeSet]),
      ...codes.map(displayDiagnosis),
    ]
    return `${position === undefined ? '' : `${position} `}diagnosis ${either(named)}`
  }
  if ('lab' in atom) {
    const { loincCodes, is, value, unit, maximumAgeDays } = atom.lab
    return `LOINC ${either(loincCodes)} ${comparisons[is]} ${value} ${unit}${maximumAgeDays === undefined ? '' : ` within ${count(maximumAgeDays, 'day', 'days')}`}`
  }
  if ('documented' in atom) return `"${inWords(atom.documented)}" documented`
  if ('previousService' in atom) {
    const { procedureCodes, within } = atom.previousService
    return `an earlier ${either(procedureCodes)} within ${within.days === undefined ? count(within.months ?? 0, 'month', 'months') : count(within.days, 'day', 'days')}`
  }
  if ('companion' in atom) return `${either(atom.companion.procedureCodes)} on the same date`
  if ('modifierOnOtherLine' in atom)
    return `modifier ${either(atom.modifierOnOtherLine)} on another line of the same code and day`
  if ('units' in atom) return `more than ${count(atom.units.over, 'unit', 'units')}`
  if ('discardedUnits' in atom)
    return `more than ${count(atom.discardedUnits.over, 'unit', 'units')} of discarded drug to bill`
  if ('ageYears' in atom) return describeAge(atom.ageYears)
  if ('goldCard' in atom) return 'provider exempted by the payer'
  if ('ndcGiven' in atom) return 'an NDC on the line'
  if ('networkStatus' in atom) return `${either(atom.networkStatus)} provider`
  if ('treatmentPhase' in atom) return `${either(atom.treatmentPhase)} phase`
  if ('vialType' in atom) return `${either(atom.vialType)} vial`
  const [name = '', values = []]: [string?, (readonly string[])?] = Object.entries(atom)[0] ?? []
  return `${spelledOut(name)} ${either(values)}`
}

function describeAge({ minimum, maximum }: { readonly minimum?: number; readonly maximum?: number }): string {
  if (maximum === undefined) return `age ${minimum ?? 0} years or more`
  return minimum === undefined ? `age up to ${maximum} years` : `age ${minimum} to ${maximum} years`
}
