import {
  claimTypes,
  isProcedureRange,
  normalizeCode,
  wholeState,
  type ClaimType,
} from '../../decision/shapes/codes.js'
import { addDays } from '../../decision/shapes/plain-date.js'
import type { RuleOfKind } from '../../decision/shapes/rule.js'
import { isCalendarDate } from '../calendar.js'
import type { Field, Fields } from './fields.js'
import type { ListMapping } from './mapping.js'

type Case = RuleOfKind<'prior-authorization'>['cases'][number]

/** The content of a row: codes, dates, conditions and requirement. A part that is absent is no condition. */
export interface Terms {
  readonly procedures: readonly string[]
  readonly requirement: Case['requirement']
  readonly consequence?: NonNullable<Case['consequence']>
  readonly from?: string
  readonly to?: string
  readonly states?: readonly string[]
  readonly placesOfService?: readonly string[]
  readonly placesOfServiceExcluded?: readonly string[]
  readonly claimTypes?: readonly ClaimType[]
  readonly companionCodes?: readonly string[]
  readonly networkStatus?: ReadonlyArray<'in-network' | 'out-of-network'>
  readonly unitsOver?: number
  readonly ageMinimum?: number
  readonly ageMaximum?: number
}

/** A cell that cannot be read. Its row is refused. */
export class CellRefused extends Error {
  readonly field: Field
  constructor(field: Field, reason: string) {
    super(reason)
    this.field = field
  }
}

const usps =
  'AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI'
const knownStates = new Set(usps.split(' '))
const everywhere = ['US', 'ALL']
const requirements = ['required', 'not-required', 'conditional'] as const
const consequences = ['denial', 'prepayment-review', 'penalty', 'unknown'] as const
const openEnd = '9999-12-31'

/**
 * Reads the fields of a row; throws `CellRefused` for a cell that does not fit its field. Without
 * `withRequirement` it does not read the requirement, which is not reliable where a text of the row is
 * unread.
 */
export function readTerms(
  fields: Fields,
  mapping: Pick<ListMapping, 'effectiveTo' | 'dates'>,
  withRequirement = true,
): Terms {
  const from = readDate('effectiveFrom', fields.effectiveFrom, mapping)
  const to = readEnd(fields.effectiveTo, mapping)
  if (from !== undefined && to !== undefined && to <= from)
    throw new CellRefused(
      'effectiveTo',
      `it ends (${fields.effectiveTo}) before it begins (${fields.effectiveFrom})`,
    )
  const states = listOf('states', fields.states, /^[A-Z]{2,3}$/, 'two-letter states')
  const strangers = states.filter(
    (state) => !everywhere.includes(state) && !knownStates.has(wholeState(state)),
  )
  if (strangers.length > 0) throw new CellRefused('states', `${strangers.join(', ')} is no state`)
  if (fields.vendorUrl !== undefined && !/^https?:\/\/[^ ]{1,480}$/.test(fields.vendorUrl))
    throw new CellRefused('vendorUrl', 'it is not a link that begins with http:// or https://')
  const requirement = withRequirement ? oneOf('requirement', fields.requirement, requirements) : 'required'
  const consequence =
    fields.consequence === undefined ? undefined : oneOf('consequence', fields.consequence, consequences)
  return withoutAbsent({
    procedures: codesOf('code', fields.code, true),
    from,
    to,
    requirement,
    // Without a requirement there is no consequence. One given for the whole list does not apply here.
    consequence: requirement === 'not-required' ? undefined : consequence,
    states:
      states.length === 0 || states.some((state) => everywhere.includes(state))
        ? undefined
        : [...new Set(states)].sort(),
    placesOfService: placesOf('placesOfService', fields.placesOfService),
    placesOfServiceExcluded: placesOf('placesOfServiceExcluded', fields.placesOfServiceExcluded),
    claimTypes: filled(split(fields.claimTypes).map((text) => oneOf('claimTypes', text, claimTypes))),
    companionCodes: filled(codesOf('companionCodes', fields.companionCodes)),
    networkStatus: filled(
      split(fields.networkStatus).map((text) =>
        oneOf('networkStatus', text, ['in-network', 'out-of-network'] as const),
      ),
    ),
    unitsOver: readNumber('unitsOver', fields.unitsOver, 999_999),
    ageMinimum: readNumber('ageMinimum', fields.ageMinimum, 130),
    ageMaximum: readNumber('ageMaximum', fields.ageMaximum, 130),
  })
}

/** A date as `YYYY-MM-DD`; undefined for an empty cell. Throws `CellRefused` for other text. */
export function readDate(
  field: Field,
  text: string | undefined,
  { dates = 'year-month-day' }: Pick<ListMapping, 'dates'>,
): string | undefined {
  if (text === undefined) return undefined
  const [, month = '', day = '', year = ''] =
    dates === 'month/day/year' ? (/^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ?? []) : []
  // A date cell of a workbook arrives as `YYYY-MM-DD`, in whatever format the workbook shows it.
  const date = year === '' ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  if (!/^(?:(?:19|20)\d{2}-\d{2}-\d{2}|9999-12-31)$/.test(date) || !isCalendarDate(date))
    throw new CellRefused(field, `"${text.slice(0, 40)}" is not a date written ${dates}`)
  return date
}

function readEnd(
  text: string | undefined,
  mapping: Pick<ListMapping, 'effectiveTo' | 'dates'>,
): string | undefined {
  const date = readDate('effectiveTo', text, mapping)
  if (date === undefined || date === openEnd) return undefined
  return mapping.effectiveTo === 'exclusive' ? date : addDays(date, 1)
}

function codesOf(field: Field, text: string | undefined, needed = false): string[] {
  const codes = [...new Set(split(text).map(normalizeCode))]
  if (needed && codes.length === 0) throw new CellRefused(field, 'it is empty')
  for (const code of codes) {
    const [first = '', last] = code.split('-')
    if (!/^[A-Z0-9]{5}(?:-[A-Z0-9]{5})?$/.test(code))
      throw new CellRefused(
        field,
        `"${code.slice(0, 40)}" is neither a procedure code of five characters nor a range A0000-A9999; a code kept as a number may have lost its zeros`,
      )
    if (last !== undefined && last < first) throw new CellRefused(field, `the range ${code} runs backwards`)
    if (last !== undefined && !isProcedureRange(first, last))
      throw new CellRefused(
        field,
        `the range ${code} joins codes of two forms; write one range for each form, as 00100-01999 and 0001T-0999T`,
      )
  }
  return codes
}

const split = (text = ''): string[] =>
  text
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== '')

function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list
}

function placesOf(field: Field, text: string | undefined): readonly string[] | undefined {
  return filled(listOf(field, text, /^\d{2}$/, 'two-digit places of service'))
}

function listOf(field: Field, text: string | undefined, form: RegExp, what: string): string[] {
  const parts = split(text).map((part) => part.toUpperCase())
  const strange = parts.find((part) => !form.test(part))
  if (strange !== undefined)
    throw new CellRefused(field, `"${strange.slice(0, 40)}" is not among ${what} separated by |`)
  return parts
}

function oneOf<T extends string>(field: Field, text: string | undefined, words: readonly T[]): T {
  const found = words.find((word) => word === text?.toLowerCase())
  if (found === undefined)
    throw new CellRefused(
      field,
      `${text === undefined ? 'it is empty' : `"${text.slice(0, 40)}" is not known`}; it is one of ${words.join(', ')}, or the mapping says what it stands for`,
    )
  return found
}

function readNumber(field: Field, text: string | undefined, maximum: number): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d+(?:\.\d+)?$/.test(text) || Number(text) > maximum)
    throw new CellRefused(field, `"${text.slice(0, 40)}" is not a number from 0 to ${maximum}`)
  return Number(text)
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }
function withoutAbsent<T extends object>(all: T): Defined<T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Defined<T>
}
