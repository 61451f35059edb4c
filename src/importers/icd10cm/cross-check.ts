import { normalizeCode, type PlainDate } from '../../decision/shapes/codes.js'
import type { CodeTable } from '../../decision/shapes/tables.js'
import type { Conversion } from './conversions.js'
import type { CodeEntry } from './order-file.js'

/** A comparison of a companion file with the order files: how many entries it has, and which differ. */
export interface CrossCheck {
  readonly entries: number
  readonly disagreements: readonly string[]
}

// "Add: 1 B8801 …": 13 characters for the change, then the columns of an order file without the order
// number.
const changeRow = /^(Add|Delete): +([01]) ([A-Z][0-9A-Z]{2,6}) /

/**
 * Compares `icd10cm_order_addenda_YYYY.txt` with its edition. A code that was added must be there with the
 * same flag. A code that was deleted must be absent, unless it was also added with the other flag. It does
 * not compare revised titles.
 */
export function checkAddenda(text: string, edition: ReadonlyMap<string, CodeEntry>): CrossCheck {
  const changes = text.split(/\r?\n/).flatMap((line) => {
    const [, change, flag, code] = changeRow.exec(line) ?? []
    return code === undefined ? [] : [{ change, billable: flag === '1', code }]
  })
  const disagreements = changes.flatMap(({ change, billable, code }) => {
    const held = edition.get(code)
    const asSaid = held?.billable === billable
    if (change === 'Add')
      return asSaid
        ? []
        : [
            `${code} is added as ${inWords(billable)}; the order file ${held === undefined ? 'does not have it' : `has it as ${inWords(held.billable)}`}`,
          ]
    return asSaid ? [`${code} is deleted as ${inWords(billable)}; the order file has it as that`] : []
  })
  return { entries: changes.length, disagreements }
}

const inWords = (billable: boolean): string => (billable ? 'billable' : 'a header')

/**
 * Compares the conversion table with the effective dates from the order files. A code must begin in the
 * year or on the day that the table names. It skips codes whose year, or the year before it, is not
 * loaded.
 */
export function checkConversions(
  conversions: readonly Conversion[],
  { held, rows }: Pick<CodeTable, 'held' | 'rows'>,
): CrossCheck {
  const begins = new Map<string, PlainDate>()
  for (const { code, from } of rows) {
    const before = begins.get(code)
    if (before === undefined || from < before) begins.set(code, from)
  }
  // A code that begins with a loaded span may have begun earlier, in a year that is not loaded.
  const isComparable = (day: PlainDate): boolean =>
    held.some(({ from, to }) => day > from && (to === undefined || day < to))
  const newest = [...begins.values()].reduce((last, day) => (day > last ? day : last), '')
  const checked = conversions
    .map(({ code, effective }) => ({
      code: normalizeCode(code),
      from: effective.length === 4 ? `${effective}-10-01` : effective,
    }))
    .filter(({ from }) => isComparable(from) && from <= newest)
  const disagreements = checked.flatMap(({ code, from }) => {
    const begun = begins.get(code)
    return begun === from
      ? []
      : [
          `${code} begins on ${from}; ${begun === undefined ? 'no order file has it' : `the order files have it from ${begun}`}`,
        ]
  })
  return { entries: checked.length, disagreements }
}
