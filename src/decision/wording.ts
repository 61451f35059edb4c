import { displayDiagnosis } from './codes.js'
import type { Expression } from './criteria-schema.js'
import { inWords } from './missing-facts.js'
import type { Source } from './source.js'
import type { PolicyView } from './view.js'

/** A document as people name it: number, or title where it has none, with its version ("A57755 v18"). */
export function documentName ({ documentNumber, documentVersion, title }: Source): string {
  const version = documentVersion === undefined ? '' : /^[0-9]+$/.test(documentVersion) ? ` v${documentVersion}` : ` ${documentVersion}`
  return `${documentNumber ?? title}${version}`
}

/** "1 diagnosis", "44 diagnoses": a count with its noun. */
export function count (n: number, singular: string, plural: string): string {
  return `${n} ${n === 1 ? singular : plural}`
}

const comparisons = { below: 'below', 'at-most': 'at most', above: 'above', 'at-least': 'at least' }
const either = (values: readonly string[]): string => values.join(' or ')

/** A condition in words, for reasons; nothing of the request is in it. */
export function describe (expression: Expression, view: PolicyView): string {
  const several = (parts: readonly Expression[], word: string): string =>
    parts.length === 1 && parts[0] !== undefined ? describe(parts[0], view) : parts.map(part => `(${describe(part, view)})`).join(word)
  if ('all' in expression) return several(expression.all, ' and ')
  if ('any' in expression) return several(expression.any, ' or ')
  if ('not' in expression) return `not (${describe(expression.not, view)})`
  if ('atLeast' in expression) return `at least ${expression.atLeast.n} of: ${several(expression.atLeast.of, ', ')}`
  return describeAtom(expression, view)
}

function describeAtom (atom: Exclude<Expression, { all: unknown } | { any: unknown } | { not: unknown } | { atLeast: unknown }>, view: PolicyView): string {
  if ('diagnosis' in atom) {
    const { codeSet, codes = [], position } = atom.diagnosis
    const named = [...codeSet === undefined ? [] : [view.codeSet(codeSet)?.title ?? codeSet], ...codes.map(displayDiagnosis)]
    return `${position === undefined ? '' : `${position} `}diagnosis ${either(named)}`
  }
  if ('lab' in atom) {
    const { loincCodes, is, value, unit, maximumAgeDays } = atom.lab
    return `result of LOINC ${either(loincCodes)} ${comparisons[is]} ${value} ${unit}${maximumAgeDays === undefined ? '' : `, not older than ${maximumAgeDays} days`}`
  }
  if ('documented' in atom) return `"${inWords(atom.documented)}" documented`
  if ('previousService' in atom) {
    const { procedureCodes, within } = atom.previousService
    return `an earlier ${either(procedureCodes)} within ${within.days === undefined ? count(within.months ?? 0, 'month', 'months') : count(within.days, 'day', 'days')}`
  }
  if ('companion' in atom) return `${either(atom.companion.procedureCodes)} on the same date`
  if ('units' in atom) return `more than ${count(atom.units.over, 'unit', 'units')}`
  if ('discardedUnits' in atom) return `more than ${count(atom.discardedUnits.over, 'unit', 'units')} of discarded drug to bill`
  if ('ageYears' in atom) return `age ${atom.ageYears.minimum ?? 0} to ${atom.ageYears.maximum ?? 'any'} years`
  if ('goldCard' in atom) return 'provider exempted by the payer'
  if ('ndcGiven' in atom) return 'an NDC on the line'
  const [name = '', values = []]: [string?, (readonly string[])?] = Object.entries(atom)[0] ?? []
  return `${inWords(name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`))} ${either(values)}`
}
