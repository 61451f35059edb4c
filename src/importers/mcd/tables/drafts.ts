import type { PlainDate } from '../../../decision/shapes/codes.js'
import type { Paragraphs } from '../texts/paragraphs.js'
import type { Reading } from '../texts/reading.js'

/** A version of a document while its tables are read. */
export interface Draft {
  readonly half: 'article' | 'lcd'
  readonly documentId: string
  readonly version: string
  /** As people write it: A57755, L33967. */
  readonly displayId: string
  readonly title: string
  readonly status: string
  readonly from: PlainDate
  /** Last day that the export gives for the version, or for the whole document. */
  readonly through: PlainDate | undefined
  readonly publishedOn: PlainDate | undefined
  readonly contractors: string[]
  /** Documents of the other half that it names as related. */
  readonly related: Set<string>
  /** Procedure codes by group; a determination has one group, 0. */
  readonly procedures: Map<number, Set<string>>
}

/** A list of diagnoses of an article, by number as long as it grows. */
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
  /** Rows of it that were refused and left out: a list or a condition may be short of something. */
  readonly damaged: { codes: boolean; texts: boolean }
}

/**
 * What is remembered of the running text, which is not kept: whether it speaks of diagnoses, and of
 * conditions on them.
 */
export interface Body {
  readonly hash: string
  readonly conditions: boolean
  readonly speaksOfDiagnoses: boolean
}

/** A line of a list of self-administered drugs. */
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

/** Documents of a half by id, each with its versions. */
export type Documents<D extends Draft> = Map<string, Map<string, D>>

/**
 * The documents of a half while their tables are read, with a count of the rows that belong to none
 * of them.
 */
export class ReadDocuments<D extends Draft> {
  readonly documents: Documents<D> = new Map()
  orphans = 0

  add(draft: D): void {
    const versions = this.documents.get(draft.documentId) ?? new Map<string, D>()
    versions.set(draft.version, draft)
    this.documents.set(draft.documentId, versions)
  }

  /** The draft that a row belongs to; undefined, and counted, where there is none. */
  find(documentId: string, version: string): D | undefined {
    const draft = this.documents.get(documentId)?.get(version)
    if (draft === undefined) this.orphans++
    return draft
  }
}
