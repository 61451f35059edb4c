import { ImportRefused, type RefusedRow } from '../importer.js'
import { publishedAt } from './editions.js'

/** What one edition says about one code. */
export interface CodeEntry {
  readonly billable: boolean
  readonly title?: string | undefined
}

/** All codes of one edition, headers included. */
export type EditionCodes = Map<string, CodeEntry>

/** What the reader of an order file needs besides the bytes. */
export interface OrderFileReading {
  readonly file: string
  readonly refuse: (row: RefusedRow) => void
  /** The entry last read for each code, of any edition. Equal entries share one object to save memory. */
  readonly known: Map<string, CodeEntry>
}

// Columns, counted from 0. Source: the layout of the "ICD-10-CM order file" in the yearly release,
// checked on FY2021 to FY2026.
const codeAt = 6
const flagAt = 14
const longAt = 77
const blanks = [13, 15, 76]
const shortestRow = longAt + 1
const longestTitle = 300
/** The number of bad rows that the refusal of the file names. */
const rowsToName = 5
const [newline, carriageReturn, blank, zero, one] = [10, 13, 32, 48, 49]
const codePattern = /^[A-Z][0-9A-Z]{2,6}$/

/**
 * Whether one of the first lines is a row of an order file: order number, code, flag, two
 * descriptions.
 */
export function looksLikeOrderFile(bytes: Uint8Array): boolean {
  return /^\d{5} [A-Z][0-9A-Z]{2,6} {1,5}[01] \S/m.test(beginningOf(bytes, 4096))
}

/** The first characters of a file, to recognize it and to say what it is. */
export function beginningOf(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, length)).toString('latin1')
}

/**
 * Reads `icd10cm_order_YYYY.txt`: ASCII of fixed width (order number 1-5, code 7-13, flag for billable 15,
 * short description 17-76, long description 78-), LF or CR LF. An incomplete edition would make existing
 * codes look wrong. So a bad row, a gap in the order numbers or an early end refuses the whole file, after
 * all bad rows were reported.
 */
export function readOrderFile(bytes: Uint8Array, reading: OrderFileReading): EditionCodes {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const codes: EditionCodes = new Map()
  const refused: string[] = []
  let [line, rows, last] = [0, 0, '']
  let jump: string | undefined
  for (let start = 0; start < text.length;) {
    const found = text.indexOf(newline, start)
    const next = found < 0 ? text.length : found + 1
    const end = endOfText(text, start, found < 0 ? text.length : found)
    line++
    if (end > start) {
      rows++
      const problem = readRow(text, start, end, codes, reading.known)
      if (problem !== undefined) {
        refused.push(`line ${line}, ${problem[0]}: ${problem[1]}`)
        reading.refuse({ file: reading.file, line, column: problem[0], reason: problem[1] })
      } else last = codeOf(text, start)
      if (Number(text.toString('latin1', start, start + codeAt)) !== rows)
        jump ??= `line ${line} has the order number ${text.toString('latin1', start, start + 5)}, not ${rows}`
    }
    start = next
  }
  checkWhole(reading.file, { rows, refused, last, jump })
  return codes
}

/** The end of the text in a line: before its line break and the blanks before that. */
function endOfText(text: Buffer, start: number, lineEnd: number): number {
  let end = lineEnd
  while (end > start && (text[end - 1] === carriageReturn || text[end - 1] === blank)) end--
  return end
}

type RowProblem = readonly [column: string, reason: string]

/** Adds one row to `codes`, or returns the column that is wrong and why. */
function readRow(
  text: Buffer,
  start: number,
  end: number,
  codes: EditionCodes,
  known: Map<string, CodeEntry>,
): RowProblem | undefined {
  if (end - start < shortestRow)
    return [
      'long description',
      `the row has ${end - start} characters; the long description begins at character ${shortestRow}`,
    ]
  const code = codeOf(text, start)
  if (!codePattern.test(code))
    return ['code', `${JSON.stringify(code)} is not an ICD-10-CM code without its dot`]
  const flag = text[start + flagAt]
  if (flag !== zero && flag !== one)
    return [
      'flag',
      `the flag is ${JSON.stringify(text.toString('latin1', start + flagAt, start + flagAt + 1))}; it is 0 for a header or 1 for a billable code`,
    ]
  const shifted = blanks.find((at) => text[start + at] !== blank)
  if (shifted !== undefined)
    return ['layout', `character ${shifted + 1} is not blank: the columns of this row are shifted`]
  if (text[start + longAt] === blank)
    return [
      'layout',
      `character ${shortestRow}, where the long description begins, is blank: the columns of this row are shifted`,
    ]
  if (codes.has(code)) return ['code', `${code} is listed twice`]
  const title = titleIn(text, start + longAt, end)
  const before = known.get(code)
  const entry =
    before !== undefined && before.billable === (flag === one) && before.title === title
      ? before
      : { billable: flag === one, title }
  if (entry !== before) known.set(code, entry)
  codes.set(code, entry)
  return undefined
}

// Copies out of the bytes: slices of one long string would keep all 15 MB of each edition in memory.
function codeOf(text: Buffer, start: number): string {
  return text.toString('latin1', start + codeAt, start + codeAt + 7).trimEnd()
}

/**
 * The long description. The files are ASCII so far; other characters are decoded as UTF-8 where that is
 * valid, otherwise as Latin-1.
 */
function titleIn(text: Buffer, start: number, end: number): string {
  const utf8 = text.toString('utf8', start, end)
  const title = (utf8.includes('\uFFFD') ? text.toString('latin1', start, end) : utf8).trim()
  return title.length > longestTitle ? `${title.slice(0, longestTitle - 1)}…` : title
}

interface Outcome {
  readonly rows: number
  readonly refused: readonly string[]
  readonly last: string
  readonly jump: string | undefined
}

/**
 * Throws `ImportRefused` for a part of an order file or a damaged copy: a whole file counts its rows from
 * 1 and ends with the chapter of Z or U codes.
 */
function checkWhole(file: string, { rows, refused, last, jump }: Outcome): void {
  const again = `Nothing was imported. Take the file again from ${publishedAt}`
  if (refused.length > 0) {
    const first = [
      ...refused.slice(0, rowsToName),
      ...(refused.length > rowsToName ? ['and more'] : []),
    ].join('; ')
    throw new ImportRefused(
      `${file}: ${refused.length} of ${rows} rows cannot be read (${first}), and an edition with holes would call valid codes wrong. ${again}`,
    )
  }
  if (rows === 0) throw new ImportRefused(`${file} is empty. ${again}`)
  if (jump !== undefined)
    throw new ImportRefused(
      `${file} is a part of an order file: ${jump}. A code that is missing from it would be called wrong. ${again}`,
    )
  if (!/^[UZ]/.test(last))
    throw new ImportRefused(
      `${file} ends at ${last}, before the chapters of Z and U codes: it is a part of an order file. ${again}`,
    )
}
