import type { PolicyContent } from '../decision/shapes/policy.js'

/**
 * A row that was refused: its place, and the reason in words for a person who has the file open.
 */
export interface RefusedRow {
  readonly file: string
  /** Line of the file, counted from 1; for a table inside a workbook, its row. */
  readonly line: number
  readonly column?: string
  readonly reason: string
}

/** One file of an import. Members of a zip and files of a folder look alike. */
export interface SourceFile {
  /** Path as a person would write it: `cms_2026_dx.zip/icd10cm_order_2026.txt`. */
  readonly name: string
  /** The whole content; throws beyond the limit of unpacked bytes. */
  readonly bytes: () => Promise<Uint8Array>
  /** The content in pieces, for files that are too large for memory. */
  readonly chunks: () => AsyncIterable<Uint8Array>
}

/** What an importer gets from the program, and reports to it. */
export interface ImportContext {
  /** Settings of the source given on the command line (`--edition 2026-Q4`), by name. */
  readonly settings: Readonly<Record<string, string>>
  /**
   * The content in force now, for sources that are merged with earlier files (ICD-10-CM year by
   * year).
   */
  readonly held: PolicyContent
  /**
   * The packs that own the policies of the set in `ownersIn`, and the code sets. Absent without a
   * store.
   */
  readonly owners?: Owners
  readonly retrievedOn: string
  readonly refuse: (row: RefusedRow) => void
  /** Counts rows read, for the report and the progress line. */
  readonly count: (rows: number) => void
  /** Reports something that the person should know although the rows were imported. */
  readonly note?: (text: string) => void
}

/** The result of an import: the whole content of its pack afterwards. */
export interface ImportedPack {
  readonly packId: string
  readonly content: PolicyContent
  /**
   * Whether the pack replaces a whole starter pack of the same id. The starter pack is ended and
   * not loaded again.
   */
  readonly replacesStarter?: boolean
}

/** Which pack owns what is in force now, by the id of the object. */
export interface Owners {
  readonly policies: ReadonlyMap<string, string>
  readonly codeSets: ReadonlyMap<string, string>
}

/**
 * The id of an imported pack in the store. It differs from the ids of starter packs, so none
 * overwrites it.
 */
export const importedPackId = (packId: string): string => `import:${packId}`

/**
 * One source of published data. Parsing is pure: bytes in, content and refused rows out. The
 * program publishes the result.
 */
export interface Importer {
  /** Name on the command line. */
  readonly source: string
  /** One line for `--help`: which files it takes and where they are published. */
  readonly summary: string
  /** Settings of the source, each with its meaning. */
  readonly settings: Readonly<Record<string, string>>
  /**
   * Whether its files are whole exports of a publisher. Then an export that is older or smaller
   * than what is in force, or would end much of it, needs `--replace`. With `documents` only
   * documents are counted, because the number of rules depends on how they are read.
   */
  readonly wholeExportOf?: 'rows' | 'documents'
  /** Whether a tenant can import it as its own policy; the other sources bring public policy. */
  readonly forTenants?: boolean
  /**
   * The families that `read` uses in `context.held` or brings; all if absent. The others are not
   * loaded.
   */
  readonly needs?: readonly (keyof PolicyContent)[]
  /** The policy set for which the importer needs the owners of policies. */
  readonly ownersIn?: string
  /**
   * Parses the files. Throws `ImportRefused` for files of another kind, with what was found and
   * what to do.
   */
  readonly read: (files: readonly SourceFile[], context: ImportContext) => Promise<readonly ImportedPack[]>
}

/**
 * The files are of another kind than the importer knows, or unreadable. Nothing was changed. The
 * message says what to do.
 */
export class ImportRefused extends Error {
  readonly code = 'import-refused'
}
