import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { columnsNotFound, placeColumns, type Columns } from './columns.js'
import { ImportRefused, type ImportContext, type SourceFile } from './importer.js'
import { readText, withPlainLineBreaks } from './text.js'

export interface CsvOptions<Name extends string> {
  /** Separator of fields; a comma by default. */
  readonly delimiter?: string
  /** False where quotes are ordinary characters, as in tab-separated files. */
  readonly quoted?: boolean
  readonly optional?: readonly Name[]
  /** Within how many records from the top the headings must be; a publisher may put notices above them. */
  readonly headingsWithin?: number
  /**
   * Called for a row whose number of fields differs from the headings. Without it, such a row makes the
   * whole file refused.
   */
  readonly refuse?: ImportContext['refuse']
}

/** A row of a table: its first line, counted from 1, and its values without blanks around them. */
export interface TableRow<Name extends string> {
  readonly line: number
  readonly values: Readonly<Record<Name, string>>
}

interface RawRecord {
  readonly line: number
  readonly cells: readonly string[]
}

/** The records of a CSV file with their first lines. Skips records whose cells are all empty. */
export async function* readRecords(
  file: SourceFile,
  { delimiter = ',', quoted = true }: { delimiter?: string; quoted?: boolean } = {},
): AsyncGenerator<RawRecord> {
  const source = Readable.from(withPlainLineBreaks(readText(file)))
  const parser = source.pipe(
    parse({ delimiter, quote: quoted ? '"' : false, relax_column_count: true, info: true }),
  )
  // A pipe does not pass on the errors of its source.
  source.on('error', (error) => parser.destroy(error))
  let before = 0
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      const line = before + 1
      before = info.lines
      const cells = record.map((cell) => cell.trim())
      if (cells.some((cell) => cell !== '')) yield { line, cells }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new ImportRefused(
      `${file.name}: ${error.message}. Open the file as text there and repair the quotes.`,
    )
  }
}

/**
 * The rows of a CSV file below its headings. The columns may be in any order, and notices may be above
 * the headings. Throws `ImportRefused` where a column is missing (with the headings found and the known
 * ones), or where quotes are broken.
 */
export async function* readCsv<Name extends string>(
  file: SourceFile,
  columns: Columns<Name>,
  options: CsvOptions<Name> = {},
): AsyncGenerator<TableRow<Name>> {
  const seen: RawRecord[] = []
  let places: Map<Name, number> | undefined
  let width = 0
  for await (const record of readRecords(file, options)) {
    if (places === undefined) {
      places = placeColumns(record.cells, columns, options.optional)
      width = record.cells.length
      seen.push(record)
      if (places === undefined && seen.length >= (options.headingsWithin ?? 30)) break
    } else if (
      record.cells.length === width ||
      (record.cells.slice(width).every((cell) => cell === '') && record.cells.length > width)
    ) {
      yield { line: record.line, values: valuesOf(record.cells, places) }
    } else refuseWidth(file.name, record, width, options.refuse)
  }
  if (places === undefined) throw columnsNotFound(file.name, seen, columns, options.optional)
}

function refuseWidth(
  file: string,
  { line, cells }: RawRecord,
  width: number,
  refuse: ImportContext['refuse'] | undefined,
): void {
  const reason = `${cells.length} fields where the headings are ${width}`
  if (refuse === undefined) throw new ImportRefused(`${file}, line ${line}: ${reason}.`)
  refuse({ file, line, reason })
}

/** The values of a row by column. The value of a column that is missing is empty. */
export function valuesOf<Name extends string>(
  cells: readonly string[],
  places: ReadonlyMap<Name, number>,
): Readonly<Record<Name, string>> {
  return Object.fromEntries([...places].map(([name, at]) => [name, cells[at] ?? ''])) as Record<Name, string>
}
