import type { UnitLimitEdition } from '../../decision/shapes/tables.js'
import { readRecords } from '../csv.js'
import { ImportRefused, type ImportContext, type SourceFile } from '../importer.js'

type Row = UnitLimitEdition['rows'][number]
interface Line {
  readonly line: number
  readonly cells: readonly string[]
}

export interface MueTable {
  readonly header: string
  readonly rows: readonly Row[]
}

const columns = ['HCPCS/CPT Code', 'MUE Values', 'MUE Adjudication Indicator', 'MUE Rationale'] as const
const headerWords = [/hcpcs.*cpt/s, /mue values/, /adjudication indicator/, /rationale/]
// The notice is one quoted cell. The limit leaves room for another notice, but a file without a header
// in these lines is not a MUE table.
const linesBeforeHeader = 20

/**
 * Reads one MUE table of CMS in Windows-1252: a notice of several lines, a header with a line break in it,
 * then rows with code, limit, MAI as text and rationale. It finds columns by position, because the heading
 * of the second one differs by setting, and checks the words of the header.
 */
export async function readMueTable(
  source: SourceFile,
  context: Pick<ImportContext, 'refuse' | 'count'>,
): Promise<MueTable> {
  const file = source.name
  const lines = await linesOf(source)
  const at = lines
    .slice(0, linesBeforeHeader)
    .findIndex(({ cells }) => headerWords.every((word, i) => word.test(plain(cells[i]))))
  const header = lines[at]
  if (header === undefined) {
    throw new ImportRefused(
      `${file}: no header with the columns ${columns.join(', ')} in the first rows; this is not an MUE table as CMS publishes it as CSV.`,
    )
  }
  const body = lines.slice(at + 1)
  context.count(body.length)
  const rows = withoutRepeats(
    body.flatMap((line) => {
      const row = readRow(line)
      if (!('reason' in row)) return [{ line: line.line, row }]
      context.refuse({ file, line: line.line, ...row })
      return []
    }),
    (line, reason) => {
      context.refuse({ file, line, column: columns[0], reason })
    },
  )
  if (rows.length === 0) throw new ImportRefused(`${file}: it has no usable row.`)
  return { header: header.cells.join(' '), rows }
}

const plain = (cell = ''): string => cell.toLowerCase().replace(/\s+/g, ' ')

async function linesOf(file: SourceFile): Promise<Line[]> {
  const lines: Line[] = []
  for await (const record of readRecords(file)) lines.push(record)
  return lines
}

function readRow({ cells }: Line): Row | { readonly column: string; readonly reason: string } {
  const [code = '', value = '', indicator = '', rationale = ''] = cells
  if (!/^[A-Z0-9]{5}$/.test(code))
    return {
      column: columns[0],
      reason: `${shown(code)} is not a procedure code of five capital letters and digits`,
    }
  if (!/^\d{1,6}$/.test(value))
    return { column: columns[1], reason: `${shown(value)} is not a whole number from 0 to 999999` }
  const [, adjudicationIndicator] = /^([123])(?!\d)/.exec(indicator) ?? []
  if (adjudicationIndicator === undefined)
    return { column: columns[2], reason: `${shown(indicator)} does not begin with MAI 1, 2 or 3` }
  return {
    procedureCode: code,
    maximum: Number(value),
    adjudicationIndicator: Number(adjudicationIndicator),
    ...(rationale === '' ? {} : { rationale: rationale.slice(0, 200) }),
  }
}

/**
 * Leaves out repeated rows. Where rows of a code contradict each other it leaves out all of them, because
 * no limit is better than a guess.
 */
function withoutRepeats(
  read: ReadonlyArray<{ readonly line: number; readonly row: Row }>,
  refuse: (line: number, reason: string) => void,
): Row[] {
  const byCode = new Map<string, Array<{ readonly line: number; readonly row: Row }>>()
  for (const one of read)
    byCode.set(one.row.procedureCode, [...(byCode.get(one.row.procedureCode) ?? []), one])
  return [...byCode]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([code, [first, ...others]]) => {
      if (first === undefined) return []
      const contradicts = others.some(
        ({ row }) =>
          row.maximum !== first.row.maximum || row.adjudicationIndicator !== first.row.adjudicationIndicator,
      )
      if (contradicts)
        refuse(
          first.line,
          `${code} is listed again with another value on line ${others.map(({ line }) => line).join(', ')}; none of them is taken`,
        )
      for (const { line } of others) refuse(line, `${code} is listed twice, first on line ${first.line}`)
      return contradicts ? [] : [first.row]
    })
}

function shown(text: string): string {
  return text === '' ? 'nothing' : JSON.stringify(text.slice(0, 40))
}
