import readWorkbook, { InvalidInputError, InvalidSpreadsheetError } from 'read-excel-file/node'
import { columnsNotFound, placeColumns, type Columns } from './columns.js'
import { valuesOf, type TableRow } from './csv.js'
import { ImportRefused, type SourceFile } from './importer.js'
import { SourceBudget, looksZipped, sourceLimits, zipMembers, type SourceLimits } from './zip.js'

/**
 * A sheet as rows of text, numbered as in the spreadsheet program from 1. A date is `YYYY-MM-DD`, an
 * empty cell is ''.
 */
export interface Sheet {
  readonly name: string
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[]
}

/**
 * All sheets of an XLSX file, in order. Throws `ImportRefused` for another format such as XLS, for a
 * truncated file, and for one that exceeds the limits when unpacked.
 */
export async function readSheets(file: SourceFile, limits: SourceLimits = sourceLimits): Promise<Sheet[]> {
  const bytes = Buffer.from(await file.bytes())
  if (!looksZipped(bytes))
    throw new ImportRefused(
      `${file.name} is not an XLSX workbook. Open it in a spreadsheet program and save it as XLSX or CSV.`,
    )
  // The XLSX reader unpacks without a limit, so the unpacked size is checked before.
  await zipMembers(
    file.name,
    bytes,
    new SourceBudget({ ...limits, bytes: Math.min(limits.bytes, 512 * 1024 ** 2) }),
  )
  try {
    const sheets = await readWorkbook(bytes)
    return sheets.map(({ sheet, data }) => ({
      name: sheet,
      rows: data.map((row, at) => ({ line: at + 1, cells: row.map(asText) })),
    }))
  } catch (error) {
    if (!(error instanceof InvalidInputError || error instanceof InvalidSpreadsheetError)) throw error
    throw new ImportRefused(
      `${file.name} cannot be read as an XLSX workbook (${error.message}). Open it in a spreadsheet program and save it anew.`,
    )
  }
}

function asText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  // A date cell has no time zone; the reader returns it as midnight UTC.
  if (cell instanceof Date) return cell.toISOString().slice(0, 10)
  return String(cell as string | number | boolean).trim()
}

/**
 * The rows of the first sheet that has the columns. Throws `ImportRefused` with the headings found and
 * the known ones where no sheet has them.
 */
export async function readWorkbookTable<Name extends string>(
  file: SourceFile,
  columns: Columns<Name>,
  { optional = [], headingsWithin = 30 }: { optional?: readonly Name[]; headingsWithin?: number } = {},
): Promise<TableRow<Name>[]> {
  const sheets = await readSheets(file)
  for (const { rows } of sheets) {
    const filled = rows.filter(({ cells }) => cells.some((cell) => cell !== ''))
    for (const [at, heading] of filled.slice(0, headingsWithin).entries()) {
      const places = placeColumns(heading.cells, columns, optional)
      if (places !== undefined)
        return filled.slice(at + 1).map(({ line, cells }) => ({ line, values: valuesOf(cells, places) }))
    }
  }
  const seen = sheets
    .flatMap(({ rows }) => rows.slice(0, headingsWithin))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
  throw columnsNotFound(file.name, seen, columns, optional)
}
