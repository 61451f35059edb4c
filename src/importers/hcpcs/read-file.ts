import { readCsv } from '../csv.js'
import { cutLine, readLines, type Positions } from '../fixed-width.js'
import { ImportRefused, type ImportContext, type SourceFile } from '../importer.js'
import { readWorkbookTable } from '../workbook.js'
import { publishedAt } from './editions.js'
import { readRecords, type FileContent, type SourceRow } from './records.js'

// Source: the record layout that CMS publishes with the file, checked on the contractor file of 2019
// (320 columns).
const positions: Readonly<
  Record<
    'code' | 'recordId' | 'long' | 'short' | 'coverage' | 'added' | 'actionFrom' | 'terminated' | 'action',
    Positions
  >
> = {
  code: [1, 5],
  recordId: [11, 11],
  long: [12, 91],
  short: [92, 119],
  coverage: [230, 230],
  added: [269, 276],
  actionFrom: [277, 284],
  terminated: [285, 292],
  action: [293, 293],
}
const headings = {
  code: ['HCPC', 'HCPCS'],
  recordId: ['RECID'],
  long: ['LONG DESCRIPTION'],
  short: ['SHORT DESCRIPTION'],
  added: ['ADD DT', 'ADD DATE'],
  terminated: ['TERM DT', 'TERM DATE'],
  coverage: ['COV', 'COVERAGE CODE'],
  actionFrom: ['ACT EFF DT', 'ACTION EFF DATE'],
  action: ['ACTION CD', 'ACTION CODE'],
} as const

type Column = keyof typeof headings

/** Columns that a file may lack. Without them nothing is known of the time between editions. */
const optional: readonly Column[] = ['coverage', 'actionFrom', 'action']

/** The formats of an edition, the best one first. All formats in a zip have the same codes. */
export const formats: readonly {
  readonly extension: RegExp
  readonly rows: (file: SourceFile) => AsyncIterable<SourceRow>
}[] = [
  { extension: /\.txt$/i, rows: readText },
  { extension: /\.csv$/i, rows: readTable },
  { extension: /\.xlsx$/i, rows: readWorkbook },
]

/** Reads one HCPCS file of any format. Throws `ImportRefused` where it has no rows of procedures. */
export async function readHcpcsFile(file: SourceFile, refuse: ImportContext['refuse']): Promise<FileContent> {
  const format = formats.find(({ extension }) => extension.test(file.name))
  if (format === undefined) throw unknownFile(file)
  const content = await readRecords(file.name, format.rows(file), refuse)
  if (content.rows.size === 0 && content.modifiers === 0)
    throw new ImportRefused(`${file.name}: no HCPCS row could be read. ${whatToGive}`)
  return content
}

export const whatToGive = `Give the 320-column text (HCPC2026_OCT_ANWEB.txt), the CSV or the XLSX of a quarter, or its zip, from ${publishedAt}`

function unknownFile(file: SourceFile): ImportRefused {
  return new ImportRefused(`${file.name} is not a HCPCS file that is known. ${whatToGive}`)
}

/** The rows of the 320-column text. The lines above the first row are notices of the publisher. */
async function* readText(file: SourceFile): AsyncGenerator<SourceRow> {
  let begun = false
  for await (const { line, text } of readLines(file)) {
    begun ||= /^(?:[A-Z0-9]{5}| {3}[A-Z0-9]{2})\d{5}[3478]/.test(text)
    if (begun) yield { line, ...cutLine(text, positions) }
  }
  if (!begun)
    throw new ImportRefused(
      `${file.name} is not a HCPCS text file: no line begins with a code, a sequence number and a record id. ${whatToGive}`,
    )
}

async function* readTable(file: SourceFile): AsyncGenerator<SourceRow> {
  for await (const { line, values } of readCsv<Column>(file, headings, { optional }))
    yield { line, ...values }
}

async function* readWorkbook(file: SourceFile): AsyncGenerator<SourceRow> {
  for (const { line, values } of await readWorkbookTable<Column>(file, headings, { optional }))
    yield { line, ...values }
}
