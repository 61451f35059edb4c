import type { PlainDate } from '../../../decision/shapes/codes.js'
import type { Paragraphs } from '../texts/paragraphs.js'
import type { Reading } from '../texts/reading.js'

/** A version of a document as the tables have it. */
export interface Draft {
  readonly half: 'article' | 'lcd'
  readonly documentId: string
  readonly version: string
  /** The published number of the document: A57755, L33967. */
  readonly displayId: string
  readonly title: string
  readonly status: string
  readonly from: PlainDate
  /** Last day of the version, or of the whole document where that is earlier; undefined where open. */
  readonly through: PlainDate | undefined
  readonly publishedOn: PlainDate | undefined
  readonly contractors: string[]
  /** Ids of the documents of the other half that this version names as related. */
  readonly related: Set<string>
  /** Procedure codes by group. A determination has one group with the number 0. */
  readonly procedures: Map<number, Set<string>>
}

/** A group of diagnoses of an article. The codes are numbers of `Diagnoses`; `starred` have an asterisk. */
export interface DraftGroup {
  readonly codes: number[]
  readonly starred: number[]
  placeholder: boolean
}

export interface ArticleDraft extends Draft {
  readonly half: 'article'
  readonly covered: Map<number, DraftGroup>
  readonly noncovered: Map<number, DraftGroup>
  readonly texts: Paragraphs
  readonly body: Body
  readonly drugs: Drug[]
  /** Rows of the version were refused, so that a list of codes or a text may be incomplete. */
  readonly damaged: { codes: boolean; texts: boolean }
}

/**
 * What the import stores of the running text of an article in place of the text: whether it mentions
 * diagnoses, and conditions on them.
 */
export interface Body {
  readonly hash: string
  readonly conditions: boolean
  readonly speaksOfDiagnoses: boolean
}

/** A row of a list of self-administered drugs. `qualified` means that it has a comment. */
export interface Drug {
  readonly procedure: string
  readonly brand: string
  readonly from: PlainDate | undefined
  readonly through: PlainDate | undefined
  readonly qualified: boolean
}

export interface LcdDraft extends Draft {
  readonly half: 'lcd'
  readonly utilization: Reading
}

/** The documents of a half by id; of each, its versions. */
export type Documents<D extends Draft> = Map<string, Map<string, D>>

/** The documents of a half, with a count of the rows that belong to none of them (`orphans`). */
export class ReadDocuments<D extends Draft> {
  readonly documents: Documents<D> = new Map()
  orphans = 0

  add(draft: D): void {
    const versions = this.documents.get(draft.documentId) ?? new Map<string, D>()
    versions.set(draft.version, draft)
    this.documents.set(draft.documentId, versions)
  }

  /** The draft to which a row belongs. Where there is none, undefined, and the row counts as an orphan. */
  find(documentId: string, version: string): D | undefined {
    const draft = this.documents.get(documentId)?.get(version)
    if (draft === undefined) this.orphans++
    return draft
  }
}
