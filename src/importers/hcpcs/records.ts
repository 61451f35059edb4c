import type { PlainDate } from '../../decision/shapes/codes.js'
import { addDays } from '../../decision/shapes/plain-date.js'
import type { CodeTable } from '../../decision/shapes/tables.js'
import { isCalendarDate } from '../calendar.js'
import type { ImportContext } from '../importer.js'
import { dosePerUnitOf } from './dose.js'
import type { Said } from './listings.js'

export type CodeRow = CodeTable['rows'][number]

/** One row of a file in any format. */
export interface SourceRow {
  readonly line: number
  readonly code: string
  /** 3 is a procedure and 4 its continuation, 7 a modifier and 8 its continuation. */
  readonly recordId: string
  readonly long: string
  readonly short: string
  /** Add date as `YYYYMMDD` or `YYYY-MM-DD`; empty if not given. */
  readonly added: string
  /** Last day on which the code may be used; empty if open. */
  readonly terminated: string
  /** Day on which the last change came into force; empty if not given. */
  readonly actionFrom?: string
  readonly action?: string
  readonly coverage?: string
}

/** A code row of a file, with what its edition says about the code. */
export interface FileRow extends CodeRow {
  readonly said: Said
}

/** The content of one file. */
export interface FileContent {
  /** Rows by code. */
  readonly rows: Map<string, FileRow>
  readonly modifiers: number
  /** The number of CPT and CDT codes that were left out, because their descriptors are under license. */
  readonly licensed: number
  /** Codes of refused rows. The file lists them, but the import could not read how. */
  readonly refusedCodes: Set<string>
  /** Some refused row had no readable code. */
  readonly refusedUnknown: boolean
}

const longestTitle = 300
const levelTwo = /^[A-CE-Z]\d{4}$/
/** CPT codes (`99213`, `0001F`, `0001U`) and the CDT codes of dentistry (`D0120`). */
const licensedCode = /^\d{4}[0-9A-Z]$|^D\d{4}$/

interface Draft {
  readonly code: string
  readonly line: number
  readonly row: SourceRow
  readonly long: string[]
}

/**
 * Joins continuation rows and makes code rows of procedures, in force from the add date until the day
 * after the termination date. It only counts modifiers and the rows of CPT and CDT codes, whose
 * descriptors it never stores or quotes.
 */
export async function readRecords(
  file: string,
  source: AsyncIterable<SourceRow> | Iterable<SourceRow>,
  refuse: ImportContext['refuse'],
): Promise<FileContent> {
  const content = {
    rows: new Map<string, FileRow>(),
    modifiers: 0,
    licensed: 0,
    refusedCodes: new Set<string>(),
    refusedUnknown: false,
  }
  const reject = (line: number, code: string, column: string, reason: string): void => {
    if (levelTwo.test(code)) content.refusedCodes.add(code)
    else content.refusedUnknown = true
    refuse({ file, line, column, reason })
  }
  let draft: Draft | undefined
  let previous = ''
  const finish = (): void => {
    if (draft !== undefined) take(draft, content.rows, reject)
  }
  for await (const row of source) {
    const code = row.code.trim().toUpperCase()
    const kind = kindOf(code, row.recordId)
    if (kind === 'continuation' && draft?.code === code) draft.long.push(row.long)
    else if (kind === 'continuation' && previous !== code)
      reject(row.line, code, 'record id', `a continuation of ${code} without its first row above it`)
    else if (kind !== 'continuation') {
      finish()
      draft = kind === 'procedure' ? { code, line: row.line, row, long: [row.long] } : undefined
      if (kind === 'modifier') content.modifiers++
      if (kind === 'licensed' && previous !== code) content.licensed++
      if (kind === 'unknown')
        reject(
          row.line,
          code,
          'record id',
          `the record id is ${JSON.stringify(row.recordId)}; it is 3 or 4 for a procedure, 7 or 8 for a modifier`,
        )
    }
    previous = code
  }
  finish()
  return content
}

function kindOf(
  code: string,
  recordId: string,
): 'procedure' | 'continuation' | 'modifier' | 'modifier-continuation' | 'licensed' | 'unknown' {
  if (licensedCode.test(code)) return 'licensed'
  switch (recordId) {
    case '3':
      return 'procedure'
    case '4':
      return 'continuation'
    case '7':
      return 'modifier'
    case '8':
      return 'modifier-continuation'
    default:
      return 'unknown'
  }
}

function take(
  { code, line, row, long }: Draft,
  rows: Map<string, FileRow>,
  reject: (line: number, code: string, column: string, reason: string) => void,
): void {
  if (!levelTwo.test(code))
    return reject(
      line,
      code,
      'code',
      `${JSON.stringify(code)} is not a HCPCS Level II code (a letter and four digits)`,
    )
  if (rows.has(code)) return reject(line, code, 'code', `${code} is listed twice`)
  const from = dateOf(row.added)
  if (from === undefined)
    return reject(line, code, 'add date', `the add date is ${JSON.stringify(row.added)}; it is YYYYMMDD`)
  const last = row.terminated === '' ? undefined : dateOf(row.terminated)
  if (last === undefined && row.terminated !== '')
    return reject(
      line,
      code,
      'termination date',
      `the termination date is ${JSON.stringify(row.terminated)}; it is YYYYMMDD`,
    )
  if (last !== undefined && last < from)
    return reject(line, code, 'termination date', `${code} ends on ${last}, before it begins on ${from}`)
  const descriptor = long.join(' ').replace(/\s+/g, ' ').trim() || row.short.trim()
  const dosePerUnit = dosePerUnitOf(code, descriptor)
  rows.set(code, {
    code,
    from,
    ...(last === undefined ? {} : { to: addDays(last, 1) }),
    billable: true,
    ...(descriptor === '' ? {} : { title: cut(descriptor) }),
    ...(dosePerUnit === undefined ? {} : { dosePerUnit }),
    said: saidOf(row, from, dosePerUnit),
  })
}

/** Keeps only actions that delete or reinstate a code: others do not change whether it exists. */
function saidOf(row: SourceRow, added: PlainDate, dosePerUnit: CodeRow['dosePerUnit']): Said {
  const actionFrom = dateOf(row.actionFrom ?? '')
  const action = row.action?.trim().toUpperCase()
  const coverageCode = row.coverage?.trim() ?? ''
  return {
    added,
    ...(actionFrom === undefined ? {} : { actionFrom }),
    ...(action === 'D' || action === 'R' ? { action } : {}),
    ...(coverageCode === '' ? {} : { coverageCode }),
    ...(dosePerUnit === undefined ? {} : { dosePerUnit }),
  }
}

const cut = (title: string): string =>
  title.length > longestTitle ? `${title.slice(0, longestTitle - 1).trimEnd()}…` : title

/** A date of a file (`20190101` or `2019-01-01`); undefined where it is not a calendar day. */
function dateOf(text: string): PlainDate | undefined {
  const found = /^((?:19|20)\d\d)-?(\d\d)-?(\d\d)$/.exec(text.trim())
  if (found === null) return undefined
  const date = `${found[1]}-${found[2]}-${found[3]}`
  return isCalendarDate(date) ? date : undefined
}
