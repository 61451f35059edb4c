import { Type, type Static } from 'typebox'

// Input patterns are generous about case, dots and blanks; `normalizeCode` makes one spelling of them.
// Every string is bounded so that nothing a caller sends can grow an answer or a log line without limit.

/** The schema of a plain calendar date, `YYYY-MM-DD`, years 1900 to 2099, no time zone; `2023-02-29` is refused. `meaning` says which date it is. */
export function plainDate(meaning: string) {
  return Type.String({
    format: 'date',
    pattern: '^(19|20)[0-9]{2}-',
    maxLength: 10,
    description: `${meaning} (YYYY-MM-DD)`,
    examples: ['2026-11-03'],
  })
}

/** A plain calendar date, `YYYY-MM-DD`. */
export type PlainDate = Static<ReturnType<typeof plainDate>>

/** The schema of a month of the year, 1 (January) to 12. `meaning` says which month it is. */
export const Month = (meaning: string) =>
  Type.Integer({ minimum: 1, maximum: 12, description: `${meaning} (1 = January).`, examples: [7] })

/** A HCPCS Level II or CPT number as a caller writes it; CPT descriptors are never stored. */
export const ProcedureCode = Type.String({
  pattern: '^ *[A-Za-z0-9]{5} *$',
  maxLength: 16,
  description: 'HCPCS Level II code or CPT number, 5 characters; case and blanks do not matter.',
  examples: ['J3420'],
})

/** A procedure code of a policy, or an inclusive range of codes of one form (`inProcedures`). */
export const CodeOrRange = Type.String({
  pattern: '^([A-Z0-9]{5}|[A-Z][0-9]{4}-[A-Z][0-9]{4}|[0-9]{5}-[0-9]{5}|[0-9]{4}[A-Z]-[0-9]{4}[A-Z])$',
  maxLength: 11,
  description:
    'A procedure code, or an inclusive range of codes of one form: A0000-A9999, 00100-01999 or 0001T-0999T. A range holds no code of another form.',
})

/** An ICD-10-CM code (or an old ICD-9 one, which then is not valid) as a caller writes it, dot optional. */
export const DiagnosisCode = Type.String({
  pattern: '^ *[A-Za-z0-9]{3}\\.?[A-Za-z0-9]{0,4} *$',
  maxLength: 16,
  description: 'ICD-10-CM code; the dot, case and blanks do not matter.',
  examples: ['D51.0'],
})

/** Two-letter state, or a part-state of the Medicare Coverage Database (DN QN UN New York, EM WM Missouri, NF SF California). */
export const StateCode = Type.String({
  pattern: '^[A-Za-z]{2}$',
  maxLength: 2,
  description:
    'State where the service is furnished (for DME: where the beneficiary lives), two letters; or a part of a state that more than one Medicare contractor serves: DN, QN, UN (New York), EM, WM (Missouri), NF, SF (California).',
  examples: ['FL'],
})

/** A stable identifier of a plan, payer, policy or rule: letters, digits, dot, dash, underscore. */
export const Identifier = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  maxLength: 80,
  description: 'Stable identifier.',
  examples: ['medicare-part-b'],
})

/** A set of policy as answers name it: by its identifier, or by the other name that a tenant's own has beside a public one. */
export const PolicySetName = Type.String({
  pattern: '^(own:)?[A-Za-z0-9][A-Za-z0-9._-]*$',
  maxLength: 84,
  description:
    "Identifier of a policy set; `own.` or `own:` before it where a tenant's own set has the identifier of a public one.",
  examples: ['cms-mcd'],
})

/** Two-digit CMS place of service. */
export const PlaceOfService = Type.String({
  pattern: '^[0-9]{2}$',
  maxLength: 2,
  description: 'CMS place-of-service code, two digits (11 = office).',
  examples: ['11'],
})

export const claimTypes = ['professional', 'institutional', 'dme'] as const
/** The kind of claim; it, and never the plan, decides which Medicare contractor processes the line. */
export const ClaimType = Type.Enum(claimTypes, {
  description: 'Claim form: professional (CMS-1500/837P), institutional (UB-04/837I) or dme (supplier).',
})
export type ClaimType = Static<typeof ClaimType>

export const treatmentPhases = ['loading', 'maintenance'] as const
/** Where in a course of treatment the patient stands. */
export const TreatmentPhase = Type.Enum(treatmentPhases, { description: 'Phase of the course of treatment.' })
export type TreatmentPhase = Static<typeof TreatmentPhase>

const written = /[^A-Z0-9]/

/** One spelling for comparisons: upper case, no dot, no blanks (`d51.0 ` becomes `D510`). Any string is accepted. */
export function normalizeCode(code: string): string {
  return written.test(code) ? code.replace(/[. ]/g, '').toUpperCase() : code
}

/** The spelling people read: ICD-10-CM with its dot after the third character (`D510` becomes `D51.0`). */
export function displayDiagnosis(code: string): string {
  const plain = normalizeCode(code)
  return plain.length > 3 ? `${plain.slice(0, 3)}.${plain.slice(3)}` : plain
}

/**
 * The form of a procedure code, by which CMS and the AMA tell kinds of codes apart: five digits (CPT Category I, anesthesia included), four
 * digits and a letter (the letter is the category: `0101T`, `0107U`, `2028F`), a letter and four digits (HCPCS Level II). Undefined for any other.
 */
function formOf(code: string): string | undefined {
  if (/^[0-9]{5}$/.test(code)) return 'digits'
  if (/^[0-9]{4}[A-Z]$/.test(code)) return code.slice(4)
  return /^[A-Z][0-9]{4}$/.test(code) ? 'level-ii' : undefined
}

/** Whether a range joins two codes of one form, the first not after the last; other ranges hold no code. */
export function isProcedureRange(first: string, last: string): boolean {
  const form = formOf(first)
  return form !== undefined && form === formOf(last) && first <= last
}

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
/** Ranges that together hold every procedure code, of whatever form. */
export const everyProcedure: readonly string[] = [
  '00000-99999',
  ...letters.map((letter) => `0000${letter}-9999${letter}`),
  'A0000-Z9999',
]

/** Whether a text is a procedure code of five characters, or a range that holds codes. */
export function isCodeOrRange(text: string): boolean {
  const [first = '', last, ...more] = text.split('-')
  if (more.length > 0) return false
  return last === undefined ? /^[A-Z0-9]{5}$/.test(first) : isProcedureRange(first, last)
}

/**
 * Whether a normalized procedure code is one of `entries`: single codes (`J3420`) or inclusive ranges (`J0000-J9999`). A range holds codes of
 * its own form only: `00100-01999` does not hold `0101T`.
 */
export function inProcedures(code: string, entries: readonly string[]): boolean {
  return entries.some((entry) => {
    const dash = entry.indexOf('-')
    if (dash < 0) return entry === code
    const [first, last] = [entry.slice(0, dash), entry.slice(dash + 1)]
    return code >= first && code <= last && formOf(code) === formOf(first) && isProcedureRange(first, last)
  })
}

const states = new Set(
  (
    'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT ' +
    'VT VA WA WV WI WY DC AS FM GU MH MP PR PW VI AA AE AP'
  ).split(' '),
)

/** Whether the code names a state, district, territory or military region (USPS), or a part-state of the Medicare Coverage Database. */
export function isState(state: string): boolean {
  return states.has(state) || state in partsOfState
}

const partsOfState: Readonly<Record<string, string>> = {
  DN: 'NY',
  QN: 'NY',
  UN: 'NY',
  EM: 'MO',
  WM: 'MO',
  NF: 'CA',
  SF: 'CA',
}

/** The whole state that a part-state of the Medicare Coverage Database belongs to; any other code is returned as it is. */
export function wholeState(state: string): string {
  return partsOfState[state] ?? state
}

/** All part-states of a state (`NY` gives DN, QN, UN); empty where the state is not divided. */
export function partsOf(state: string): string[] {
  return Object.keys(partsOfState).filter((part) => partsOfState[part] === state)
}
