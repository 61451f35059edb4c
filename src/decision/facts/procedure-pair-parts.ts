import type { PlainDate } from '../shapes/codes.js'
import type { Facts, LineFacts } from './facts.js'
import type { PairCode, PairedService } from '../reasons/claim.js'
import type { ProcedurePair } from '../shapes/procedure-pairs.js'
import { decided, union, unknown, type Evaluated, type UsedFact } from '../shapes/truth.js'

/** What a pair says because of one other service of the same day. */
export interface PairPart extends Evaluated {
  readonly code: PairCode
  /** Where the other service stands. */
  readonly where: PairedService
}

// The modifiers that NCCI lets stand for separate services: anatomic, of global surgery, and others. 22, 76 and 77 are not
// among them (CMS NCCI Policy Manual ch. I §E).
const separating = new Set(
  (
    'E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD LM RC RI ' +
    '24 25 57 58 78 79 27 59 91 XE XP XS XU'
  ).split(' '),
)

// Until then CMS looked for these on the column-two code only (CMS Change Request 11168, for claims from 2019-07-01).
const distinctService = new Set(['59', 'XE', 'XP', 'XS', 'XU'])
const distinctOnEitherFrom = '2019-07-01'

/** Of the separating modifiers of a column-one line, those that count on a date. */
function countingOnColumnOne(modifiers: readonly string[], date: PlainDate): string[] {
  return modifiers.filter((modifier) => date >= distinctOnEitherFrom || !distinctService.has(modifier))
}

/** The modifiers of a line that tell that its service was separate from another one of the day; undefined where they are not given. */
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

/** The days of a line, also where it is asked about one of them (`onDay`). */
export function allDaysOf({ sent, end }: LineFacts): { date: string; end: string } {
  return { date: sent.dateOfService, end }
}

/** Whether two lines may be of the same day: a line may span several. */
export function sharesDay(one: { date: string; end: string }, other: { date: string; end: string }): boolean {
  return one.date <= other.end && other.date <= one.end
}

/** The other lines of a line's code that have a day in common with it and are not discarded drug; the days are those that were sent. */
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

/** What a pair says because of another line of the claim; undefined where it says nothing, since another provider furnished that. */
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
  // With such a modifier the pair is content whoever furnished the other service, so that naming the provider never makes it less so.
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

/** What a pair says because of a service that is not on this claim; who furnished it is not known, so it never objects for sure. */
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
