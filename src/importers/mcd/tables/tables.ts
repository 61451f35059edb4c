import { ImportRefused, type ImportContext, type SourceFile } from '../../importer.js'
import { scanRows } from './scan.js'
import { givenTwice, knownEdition, layout, needed, optionalColumns, type TableName } from './layout.js'

type ColumnOf<T extends TableName> = keyof (typeof layout)[T] & string
export type Row<T extends TableName> = Readonly<Record<ColumnOf<T>, string>>

/** A part of the export: `article` or `lcd`. */
export type Half = keyof typeof needed

const baseOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1)

/**
 * The tables of an export among the files, by file name. It ignores other files, and throws
 * `ImportRefused` where a half lacks a table or a table is given twice.
 */
export class Tables {
  readonly halves: readonly Half[]
  private readonly files: ReadonlyMap<TableName, readonly SourceFile[]>
  /** Which kinds of rows were refused because their width differs. Their document is not known. */
  readonly lost = { texts: false, codes: false }
  private readonly context: Pick<ImportContext, 'refuse' | 'count'>

  constructor(files: readonly SourceFile[], context: Pick<ImportContext, 'refuse' | 'count'>) {
    this.context = context
    const found = new Map<TableName, SourceFile[]>()
    for (const file of files) {
      const table = tableOf(file.name)
      if (table !== undefined) found.set(table, [...(found.get(table) ?? []), file])
    }
    this.files = found
    this.halves = (['article', 'lcd'] as const).filter((half) => found.has(half))
    for (const half of this.halves) refuseMissing(half, files, found)
    for (const [table, these] of found) {
      if (these.length > 1 && !givenTwice.has(table))
        throw new ImportRefused(
          `${table}.csv is there ${these.length} times: ${these.map(({ name }) => name).join(', ')}. Import either the current_ or the all_ export, one edition at a time.`,
        )
    }
  }

  has(table: TableName): boolean {
    return this.files.has(table)
  }

  /** Whether the names of the files are those of the export with all versions (`all_article`, `all_lcd`). */
  get allVersions(): boolean {
    const main = this.halves.flatMap((half) => this.files.get(half) ?? [])
    return main.length > 0 && main.every(({ name }) => /(^|\/)all_(article|lcd)/i.test(name))
  }

  /**
   * Calls `take` with each row of a table and its file. `row` is the same object every time. Refuses the
   * row where `take` returns a problem. A table that is absent has no rows.
   */
  async each<T extends TableName>(
    table: T,
    take: (
      row: Row<T>,
      file: SourceFile,
    ) => { readonly column: ColumnOf<T>; readonly reason: string } | undefined,
  ): Promise<void> {
    for (const file of this.files.get(table) ?? []) {
      let rows = 0
      const lose: ImportContext['refuse'] = (row) => {
        this.lose(table)
        this.context.refuse(row)
      }
      await explained(
        scanRows(
          file,
          layout[table] as Readonly<Record<ColumnOf<T>, readonly string[]>>,
          lose,
          (values, line) => {
            const problem = take(values, file)
            if (problem !== undefined) this.context.refuse({ file: file.name, line, ...problem })
            if (++rows % countEvery === 0) this.context.count(countEvery)
          },
          (Object.keys(layout[table]) as ColumnOf<T>[]).filter((column) => optionalColumns.has(column)),
        ),
      )
      this.context.count(rows % countEvery)
    }
  }

  private lose(table: TableName): void {
    if (textTables.has(table)) this.lost.texts = true
    else this.lost.codes = true
  }
}

const countEvery = 1000
const textTables: ReadonlySet<TableName> = new Set<TableName>([
  'article',
  'article_x_hcpc_code_group',
  'article_x_icd10_covered_group',
  'article_x_icd10_noncovered_group',
])

/** The table of a file by its name, without a copy number ("lcd (1).csv"); undefined for other files. */
export function tableOf(name: string): TableName | undefined {
  const base = baseOf(name).toLowerCase()
  if (!base.endsWith('.csv')) return undefined
  const plain = base.slice(0, -4).replace(/ ?\(\d+\)$/, '')
  return Object.hasOwn(layout, plain) ? (plain as TableName) : undefined
}

/**
 * Adds to the refusal of a table with missing columns which edition the import knows, and whether the
 * line of headings is missing.
 */
async function explained(reading: Promise<void>): Promise<void> {
  try {
    await reading
  } catch (error) {
    if (!(error instanceof ImportRefused) || !error.message.includes('no column')) throw error
    const headless = /Line 1 has "\d+", "\d+"/.test(error.message)
      ? ' The first line is a row of data: the line of headings is lost. Take the file from the export again.'
      : ''
    throw new ImportRefused(`${error.message}${headless} Known here is ${knownEdition}.`)
  }
}

function refuseMissing(
  half: Half,
  files: readonly SourceFile[],
  found: ReadonlyMap<TableName, unknown>,
): void {
  const missing = needed[half].filter((table) => !found.has(table))
  if (missing.length === 0) return
  const there = files
    .filter(({ name }) => /\.csv$/i.test(name))
    .map(({ name }) => baseOf(name))
    .slice(0, 40)
  throw new ImportRefused(
    `Beside ${half}.csv the export holds ${missing.map((table) => `${table}.csv`).join(', ')}, which ${missing.length === 1 ? 'is' : 'are'} not among the files: ${there.join(', ')}. ` +
      `Give the zip or folder as published (current_${half}.zip or all_${half}.zip). Known here is ${knownEdition}.`,
  )
}
