import type { CodeSet, Policy, PolicyContent } from '../../decision/policy.js'
import type { Rule } from '../../decision/rule.js'
import { articleRules } from './rules/article-rules.js'
import { Diagnoses } from './tables/codes.js'
import { Contractors } from './tables/contractors.js'
import { ReadDocuments, type ArticleDraft, type Draft, type LcdDraft } from './tables/drafts.js'
import { importNotes } from './import-notes.js'
import { lcdRules } from './rules/lcd-rules.js'
import { codeSetsOf, policyOf, type ImportedDocument } from './policies/policies.js'
import { readArticles } from './tables/read-articles.js'
import { readLcds } from './tables/read-lcds.js'
import { relationsOf, type Relations } from './policies/relations.js'
import type { Reviews } from './overlay/reviews.js'
import { readEdition, type Edition } from './policies/source.js'
import { inSuccession, type Dated, type LeftOut } from './policies/succession.js'
import type { Tables } from './tables/tables.js'

export interface ImportedTables {
  readonly policies: readonly Policy[]
  readonly codeSets: readonly CodeSet[]
  readonly contractors: Contractors
  readonly edition: Edition
  /**
   * Newest version that is held of each document of which it is known which procedures it is for. Of a text without codes it is not,
   * so that its being held makes nothing complete.
   */
  readonly versionsHeld: ReadonlyMap<string, number>
  /** What was left out, and why, in words for the report. */
  readonly notes: readonly string[]
}

interface Means {
  readonly held: PolicyContent
  readonly reviews: Reviews
  readonly retrievedOn: string
}

/** Reads the tables of an export and makes policies of them. */
export async function importTables(
  tables: Tables,
  { held, reviews, retrievedOn }: Means,
): Promise<ImportedTables> {
  const edition = await readEdition(tables, retrievedOn)
  const contractors = await Contractors.read(tables)
  const diagnoses = new Diagnoses()
  const read = await readHalves(tables, diagnoses)
  const leftOut: LeftOut = new Map()
  const articles = successions(read.articles, leftOut)
  const lcds = successions(read.lcds, leftOut)
  const means: RuleMeans = {
    related: relationsOf(articles, lcds, held),
    diagnoses,
    reviews,
    lost: tables.lost,
    place: { contractors, edition },
  }
  const documents = [
    ...articles.map((versions) => importArticle(versions, means)),
    ...lcds.map((versions) => importLcd(versions, means)),
  ]
  const policies = documents
    .flatMap(({ policy }) => policy ?? [])
    .sort((a, b) => (a.policyId < b.policyId ? -1 : 1))
  return {
    policies,
    codeSets: codeSetsOf(policies, diagnoses),
    contractors,
    edition,
    versionsHeld: new Map(
      documents
        .filter(({ namesProcedures }) => namesProcedures)
        .map(({ displayId, newestVersion }) => [displayId, newestVersion]),
    ),
    notes: importNotes({
      documents,
      contractors,
      leftOut,
      reviews,
      orphans: read.articles.orphans + read.lcds.orphans,
    }),
  }
}

interface Halves {
  readonly articles: ReadDocuments<ArticleDraft>
  readonly lcds: ReadDocuments<LcdDraft>
}

async function readHalves(tables: Tables, diagnoses: Diagnoses): Promise<Halves> {
  return {
    articles: tables.halves.includes('article') ? await readArticles(tables, diagnoses) : new ReadDocuments(),
    lcds: tables.halves.includes('lcd') ? await readLcds(tables) : new ReadDocuments(),
  }
}

function successions<D extends Draft>({ documents }: ReadDocuments<D>, leftOut: LeftOut): Array<Dated<D>[]> {
  return [...documents.values()]
    .map((versions) => inSuccession([...versions.values()], leftOut))
    .filter((versions) => versions.length > 0)
}

interface RuleMeans {
  readonly related: Relations
  readonly diagnoses: Diagnoses
  readonly reviews: Reviews
  readonly lost: Tables['lost']
  readonly place: { readonly contractors: Contractors; readonly edition: Edition }
}

function importArticle(
  versions: readonly Dated<ArticleDraft>[],
  { related, diagnoses, reviews, lost, place }: RuleMeans,
): ImportedDocument {
  return policyOf(
    versions,
    ({ draft }) => {
      const lcdIds = related.lcdsOf(draft.documentId, draft.related)
      return articleRules(draft, {
        diagnoses,
        reviews,
        hasDetermination: lcdIds.length > 0,
        procedures: lcdIds.flatMap((id) => [...related.lcdCodes(id)]),
        lost,
      })
    },
    ({ procedures, drugs, title }) =>
      // A reply to comments on a draft is for no procedures.
      procedures.size > 0 || drugs.length > 0 || /^response to comments\b/i.test(title),
    place,
  )
}

function importLcd(
  versions: readonly Dated<LcdDraft>[],
  { related, reviews, place }: RuleMeans,
): ImportedDocument {
  const articleCodes = (draft: LcdDraft): ReadonlySet<string> =>
    related.articleCodes(draft.documentId, draft.related)
  return policyOf(
    versions,
    ({ draft }): { rules: readonly Rule[] } => ({ rules: lcdRules(draft, articleCodes(draft), reviews) }),
    (draft) => (draft.procedures.get(0)?.size ?? 0) > 0 || articleCodes(draft).size > 0,
    place,
  )
}
