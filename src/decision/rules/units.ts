import { amountOf, type Amount, type Facts, type LineFacts } from '../facts.js'
import { decided, union, unknown } from '../truth.js'
import { count } from '../wording.js'
import type { RuleResult } from './result.js'

/** A limit on units: `maximum` units per line (MAI 1) or per day and provider (MAI 2 absolute, MAI 3 reviewable). */
export interface UnitsLimit { readonly maximum: number, readonly adjudicationIndicator: number }

// NCCI Policy Manual ch. I §V: what each MUE adjudication indicator means to the one who bills.
const meaning: Readonly<Record<number, string>> = {
  1: 'The limit holds for each claim line (MAI 1).',
  2: 'The units of the day are summed and the limit is absolute (MAI 2).',
  3: 'The units of the day are summed (MAI 3); the contractor may allow more on review of the records. An ABN cannot shift an MUE denial to the patient.'
}

/** Compares the units of the line, or of its day, with a limit. Unknown units weigh at least one. */
export function evaluateUnits ({ maximum, adjudicationIndicator }: UnitsLimit, facts: Facts): RuleResult {
  const { line, lines } = facts
  if (line.end !== line.date) {
    return { ...unknown([], []), reasonCode: 'date-span', reason: 'The line spans several dates; units per day cannot be told from it. Bill one line per date to have them checked.' }
  }
  const summed = adjudicationIndicator === 1 ? [line] : lines.filter(other => other.code === line.code && coversDate(other, line.date))
  const shares = summed.map(other => shareOf(other, line))
  const total: Amount = { least: sum(shares.map(share => share.amount.least)), most: sum(shares.map(share => share.amount.most)) }
  const limit = maximum === 0 ? 'No unit is payable in this setting' : `At most ${count(maximum, 'unit', 'units')} may be billed`
  const verb = total.least === 1 ? 'is' : 'are'
  const said = total.least === total.most ? `${total.least} ${verb} billed` : `at least ${total.least} ${verb} billed`
  const used = [{ fact: 'units', value: total.least === total.most ? String(total.least) : `at least ${total.least}` }]
  const words = (code: string, reason: string): Pick<RuleResult, 'reasonCode' | 'reason'> => ({ reasonCode: code, reason: `${reason} ${meaning[adjudicationIndicator] ?? ''}`.trim() })
  if (maximum === 0) return { ...decided(false, ...used), reasonCode: 'not-payable-in-setting', reason: `${limit}; ${said}. The code is billed in another setting, or by another kind of supplier.` }
  if (total.least > maximum) return { ...decided(false, ...used), ...words('units-exceed-maximum', `${limit}; ${said}.`) }
  if (total.most <= maximum) return { ...decided(true, ...used), ...words('units-within-maximum', `${limit}; ${said}.`) }
  return { ...unknown(union(...shares.map(share => share.missing)), used), ...words('units-unknown', `${limit}; ${whyUnknown(line)}`) }
}

/** Why the units are not known: none given, a dose that does not convert, or a dose that says otherwise. */
function whyUnknown ({ sent }: LineFacts): string {
  const dose = sent.administeredDose
  if (dose !== undefined && sent.units !== undefined) return `the dose of ${dose.value} ${dose.unit} and the ${sent.units} units do not agree, or other lines of the day are not certain.`
  if (dose !== undefined) return `the dose of ${dose.value} ${dose.unit} cannot be turned into units of this code.`
  return sent.units === undefined ? 'the units of the line are not given.' : 'how many are billed that day is not certain.'
}

function coversDate (other: LineFacts, date: string): boolean {
  return other.date <= date && date <= other.end
}

/** What a line of the same code and day adds: surely when the provider is the same, possibly when one provider is not named. */
function shareOf (other: LineFacts, line: LineFacts): { amount: Amount, missing: string[] } {
  const amount = amountOf(other.billedUnits)
  const ownMissing = 'missing' in other.billedUnits ? ['units'] : []
  if (other === line) return { amount, missing: ownMissing }
  // A span of dates that holds this date may have any part of its units on it.
  if (other.npi !== line.npi && other.npi !== undefined && line.npi !== undefined) return nothing
  if (other.end !== other.date) return { amount: { least: 0, most: Infinity }, missing: other.npi === line.npi ? [] : ['provider.npi'] }
  if (other.npi === line.npi) return { amount, missing: ownMissing }
  return { amount: { least: 0, most: amount.most }, missing: ['provider.npi'] }
}

const nothing = { amount: { least: 0, most: 0 }, missing: [] }
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
