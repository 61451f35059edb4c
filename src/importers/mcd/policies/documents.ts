import type { PolicyContent } from '../../../decision/shapes/policy.js'
import type { Reviews } from '../overlay/reviews.js'
import { articleRules } from '../rules/article-rules.js'
import { lcdRules } from '../rules/lcd-rules.js'
import type { ArticleDraft, Draft, LcdDraft, ReadDocuments } from '../tables/drafts.js'
import type { Exported } from '../tables/read-export.js'
import { policyOf, type ImportedDocument } from './policies.js'
import { relationsOf, type Relations } from './relations.js'
import { inSuccession, type Dated, type LeftOut, type Succession } from './succession.js'

/** The documents of an export after the import, articles first, and the versions that it left out. */
export interface ImportedDocuments {
  readonly documents: readonly ImportedDocument[]
  readonly leftOut: readonly LeftOut[]
}

/** Makes a policy of each document whose versions have rules and a place. */
export function documentsOf(exported: Exported, reviews: Reviews, held: PolicyContent): ImportedDocuments {
  const articles = successionsOf(exported.articles)
  const lcds = successionsOf(exported.lcds)
  const articleVersions = versionsIn(articles)
  const lcdVersions = versionsIn(lcds)
  const inputs: RuleInputs = { exported, reviews, related: relationsOf(articleVersions, lcdVersions, held) }
  return {
    documents: [
      ...articleVersions.map((versions) => articleOf(versions, inputs)),
      ...lcdVersions.map((versions) => lcdOf(versions, inputs)),
    ],
    leftOut: [...articles, ...lcds].flatMap(({ leftOut }) => leftOut),
  }
}

function successionsOf<D extends Draft>({ documents }: ReadDocuments<D>): Succession<D>[] {
  return [...documents.values()].map((versions) => inSuccession([...versions.values()]))
}

/** The versions in force of each document; documents that never were in force are left out. */
function versionsIn<D extends Draft>(successions: readonly Succession<D>[]): Array<readonly Dated<D>[]> {
  return successions.map(({ inForce }) => inForce).filter((versions) => versions.length > 0)
}

/** What the rules of a document depend on besides its own versions. */
interface RuleInputs {
  readonly exported: Exported
  readonly reviews: Reviews
  readonly related: Relations
}

function articleOf(
  versions: readonly Dated<ArticleDraft>[],
  { exported, reviews, related }: RuleInputs,
): ImportedDocument {
  return policyOf(
    versions,
    ({ draft }) => {
      const lcdIds = related.lcdsOf(draft.documentId, draft.related)
      return articleRules(draft, {
        diagnoses: exported.diagnoses,
        reviews,
        hasDetermination: lcdIds.length > 0,
        procedures: lcdIds.flatMap((id) => [...related.lcdCodes(id)]),
        lost: exported.lost,
      })
    },
    ({ procedures, drugs, title }) =>
      // A reply to comments on a draft has no procedures, so the lack of them leaves nothing unknown.
      procedures.size > 0 || drugs.length > 0 || /^response to comments\b/i.test(title),
    exported,
  )
}

function lcdOf(
  versions: readonly Dated<LcdDraft>[],
  { exported, reviews, related }: RuleInputs,
): ImportedDocument {
  const articleCodes = (draft: LcdDraft): ReadonlySet<string> =>
    related.articleCodes(draft.documentId, draft.related)
  return policyOf(
    versions,
    ({ draft }) => lcdRules(draft, articleCodes(draft), reviews),
    (draft) => (draft.procedures.get(0)?.size ?? 0) > 0 || articleCodes(draft).size > 0,
    exported,
  )
}
