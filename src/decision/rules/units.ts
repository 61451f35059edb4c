import type { Facts, LineFacts } from '../facts/facts.js'
import { amountOf, type Amount } from '../shapes/amount.js'
import { daysBetween } from '../shapes/plain-date.js'
import { isSpan, sharesDay } from '../facts/procedure-pair-parts.js'
import { decided, union, unknown } from '../shapes/truth.js'
import type { UnitsLimit, UnitsUnknown } from '../reasons/units.js'
import { saying, type PlainResult } from './result.js'

/** Compares the units of the line, or of its day, with a limit. Unknown units count as at least one. */
export function evaluateUnits(limit: UnitsLimit, facts: Facts): PlainResult {
  const { line } = facts
  return !isSpan(line) || limit.maximum === 0 ? ofDay(limit, facts) : ofSpan(limit, facts)
}

function ofDay(limit: UnitsLimit, { line, lines }: Facts): PlainResult {
  const { maximum, adjudicationIndicator, rationale } = limit
  const summed =
    adjudicationIndicator === 1
      ? [line]
      : lines.filter((other) => other.code === line.code && coversDate(other, line.date))
  const shares = summed.map((other) => shareOf(other, line))
  const total: Amount = {
    least: sum(shares.map((share) => share.amount.least)),
    most: sum(shares.map((share) => share.amount.most)),
  }
  const used = [
    { fact: 'units', value: total.least === total.most ? String(total.least) : `at least ${total.least}` },
  ]
  if (maximum === 0)
    return saying(decided(false, ...used), {
      code: isDiscontinued(rationale) ? 'code-discontinued' : 'not-payable-in-setting',
      billed: total,
      rationale,
    })
  if (total.least > maximum)
    return saying(decided(false, ...used), { code: 'units-exceed-maximum', limit, billed: total })
  if (total.most <= maximum)
    return saying(decided(true, ...used), { code: 'units-within-maximum', limit, billed: total })
  return saying(unknown(union(...shares.map((share) => share.missing)), used), {
    code: 'units-unknown',
    limit,
    why: whyUnknown(line),
  })
}

/**
 * Compares a line over several dates with a limit for one day. Within it, if all units on one day would be;
 * over it, if even the average of a day, rounded as contractors round it, is. Otherwise unknown: only lines
 * of one date can tell.
 */
function ofSpan(limit: UnitsLimit, { line, lines }: Facts): PlainResult {
  const { maximum, adjudicationIndicator } = limit
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
  if (most <= maximum)
    return saying(decided(true, ...used), { code: 'units-within-maximum/span', limit, days })
  if (own.least >= (maximum + 0.5) * days)
    return saying(decided(false, ...used), {
      code: 'units-exceed-maximum/span',
      limit,
      days,
      units: own.least,
    })
  return saying(unknown('missing' in line.billedUnits ? ['units'] : [], used), {
    code: 'date-span/units',
    limit,
    days,
  })
}

function isDiscontinued(rationale = ''): boolean {
  return /discontinu|delet|obsolete|no longer/i.test(rationale)
}

function isOfAnother(other: LineFacts, line: LineFacts): boolean {
  return other.npi !== line.npi && other.npi !== undefined && line.npi !== undefined
}

/** Why the units are unknown: none were given, the dose does not convert, or the figures disagree. */
function whyUnknown({ sent, billedUnits, calculation }: LineFacts): UnitsUnknown {
  const dose = sent.administeredDose
  if ('missing' in billedUnits && calculation.length > 0)
    return { type: 'figures-disagree', calculation, units: sent.units }
  if (dose !== undefined && sent.units === undefined)
    return { type: 'dose-does-not-convert', value: dose.value, unit: dose.unit }
  return { type: sent.units === undefined ? 'not-given' : 'not-certain' }
}

function coversDate(other: LineFacts, date: string): boolean {
  return other.date <= date && date <= other.end
}

/**
 * The units that another line of the code adds to the day: certain if the provider is the same, possible if a
 * provider is not given.
 */
function shareOf(other: LineFacts, line: LineFacts): { amount: Amount; missing: string[] } {
  const amount = amountOf(other.billedUnits)
  const ownMissing = 'missing' in other.billedUnits ? ['units'] : []
  if (other === line) return { amount, missing: ownMissing }
  if (isOfAnother(other, line)) return nothing
  // Any part of the units of a line over several dates may be on this date.
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
