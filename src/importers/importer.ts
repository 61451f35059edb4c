import type { PolicyContent } from '../decision/shapes/policy.js'

/**
 * A row that was not taken: where it stands and why, in words for the person who has the file open.
 */
export interface RefusedRow {
  readonly file: string
  /** Line of the file, counted from 1; for a table inside a workbook, its row. */
  readonly line: number
  readonly column?: string
  readonly reason: string
}

/** One file of an import, opened for reading; members of a zip and files of a folder look alike. */
export interface SourceFile {
  /** Path as people would name it: `cms_2026_dx.zip/icd10cm_order_2026.txt`. */
  readonly name: string
  /** Whole content; refuses beyond the limit of unpacked bytes. */
  readonly bytes: () => Promise<Uint8Array>
  /** The content in pieces, for files too large to hold. */
  readonly chunks: () => AsyncIterable<Uint8Array>
}

/** What the program tells an importer about the import, and hears from it. */
export interface ImportContext {
  /** Settings of the source given on the command line (`--edition 2026-Q4`), by name. */
  readonly settings: Readonly<Record<string, string>>
  /**
   * What is in force now, for sources that are merged with what earlier files said (ICD-10-CM year
   * by year).
   */
  readonly held: PolicyContent
  /**
   * Which packs own the policies of the set that the importer names in `ownersIn`, and the code
   * sets; absent where nothing is in a store.
   */
  readonly owners?: Owners
  readonly retrievedOn: string
  readonly refuse: (row: RefusedRow) => void
  /** Counts rows read, for the report and the progress line. */
  readonly count: (rows: number) => void
  /** Something the person should know although the rows were taken; it stands in the report. */
  readonly note?: (text: string) => void
}

/** What an import contributes: the whole content of its pack after it. */
export interface ImportedPack {
  readonly packId: string
  readonly content: PolicyContent
  /**
   * The pack stands for a whole starter pack of the same id, which is ended with all that it holds
   * and not loaded again.
   */
  readonly replacesStarter?: boolean
}

/** Which pack owns what is in force now, by the id of the object. */
export interface Owners {
  readonly policies: ReadonlyMap<string, string>
  readonly codeSets: ReadonlyMap<string, string>
}

/**
 * The id in the store of what an import brings: one of its own, so that no starter pack of the same
 * name overwrites it.
 */
export const importedPackId = (packId: string): string => `import:${packId}`

/**
 * One source of published data. Parsing is pure: bytes in, content and refused rows out; the
 * program publishes it.
 */
export interface Importer {
  /** Name on the command line. */
  readonly source: string
  /** One line for `--help`: which files it takes and where they are published. */
  readonly summary: string
  /** Settings it understands, each with what it means. */
  readonly settings: Readonly<Record<string, string>>
  /**
   * Its files are whole exports of a publisher: what is older than held, smaller, or would end much
   * of it is confirmed by `--replace`. Of an export of documents only the documents are counted:
   * how many rules one makes hangs on how it is read.
   */
  readonly wholeExportOf?: 'rows' | 'documents'
  /** Whether a tenant can have what it brings as its own; the others bring public policy. */
  readonly forTenants?: boolean
  /**
   * The families of what is in force that `read` looks at in `context.held`, and those it brings;
   * all if absent. The others are not loaded.
   */
  readonly needs?: readonly (keyof PolicyContent)[]
  /** The policy set of whose policies it asks which pack owns them. */
  readonly ownersIn?: string
  /**
   * Reads the files; throws `ImportRefused` when they are not what it knows, saying what was found
   * and what to do.
   */
  readonly read: (files: readonly SourceFile[], context: ImportContext) => Promise<readonly ImportedPack[]>
}

/**
 * The files are not what the importer knows, or cannot be read; nothing was changed. The message
 * says what to do.
 */
export class ImportRefused extends Error {
  readonly code = 'import-refused'
}
