import type { PolicyContent } from '../decision/shapes/policy.js'

/** A row that was refused: where it is, and why, in words for a person who has the file open. */
export interface RefusedRow {
  readonly file: string
  /** Line of the file, counted from 1; in a workbook, the row of the sheet. */
  readonly line: number
  readonly column?: string
  readonly reason: string
}

/** One file of an import. Members of a zip and files of a folder have the same form. */
export interface SourceFile {
  /** Path as a person would write it: `cms_2026_dx.zip/icd10cm_order_2026.txt`. */
  readonly name: string
  /** The whole content; throws where unpacking exceeds the limit of bytes. */
  readonly bytes: () => Promise<Uint8Array>
  /** The content in chunks, for files that do not fit into memory. */
  readonly chunks: () => AsyncIterable<Uint8Array>
}

/** What the program gives to an importer, and what the importer reports to the program. */
export interface ImportContext {
  /** Settings of the source given on the command line (`--edition 2026-Q4`), by name. */
  readonly settings: Readonly<Record<string, string>>
  /** The content in force now, for sources that add to earlier files (ICD-10-CM, year by year). */
  readonly held: PolicyContent
  /** The packs that own the policies of the set `ownersIn`, and the code sets. Absent without a store. */
  readonly owners?: Owners
  readonly retrievedOn: string
  readonly refuse: (row: RefusedRow) => void
  /** Counts rows read, for the report and the progress line. */
  readonly count: (rows: number) => void
  /** Reports what a person should check although the rows were imported. */
  readonly note?: (text: string) => void
}

/** The result of an import: the whole content of its pack afterwards. */
export interface ImportedPack {
  readonly packId: string
  readonly content: PolicyContent
  /**
   * Whether the pack replaces the starter pack of the same id. That pack then ends and is not loaded
   * again.
   */
  readonly replacesStarter?: boolean
}

/** Which pack owns what is in force now, by the id of the object. */
export interface Owners {
  readonly policies: ReadonlyMap<string, string>
  readonly codeSets: ReadonlyMap<string, string>
}

/** The id of an imported pack in the store. The prefix keeps starter packs from overwriting it. */
export const importedPackId = (packId: string): string => `import:${packId}`

/**
 * One source of published data. `read` only parses: it makes content and refused rows from bytes. The
 * program stores the result.
 */
export interface Importer {
  /** Name on the command line. */
  readonly source: string
  /** One line for `--help`: which files it takes and where they are published. */
  readonly summary: string
  /** Settings of the source, each with its meaning. */
  readonly settings: Readonly<Record<string, string>>
  /**
   * What a file of the source is a whole export of. Then an import needs `--replace` where its export is
   * older or smaller than the content in force, or would end much of it. `documents` counts only
   * documents, because the number of rules depends on how the import reads a text.
   */
  readonly wholeExportOf?: 'rows' | 'documents'
  /** Whether a tenant can import it as its own policy. All other sources are public policy. */
  readonly forTenants?: boolean
  /** The families of content that `read` uses or returns; all where absent. The program loads no others. */
  readonly needs?: readonly (keyof PolicyContent)[]
  /** The policy set whose owners of policies the importer needs. */
  readonly ownersIn?: string
  /**
   * Parses the files. Throws `ImportRefused` for files of another kind; the message has what was found and
   * what to do.
   */
  readonly read: (files: readonly SourceFile[], context: ImportContext) => Promise<readonly ImportedPack[]>
}

/**
 * The files are of a kind that the importer does not know, or cannot be read. Nothing was changed. The
 * message says what to do.
 */
export class ImportRefused extends Error {
  readonly code = 'import-refused'
}
