import { normalizeCode, type PlainDate } from '../../decision/shapes/codes.js'
import type { CodeTable } from '../../decision/shapes/tables.js'
import type { Conversion } from './conversions.js'
import type { CodeEntry } from './order-file.js'

/**
 * What a companion file says beside the order files: how many entries it has, and those that say
 * something else.
 */
export interface CrossCheck {
  readonly entries: number
  readonly disagreements: readonly string[]
}

// "Add: 1 B8801 …": the change in 13 characters, then the layout of an order file without its order
// number.
const changeRow = /^(Add|Delete): +([01]) ([A-Z][0-9A-Z]{2,6}) /

/**
 * Compares `icd10cm_order_addenda_YYYY.txt` with the edition that it comes with: what was added is
 * there with that flag, what was deleted is not, unless it was added again with the other flag.
 * Revised titles are not looked at.
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
 * Compares the conversion table with the effective ranges of the order files: a code begins in the
 * year or on the day that the table names, as far as the release before it is held too. Codes of
 * years that are not held are not looked at.
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
  // A code that begins with a span may have begun before it.
  const told = (day: PlainDate): boolean =>
    held.some(({ from, to }) => day > from && (to === undefined || day < to))
  const newest = [...begins.values()].reduce((last, day) => (day > last ? day : last), '')
  const checked = conversions
    .map(({ code, effective }) => ({
      code: normalizeCode(code),
      from: effective.length === 4 ? `${effective}-10-01` : effective,
    }))
    .filter(({ from }) => told(from) && from <= newest)
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
