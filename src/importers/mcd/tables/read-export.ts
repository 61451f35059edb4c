import type { PlainDate } from '../../../decision/shapes/codes.js'
import { Diagnoses } from './codes.js'
import { Contractors } from './contractors.js'
import { ReadDocuments, type ArticleDraft, type LcdDraft } from './drafts.js'
import { readEdition, type Edition } from './edition.js'
import { readArticles } from './read-articles.js'
import { readLcds } from './read-lcds.js'
import type { Half, Tables } from './tables.js'

/** The contents of the tables of an export, before they become rules. */
export interface Exported {
  readonly halves: readonly Half[]
  /** The export has all versions, by its file names, so that it also covers past dates. */
  readonly allVersions: boolean
  /** It has the table of self-administered drugs. */
  readonly drugLists: boolean
  readonly edition: Edition
  readonly contractors: Contractors
  readonly articles: ReadDocuments<ArticleDraft>
  readonly lcds: ReadDocuments<LcdDraft>
  readonly diagnoses: Diagnoses
  /** Which kinds of rows were refused because their width differs. Their document is not known. */
  readonly lost: { readonly texts: boolean; readonly codes: boolean }
}

/** Reads all tables; throws `ImportRefused` where one lacks a column or is not readable. */
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
