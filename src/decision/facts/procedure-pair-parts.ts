import type { PlainDate } from '../shapes/codes.js'
import type { Facts, LineFacts } from './facts.js'
import type { PairCode, PairedService } from '../reasons/claim.js'
import type { ProcedurePair } from '../shapes/procedure-pairs.js'
import { decided, union, unknown, type Evaluated, type UsedFact } from '../shapes/truth.js'

/** The result of a procedure pair for one other service of the same day. */
export interface PairPart extends Evaluated {
  readonly code: PairCode
  /** Where the other service is: on a line, in the history or planned. */
  readonly where: PairedService
}

// The modifiers that NCCI accepts for separate services: anatomic ones, those of global surgery, and others.
// 22, 76 and 77 are not among them (CMS NCCI Policy Manual ch. I §E).
const separating = new Set(
  (
    'E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD LM RC RI ' +
    '24 25 57 58 78 79 27 59 91 XE XP XS XU'
  ).split(' '),
)

// Before 2019-07-01 these count on the column-two code only (CMS Change Request 11168).
const distinctService = new Set(['59', 'XE', 'XP', 'XS', 'XU'])
const distinctOnEitherFrom = '2019-07-01'

/** The separating modifiers of a column-one line that count on a date. */
function countingOnColumnOne(modifiers: readonly string[], date: PlainDate): string[] {
  return modifiers.filter((modifier) => date >= distinctOnEitherFrom || !distinctService.has(modifier))
}

/**
 * The modifiers of a line that say that its service was separate from another of the day; undefined if
 * modifiers were not given.
 */
export function separatingModifiers({ sent }: LineFacts): string[] | undefined {
  return sent.modifiers
    ?.map((modifier) => modifier.toUpperCase())
    .filter((modifier) => separating.has(modifier))
    .sort()
}

/** Whether a line covers several dates. */
export function isSpan({ sent }: LineFacts): boolean {
  return sent.dateOfServiceEnd !== undefined && sent.dateOfServiceEnd !== sent.dateOfService
}

/** The first and last day of a line in the request, even when one day of it is decided (`onDay`). */
export function allDaysOf({ sent, end }: LineFacts): { date: string; end: string } {
  return { date: sent.dateOfService, end }
}

/** Whether the dates of two lines overlap, so that both services may be of the same day. */
export function sharesDay(one: { date: string; end: string }, other: { date: string; end: string }): boolean {
  return one.date <= other.end && other.date <= one.end
}

/**
 * The other lines with the code of a line that share a day with it and are not discarded drug. The days are
 * those of the request.
 */
export function dosesBeside(line: LineFacts, lines: readonly LineFacts[]): LineFacts[] {
  const own = allDaysOf(line)
  return lines.filter(
    (other) =>
      other.index !== line.index &&
      other.code === line.code &&
      !other.modifiers.isDiscarded &&
      sharesDay(allDaysOf(other), own),
  )
}

/**
 * The result of a pair for another line of the claim; undefined if another provider furnished that line,
 * because the pair then does not apply.
 */
export function partOfLine(
  { modifierIndicator }: ProcedurePair,
  { line }: Facts,
  other: LineFacts,
): PairPart | undefined {
  const where = { type: 'line', lineNumber: other.lineNumber } as const
  const used: UsedFact[] = [{ fact: 'serviceLines', value: `line ${other.lineNumber}: ${other.code}` }]
  const spans = isSpan(line) || isSpan(other)
  const [own, theirs] = [separatingModifiers(line), separatingModifiers(other)]
  const carried = union(own ?? [], countingOnColumnOne(theirs ?? [], line.date))
  // With a separating modifier the pair passes whoever furnished the other service. So giving the provider
  // never turns a pass into a fail.
  if (modifierIndicator === 1 && carried.length > 0 && !spans)
    return {
      code: 'procedure-pair-with-modifier',
      where,
      ...decided(true, ...used, { fact: 'modifiers', value: carried.join(', ') }),
    }
  if (line.npi !== other.npi && line.npi !== undefined && other.npi !== undefined) return undefined
  const npi = line.npi === other.npi ? [] : ['provider.npi']
  if (spans) return { code: 'date-span/pair', where, ...unknown(npi, used) }
  const modifiers =
    modifierIndicator === 1 && (own === undefined || theirs === undefined) ? ['modifiers'] : []
  if (modifiers.length > 0)
    return {
      code: 'procedure-pair-modifiers-not-given',
      where,
      ...unknown([...modifiers, ...npi], used),
    }
  if (npi.length > 0) return { code: 'procedure-pair-provider-not-given', where, ...unknown(npi, used) }
  return modifierIndicator === 1
    ? {
        code: 'procedure-pair-needs-modifier',
        where,
        ...decided(false, ...used, { fact: 'modifiers', value: 'none that counts' }),
      }
    : { code: 'procedure-pair-not-paid-together', where, ...decided(false, ...used) }
}

/**
 * The result of a pair for a service that is not on this claim. Its provider is not known, so the pair never
 * fails: it passes or is unknown.
 */
export function partOfElsewhere(
  { modifierIndicator }: ProcedurePair,
  { line }: Facts,
  code: string,
  elsewhere: 'serviceHistory' | 'plannedServices',
): PairPart {
  const where = { type: elsewhere } as const
  const used: UsedFact[] = [{ fact: elsewhere, value: code }]
  const carried = separatingModifiers(line) ?? []
  if (modifierIndicator === 1 && carried.length > 0 && !isSpan(line))
    return {
      code: 'procedure-pair-with-modifier',
      where,
      ...decided(true, ...used, { fact: 'modifiers', value: carried.join(', ') }),
    }
  return {
    code: elsewhere === 'serviceHistory' ? 'procedure-pair-in-history' : 'procedure-pair-planned',
    where,
    ...unknown([], used),
  }
}
