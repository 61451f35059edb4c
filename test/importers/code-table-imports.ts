import { existsSync } from 'node:fs'
import { openSources } from '../../src/importers/files.js'
import type { ImportContext, Importer, RefusedRow, SourceFile } from '../../src/importers/importer.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CodeTable } from '../../src/decision/shapes/tables.js'

const named = process.env['PRECERT_REAL_DATA']
/** The folder of real published files, named by the environment or beside the checkout; it is never part of the project. */
export const realData =
  named === undefined ? new URL('../../../shared/data/', import.meta.url).pathname : `${named}/`
export const hasRealData = existsSync(realData)

/** A fixture as the program opens it. */
export async function fixtures(...names: string[]): Promise<SourceFile[]> {
  return await openSources(names.map((name) => new URL(`fixtures/${name}`, import.meta.url).pathname))
}

/** A file that is written down in a test. */
export function inMemory(name: string, content: string | Buffer): SourceFile {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content
  return {
    name,
    bytes: async () => bytes,
    chunks: async function* () {
      yield bytes
    },
  }
}

export interface Imported {
  readonly content: PolicyContent
  readonly table: CodeTable
  readonly refused: RefusedRow[]
  readonly counted: number
  readonly packId: string
}

/** Runs an importer on files with what is held, and gives the one code table it makes. */
export async function importTable(
  importer: Importer,
  files: readonly SourceFile[],
  given: Partial<ImportContext> = {},
): Promise<Imported> {
  const refused: RefusedRow[] = []
  let counted = 0
  const packs = await importer.read(files, {
    settings: {},
    held: emptyContent,
    retrievedOn: '2026-11-24',
    refuse: (row) => {
      refused.push(row)
    },
    count: (rows) => {
      counted += rows
    },
    ...given,
  })
  const [pack] = packs
  const [table] = pack?.content.codeTables ?? []
  if (pack === undefined || table === undefined) throw new Error('no code table was imported')
  return { content: pack.content, table, refused, counted, packId: pack.packId }
}

/** Runs an importer that must refuse; gives its message and the rows it named. */
export async function importRefused(
  importer: Importer,
  files: readonly SourceFile[],
  given: Partial<ImportContext> = {},
): Promise<{ message: string; refused: RefusedRow[] }> {
  const refused: RefusedRow[] = []
  try {
    await importer.read(files, {
      settings: {},
      held: emptyContent,
      retrievedOn: '2026-11-24',
      refuse: (row) => {
        refused.push(row)
      },
      count: () => {},
      ...given,
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'import-refused')
      return { message: error.message, refused }
    throw error
  }
  throw new Error('the import was not refused')
}

/** Ranges of a code as `2024-10-01..2025-10-01 billable`. */
export function ranges(table: CodeTable, code: string): string[] {
  return table.rows
    .filter((row) => row.code === code)
    .map(({ from, to = '', billable }) => `${from}..${to} ${billable ? 'billable' : 'header'}`)
}
