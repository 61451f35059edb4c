import type { Facts, LineFacts } from '../facts/facts.js'
import { amountOf, type Amount } from '../shapes/amount.js'
import { daysBetween } from '../shapes/plain-date.js'
import { isSpan, sharesDay } from '../facts/procedure-pair-parts.js'
import { decided, union, unknown, type Evaluated } from '../shapes/truth.js'
import { count } from '../explain/wording.js'
import { saying, type PlainResult } from './result.js'

/** A limit on units: `maximum` units per line (MAI 1) or per day and provider (MAI 2 absolute, MAI 3 reviewable). */
export interface UnitsLimit {
  readonly maximum: number
  readonly adjudicationIndicator: number
  /** Why, as the table says it: "Drug discontinued", "CMS Policy". */
  readonly rationale?: string | undefined
}

// NCCI Policy Manual ch. I §V: what each MUE adjudication indicator means to the one who bills.
const meaning: Readonly<Record<number, string>> = {
  1: 'The limit holds for each claim line (MAI 1); where the record supports more, they go on further lines with a modifier that says why.',
  2: 'The units of the day are summed and the limit is absolute (MAI 2).',
  3: 'The units of the day are summed (MAI 3); the contractor may allow more on review of the records. An ABN cannot shift an MUE denial to the patient.',
}

/** Compares the units of the line, or of its day, with a limit. Unknown units weigh at least one. */
export function evaluateUnits(limit: UnitsLimit, facts: Facts): PlainResult {
  const { line } = facts
  return !isSpan(line) || limit.maximum === 0 ? ofDay(limit, facts) : ofSpan(limit, facts)
}

function ofDay({ maximum, adjudicationIndicator, rationale }: UnitsLimit, facts: Facts): PlainResult {
  const { line, lines } = facts
  const summed =
    adjudicationIndicator === 1
      ? [line]
      : lines.filter((other) => other.code === line.code && coversDate(other, line.date))
  const shares = summed.map((other) => shareOf(other, line))
  const total: Amount = {
    least: sum(shares.map((share) => share.amount.least)),
    most: sum(shares.map((share) => share.amount.most)),
  }
  const limit = limitInWords(maximum)
  const verb = total.least === 1 ? 'is' : 'are'
  const said =
    total.least === total.most ? `${total.least} ${verb} billed` : `at least ${total.least} ${verb} billed`
  const used = [
    { fact: 'units', value: total.least === total.most ? String(total.least) : `at least ${total.least}` },
  ]
  if (maximum === 0)
    return saying(
      decided(false, ...used),
      isDiscontinued(rationale) ? 'code-discontinued' : 'not-payable-in-setting',
      `${limit}; ${said}. ${whyNone(rationale)}`,
    )
  if (total.least > maximum)
    return inWords(
      adjudicationIndicator,
      decided(false, ...used),
      'units-exceed-maximum',
      `${limit}; ${said}.`,
    )
  if (total.most <= maximum)
    return inWords(
      adjudicationIndicator,
      decided(true, ...used),
      'units-within-maximum',
      `${limit}; ${said}.`,
    )
  return inWords(
    adjudicationIndicator,
    unknown(union(...shares.map((share) => share.missing)), used),
    'units-unknown',
    `${limit}; ${whyUnknown(line)}`,
  )
}

/**
 * A line of several dates says nothing of a single day. Its units are within the limit of a day when all of them on one day would be, and
 * over it when even the average of a day, rounded as contractors round it, is; in between only lines of one date can tell.
 */
function ofSpan({ maximum, adjudicationIndicator }: UnitsLimit, facts: Facts): PlainResult {
  const { line, lines } = facts
  const days = daysBetween(line.date, line.end) + 1
  const own = amountOf(line.billedUnits)
  const beside =
    adjudicationIndicator === 1
      ? []
      : lines.filter(
          (other) =>
            other !== line && other.code === line.code && sharesDay(other, line) && !isOfAnother(other, line),
        )
  const most = own.most + sum(beside.map((other) => amountOf(other.billedUnits).most))
  const used =
    'value' in line.billedUnits ? [{ fact: 'units', value: `${line.billedUnits.value} on ${days} days` }] : []
  const limit = `${limitInWords(maximum)} a day`
  if (most <= maximum)
    return inWords(
      adjudicationIndicator,
      decided(true, ...used),
      'units-within-maximum',
      `${limit}; even on one of the ${days} days of this line, all its units would be within it.`,
    )
  if (own.least >= (maximum + 0.5) * days)
    return inWords(
      adjudicationIndicator,
      decided(false, ...used),
      'units-exceed-maximum',
      `${limit}; the line has ${own.least} on ${days} days, more on average.`,
    )
  return saying(
    unknown('missing' in line.billedUnits ? ['units'] : [], used),
    'date-span',
    `${limit}; the line spans ${days} days, and units per day cannot be told from it. Bill one line per date to have them checked.`,
  )
}

function isDiscontinued(rationale = ''): boolean {
  return /discontinu|delet|obsolete|no longer/i.test(rationale)
}

/** Why no unit is payable, as far as the row says so: only that of a discontinued drug tells that no other setting takes it. */
function whyNone(rationale: string | undefined): string {
  if (rationale === undefined)
    return 'The source does not say why. Look whether another setting, or another kind of supplier, bills the code.'
  return isDiscontinued(rationale)
    ? `The table gives as its reason: ${rationale}. Check that the code is that of the drug or service given.`
    : `The table gives as its reason: ${rationale}. Look whether another setting, or another kind of supplier, bills the code.`
}

function limitInWords(maximum: number): string {
  return maximum === 0
    ? 'No unit is payable in this setting'
    : `At most ${count(maximum, 'unit', 'units')} may be billed`
}

function inWords(
  adjudicationIndicator: number,
  evaluated: Evaluated,
  reasonCode: string,
  reason: string,
): PlainResult {
  return saying(evaluated, reasonCode, `${reason} ${meaning[adjudicationIndicator] ?? ''}`.trim())
}

function isOfAnother(other: LineFacts, line: LineFacts): boolean {
  return other.npi !== line.npi && other.npi !== undefined && line.npi !== undefined
}

/** Why the units are not known: none given, a dose that does not convert, or figures that disagree. */
function whyUnknown({ sent, billedUnits, calculation }: LineFacts): string {
  const dose = sent.administeredDose
  const given = sent.units === undefined ? '' : ` ${count(sent.units, 'unit is', 'units are')} billed.`
  if ('missing' in billedUnits && calculation !== undefined)
    return `the figures of the line do not agree. ${calculation}${given}`
  if (dose !== undefined && sent.units === undefined)
    return `the dose of ${dose.value} ${dose.unit} cannot be turned into units of this code.`
  return sent.units === undefined
    ? 'the units of the line are not given.'
    : 'how many are billed that day is not certain.'
}

function coversDate(other: LineFacts, date: string): boolean {
  return other.date <= date && date <= other.end
}

/** What a line of the same code and day adds: surely when the provider is the same, possibly when one provider is not named. */
function shareOf(other: LineFacts, line: LineFacts): { amount: Amount; missing: string[] } {
  const amount = amountOf(other.billedUnits)
  const ownMissing = 'missing' in other.billedUnits ? ['units'] : []
  if (other === line) return { amount, missing: ownMissing }
  if (isOfAnother(other, line)) return nothing
  // A span of dates that holds this date may have any part of its units on it.
  if (isSpan(other))
    return {
      amount: { least: 0, most: amount.most },
      missing: other.npi === line.npi ? [] : ['provider.npi'],
    }
  if (other.npi === line.npi) return { amount, missing: ownMissing }
  return { amount: { least: 0, most: amount.most }, missing: ['provider.npi'] }
}

const nothing = { amount: { least: 0, most: 0 }, missing: [] }
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
