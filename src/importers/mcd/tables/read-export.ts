import type { PlainDate } from '../../../decision/shapes/codes.js'
import { Diagnoses } from './codes.js'
import { Contractors } from './contractors.js'
import { ReadDocuments, type ArticleDraft, type LcdDraft } from './drafts.js'
import { readEdition, type Edition } from './edition.js'
import { readArticles } from './read-articles.js'
import { readLcds } from './read-lcds.js'
import type { Half, Tables } from './tables.js'

/** What the tables of an export say, before any rule is made of it. */
export interface Exported {
  readonly halves: readonly Half[]
  /**
   * The files name themselves as the export with all versions, so that it tells of the past too.
   */
  readonly allVersions: boolean
  /** It holds the lists of self-administered drugs. */
  readonly drugLists: boolean
  readonly edition: Edition
  readonly contractors: Contractors
  readonly articles: ReadDocuments<ArticleDraft>
  readonly lcds: ReadDocuments<LcdDraft>
  readonly diagnoses: Diagnoses
  /**
   * Rows that could not be cut into columns were refused; which document they belong to is not
   * known.
   */
  readonly lost: { readonly texts: boolean; readonly codes: boolean }
}

/**
 * Reads the tables one after the other; throws `ImportRefused` where one is not what it should be.
 */
export async function readExport(tables: Tables, retrievedOn: PlainDate): Promise<Exported> {
  const { halves, allVersions } = tables
  const edition = await readEdition(tables, retrievedOn)
  const contractors = await Contractors.read(tables)
  const { articles, diagnoses } = halves.includes('article')
    ? await readArticles(tables)
    : { articles: new ReadDocuments<ArticleDraft>(), diagnoses: new Diagnoses() }
  const lcds = halves.includes('lcd') ? await readLcds(tables) : new ReadDocuments<LcdDraft>()
  return {
    halves,
    allVersions,
    drugLists: tables.has('article_x_code_table'),
    edition,
    contractors,
    articles,
    lcds,
    diagnoses,
    lost: { ...tables.lost },
  }
}
