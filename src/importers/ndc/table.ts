import type { NdcEdition } from '../../decision/shapes/tables.js'
import { columnsNotFound, placeColumns, type Columns } from '../columns.js'
import { readRecords, valuesOf } from '../csv.js'
import { ImportRefused, type ImportContext, type SourceFile } from '../importer.js'

type Row = NdcEdition['rows'][number]
interface ReadRow {
  readonly line: number
  readonly row: Row
}
interface Unread {
  readonly column: string
  readonly reason: string
}

// Without the short description: that of a CPT code is under license, and the import needs none.
const columns = {
  code: ['CODE'],
  labeler: ['LABELER NAME'],
  ndc: ['NDC', 'NDC2'],
  drug: ['Drug Name'],
  size: ['PKG SIZE'],
  quantity: ['PKG QTY'],
  units: ['BILLUNITS'],
  packageUnits: ['BILLUNITSPKG'],
} as const satisfies Columns<string>
type Values = Readonly<Record<keyof typeof columns, string>>

// Titles and notices are above the headings.
const headingsWithin = 30
const namedCodes = 5

/**
 * Reads one crosswalk of CMS: a CSV in Windows-1252 whose first heading begins with the year
 * (`_2026_CODE`). It leaves out product numbers that are not 5-4-2, with a note, because nobody knows how
 * to pad them. It refuses ten digits without dashes, because such an NDC has lost a zero.
 */
export async function readCrosswalk(
  file: SourceFile,
  context: Pick<ImportContext, 'refuse' | 'count' | 'note'>,
): Promise<Row[]> {
  const read: ReadRow[] = []
  const leftOut: string[] = []
  for await (const { line, values } of rowsOf(file, context)) {
    context.count(1)
    const ndc = elevenDigits(values.ndc)
    if (/^\d{10}$/.test(values.ndc))
      context.refuse({
        file: file.name,
        line,
        column: 'NDC',
        reason: `"${values.ndc}" has ten digits and no dashes: a zero is missing, and nothing says whether from the first, second or third part. A spreadsheet program may have dropped it; take the file as it was published`,
      })
    else if (ndc === undefined)
      leftOut.push(
        `${values.ndc === '' ? 'none' : values.ndc.slice(0, 30)} (${values.code.slice(0, 5)}, line ${line})`,
      )
    else {
      const row = readRow(values, ndc)
      if ('reason' in row) context.refuse({ file: file.name, line, ...row })
      else read.push({ line, row })
    }
  }
  if (leftOut.length > 0) {
    context.note?.(
      `${file.name}: ${leftOut.length} product ${leftOut.length === 1 ? 'number is' : 'numbers are'} not a 5-4-2 NDC and left out: ${leftOut.slice(0, namedCodes).join(', ')}${leftOut.length > namedCodes ? ', …' : ''}.`,
    )
  }
  const rows = withoutRepeats(read, (line, reason) => {
    context.refuse({ file: file.name, line, column: 'NDC', reason })
  })
  if (rows.length === 0) throw new ImportRefused(`${file.name}: it has no usable row.`)
  return rows
}

async function* rowsOf(
  file: SourceFile,
  { refuse }: Pick<ImportContext, 'refuse'>,
): AsyncGenerator<{ readonly line: number; readonly values: Values }> {
  const seen: Array<{ readonly line: number; readonly cells: readonly string[] }> = []
  let places: Map<keyof typeof columns, number> | undefined
  let width = 0
  for await (const { line, cells } of readRecords(file)) {
    if (seen.length === 0) refuseWebPage(file.name, cells[0] ?? '')
    if (places !== undefined) {
      if (cells.length >= width) yield { line, values: valuesOf(cells, places) }
      else refuse({ file: file.name, line, reason: `${cells.length} fields where the headings are ${width}` })
      continue
    }
    const named = cells.map((cell) => cell.replace(/^_?20\d{2}_CODE$/i, 'CODE'))
    places = placeColumns(named, columns)
    width = cells.length
    seen.push({ line, cells: named })
    if (places === undefined && seen.length >= headingsWithin) break
  }
  if (seen.length === 0) throw new ImportRefused(`${file.name} is empty. Download it again.`)
  if (places === undefined) throw columnsNotFound(file.name, seen, columns)
}

function refuseWebPage(file: string, first: string): void {
  if (/^\s*<(!doctype|html|\?xml)/i.test(first))
    throw new ImportRefused(
      `${file} is a web page, such as one that asks to accept a license: download the file in a browser.`,
    )
}

/** The 11 digits of an NDC that is printed as 5-4-2 or as 11 digits; undefined for any other text. */
function elevenDigits(text: string): string | undefined {
  return /^\d{5}-\d{4}-\d{2}$|^\d{11}$/.test(text) ? text.replaceAll('-', '') : undefined
}

const shown = (text: string): string => (text === '' ? 'nothing' : JSON.stringify(text.slice(0, 40)))

function readRow(values: Values, ndc: string): Row | Unread {
  if (!/^[A-Z0-9]{5}$/.test(values.code))
    return {
      column: 'CODE',
      reason: `${shown(values.code)} is not a procedure code of five capital letters and digits`,
    }
  const amounts: Record<string, number> = {}
  for (const [column, field] of [
    ['size', 'packageSize'],
    ['quantity', 'packageQuantity'],
    ['units', 'billingUnits'],
    ['packageUnits', 'billingUnitsPerPackage'],
  ] as const) {
    const amount = amountIn(values[column])
    if (amount === undefined)
      return { column: columns[column][0], reason: `${shown(values[column])} is not a number` }
    // 0 and an empty cell both mean that the amount is not known.
    if (amount > 0) amounts[field] = amount
  }
  return {
    ndc,
    procedureCode: values.code,
    ...amounts,
    ...(values.drug === '' ? {} : { drugName: values.drug.slice(0, 200) }),
    ...(values.labeler === '' ? {} : { labeler: values.labeler.slice(0, 200) }),
  }
}

function amountIn(text: string): number | undefined {
  if (text === '') return 0
  return /^(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?$/.test(text) ? Number(text.replaceAll(',', '')) : undefined
}

/**
 * One row for each NDC and code. Repeated rows count once. Where two rows have different amounts it uses
 * neither and reports a refusal, because one of them is wrong.
 */
function withoutRepeats(read: readonly ReadRow[], refuse: (line: number, reason: string) => void): Row[] {
  const known = new Map<string, ReadRow[]>()
  for (const one of read) {
    const key = `${one.row.ndc} ${one.row.procedureCode}`
    const same = known.get(key)
    if (same === undefined) known.set(key, [one])
    else same.push(one)
  }
  const amounts = ({ packageSize, packageQuantity, billingUnits, billingUnitsPerPackage }: Row): string =>
    JSON.stringify([packageSize, packageQuantity, billingUnits, billingUnitsPerPackage])
  return [...known]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, [first, ...others]]) => {
      if (first === undefined) return []
      const other = others.find(({ row }) => amounts(row) !== amounts(first.row))
      if (other === undefined) return [first.row]
      refuse(
        other.line,
        `${key} has another package or other billing units than on line ${first.line}; neither row is taken`,
      )
      return []
    })
}
