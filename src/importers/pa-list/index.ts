import { readFile } from 'node:fs/promises'
import {
  ImportRefused,
  type ImportContext,
  type ImportedPack,
  type Importer,
  type RefusedRow,
  type SourceFile,
} from '../importer.js'
import { packsOf, type ListKind } from './assemble.js'
import type { ListRow } from './fields.js'
import { parseMapping, type ListMapping } from './mapping.js'
import { readMatrix } from './matrix.js'
import type { ReadRow } from './rule.js'
import { dateSetting, sourceSettings } from './source.js'
import { readLines, readList } from './table.js'
import { CellRefused, readTerms } from './terms.js'

/**
 * Imports the prior authorization list of a payer (CSV or XLSX, with a mapping of its columns), or the
 * matrix of codes and plans of a practice. Neither has a published format;
 * docs/policy/imports-mue-and-pa-lists.md defines the columns.
 */
export const paList: Importer = {
  source: 'pa-list',
  forTenants: true,
  wholeExportOf: 'rows',
  needs: ['payers', 'plans', 'policySets', 'policies'],
  summary:
    'prior authorization lists of payers as CSV or XLSX, with --mapping for columns of other names; --layout matrix for a table of codes and plans with Y, N, C, ?',
  settings: {
    mapping: 'JSON file that says which column is which field and what its texts mean (examples/pa-list)',
    layout: 'list (the default) or matrix',
    sheet: 'name of the sheet of a workbook; the first if not said',
    pack: 'identifier of the pack; <payerId>-list or <payerId>-matrix if not said',
    ...sourceSettings,
  },
  read: readPaList,
}

async function readPaList(
  files: readonly SourceFile[],
  context: ImportContext,
): Promise<readonly ImportedPack[]> {
  const kind = layoutOf(context.settings)
  const mapping = await mappingOf(files, context.settings)
  const tables = files.filter(({ name }) => /\.(csv|txt|xlsx)$/i.test(name))
  if (tables.length === 0)
    throw new ImportRefused(`No CSV or XLSX among ${files.map(({ name }) => name).join(', ') || 'no files'}.`)
  let refusedRows = 0
  const refuse = (row: RefusedRow): void => {
    refusedRows++
    context.refuse(row)
  }
  const rows: ListRow[] = []
  for (const file of tables) {
    const lines = await readLines(file, context.settings['sheet'])
    rows.push(
      ...(kind === 'matrix'
        ? readMatrix(file.name, lines, { ...context, refuse })
        : readList(file.name, lines, mapping, { ...context, refuse })),
    )
  }
  const read = rows.flatMap((row) =>
    readRow(row, mapping, dateSetting(context.settings, 'effective-from'), refuse),
  )
  if (read.length === 0)
    throw new ImportRefused(`${tables.map(({ name }) => name).join(', ')}: no usable row.`)
  const { settings, held, retrievedOn } = context
  return packsOf(read, { settings, held, retrievedOn, note: noteIn(context), kind }, refusedRows)
}

/** Reports notes. Where the context has no `note`, they become refused rows, so that nobody misses them. */
function noteIn(context: ImportContext): (row: RefusedRow) => void {
  const { note } = context
  return note === undefined
    ? context.refuse
    : ({ file, line, reason }) => {
        note(`${file}, line ${line}: ${reason}`)
      }
}

function layoutOf({ layout = 'list' }: ImportContext['settings']): ListKind {
  if (layout !== 'list' && layout !== 'matrix')
    throw new ImportRefused(`--layout ${layout} is not one of list, matrix.`)
  return layout
}

/** The mapping of the columns, from a file `….mapping.json` among the files or from `--mapping`. */
async function mappingOf(
  files: readonly SourceFile[],
  { mapping: path }: ImportContext['settings'],
): Promise<ListMapping> {
  const [among, ...more] = files.filter(({ name }) =>
    path === undefined ? /\.mapping\.json$/i.test(name) : name === path,
  )
  if (more.length > 0)
    throw new ImportRefused(
      `Several mappings: ${[among, ...more].map((file) => file?.name).join(', ')}. Name one with --mapping.`,
    )
  if (among !== undefined) return parseMapping(Buffer.from(await among.bytes()).toString('utf8'), among.name)
  if (path === undefined) return parseMapping(undefined, 'the mapping')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ImportRefused(
      `--mapping ${path} cannot be read (${error.code ?? error.message}). Check the path.`,
    )
  })
  return parseMapping(text, path)
}

/**
 * The terms of a row. Undefined, with a refusal, where a cell cannot be read or where payer or first day
 * is missing.
 */
function readRow(
  row: ListRow,
  mapping: ListMapping,
  defaultFrom: string | undefined,
  refuse: ImportContext['refuse'],
): ReadRow[] {
  try {
    const { payerId, planId } = row.fields
    if (payerId === undefined)
      throw new CellRefused('payerId', 'it is empty, and the mapping has no payerId among its constants')
    for (const [field, id] of [
      ['payerId', payerId],
      ['planId', planId],
    ] as const) {
      if (id !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(id))
        throw new CellRefused(
          field,
          `"${id.slice(0, 60)}" is not an identifier of at most 40 letters, digits, dots and dashes`,
        )
    }
    const terms = readTerms(row.fields, mapping, row.unread.length === 0)
    const from = terms.from ?? defaultFrom
    if (from === undefined)
      throw new CellRefused(
        'effectiveFrom',
        'it is empty; give --effective-from for rows without a date of their own',
      )
    if (terms.to !== undefined && terms.to <= from)
      throw new CellRefused(
        'effectiveTo',
        `it ends (${row.fields.effectiveTo ?? ''}) before it begins (${from})`,
      )
    return [{ row, terms: { ...terms, from } }]
  } catch (error) {
    if (!(error instanceof CellRefused)) throw error
    refuse({ file: row.file, line: row.line, column: error.field, reason: error.message })
    return []
  }
}
