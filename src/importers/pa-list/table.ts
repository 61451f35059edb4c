import { count } from '../../decision/explain/wording.js'
import { asHeading } from '../columns.js'
import { readRecords } from '../csv.js'
import { ImportRefused, type ImportContext, type SourceFile } from '../importer.js'
import { readSheets } from '../workbook.js'
import { fields, type Field, type Fields, type ListRow } from './fields.js'
import { fieldsOf, type ListMapping } from './mapping.js'

export interface Line {
  readonly line: number
  readonly cells: readonly string[]
}

/**
 * The rows with content of a CSV file, or of one sheet of an XLSX workbook (`--sheet`, otherwise the first),
 * with their line numbers. The line of headings is among them.
 */
export async function readLines(file: SourceFile, sheetName?: string): Promise<Line[]> {
  if (!/\.xlsx$/i.test(file.name)) {
    const lines: Line[] = []
    for await (const record of readRecords(file)) lines.push(record)
    return lines
  }
  const sheets = await readSheets(file)
  const sheet = sheetName === undefined ? sheets[0] : sheets.find(({ name }) => name === sheetName)
  if (sheet === undefined)
    throw new ImportRefused(
      `${file.name} has no sheet ${sheetName ?? ''}; its sheets are ${sheets.map(({ name }) => name).join(', ')}.`,
    )
  return sheet.rows.filter(({ cells }) => cells.some((cell) => cell !== ''))
}

/**
 * The rows of a list by the mapping of its columns. Refuses a column that the mapping neither maps nor
 * ignores, because it may have a condition for the row.
 */
export function readList(
  file: string,
  lines: readonly Line[],
  mapping: ListMapping,
  context: Pick<ImportContext, 'refuse' | 'count' | 'note'>,
): ListRow[] {
  const above = linesAboveHeadings(lines, mapping)
  const [heading, ...body] = lines.slice(above)
  if (above > 0)
    context.note?.(
      `${file}: ${count(above, 'row', 'rows')} above the headings on line ${heading?.line ?? ''} passed over; they begin with "${lines[0]?.cells.find((cell) => cell !== '')?.slice(0, 60) ?? ''}".`,
    )
  if (heading === undefined) throw new ImportRefused(`${file} holds no table: it is empty.`)
  const places = placesOf(file, heading, mapping)
  context.count(body.length)
  return body.flatMap(({ line, cells }) => {
    if (cells.slice(heading.cells.length).some((cell) => cell !== '')) {
      context.refuse({
        file,
        line,
        reason: `${cells.length} fields where the headings are ${heading.cells.length}`,
      })
      return []
    }
    const given: Fields = Object.fromEntries(places.map(([field, at]) => [field, cells[at] ?? '']))
    return [{ file, line, ...fieldsOf(given, mapping) }]
  })
}

// Titles and notices are above the headings of a sheet.
const headingsWithin = 30

/**
 * The number of lines above the headings. The headings are the first line with every column that the
 * mapping names; 0 where no line has all of them.
 */
function linesAboveHeadings(lines: readonly Line[], mapping: ListMapping): number {
  if (!mapping.namesColumns) return 0
  const named = Object.values(mapping.columns).map(asHeading)
  const at = lines.slice(0, headingsWithin).findIndex(({ cells }) => {
    const found = new Set(cells.map(asHeading))
    return named.every((name) => found.has(name))
  })
  return Math.max(at, 0)
}

function placesOf(file: string, heading: Line, mapping: ListMapping): Array<readonly [Field, number]> {
  const found = heading.cells.map(asHeading)
  const places = fields.flatMap((field) => {
    const name = mapping.columns[field]
    const at = name === undefined ? -1 : found.indexOf(asHeading(name))
    return at < 0 ? [] : [[field, at] as const]
  })
  const known = new Set([
    ...places.map(([, at]) => at),
    ...(mapping.ignore ?? []).map((name) => found.indexOf(asHeading(name))),
  ])
  const extra = heading.cells.filter((cell, at) => cell !== '' && !known.has(at))
  if (extra.length > 0)
    throw new ImportRefused(
      `${file}: the column(s) ${extra.join(', ')} are not mapped. Name each in a mapping under columns, or under ignore where it says nothing about when a row holds.`,
    )
  const expected = Object.entries(mapping.columns).filter(
    ([, name]) => mapping.namesColumns && !found.includes(asHeading(name)),
  )
  if (expected.length > 0)
    throw new ImportRefused(
      `${file}: no column ${expected.map(([, name]) => name).join(', ')}, which the mapping names. Line ${heading.line} has ${heading.cells.join(', ')}.`,
    )
  if (!places.some(([field]) => field === 'code'))
    throw new ImportRefused(
      `${file}: no column with the code. Line ${heading.line} has ${heading.cells.join(', ')}; give a mapping.`,
    )
  return places
}
