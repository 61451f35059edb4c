import type { PolicyContent } from '../../../decision/shapes/policy.js'
import type { ArticleDraft, LcdDraft } from '../tables/drafts.js'
import { policySetId } from './source.js'
import type { Dated } from './succession.js'

/** Which articles and determinations are related, and the procedure codes of each. */
export interface Relations {
  readonly lcdsOf: (articleId: string, named: ReadonlySet<string>) => string[]
  readonly lcdCodes: (lcdId: string) => ReadonlySet<string>
  readonly articleCodes: (lcdId: string, named: ReadonlySet<string>) => ReadonlySet<string>
}

/** Relates an article and a determination where either of them names the other. */
export function relationsOf(
  articles: ReadonlyArray<readonly Dated<ArticleDraft>[]>,
  lcds: ReadonlyArray<readonly Dated<LcdDraft>[]>,
  held: PolicyContent,
): Relations {
  const lcdsOf = new Map<string, Set<string>>()
  const articlesOf = new Map<string, Set<string>>()
  const link = (articleId: string, lcdId: string): void => {
    lcdsOf.set(articleId, (lcdsOf.get(articleId) ?? new Set()).add(lcdId))
    articlesOf.set(lcdId, (articlesOf.get(lcdId) ?? new Set()).add(articleId))
  }
  const codes = new Map<string, Set<string>>()
  const add = (key: string, more: Iterable<string>): void => {
    const known = codes.get(key) ?? new Set<string>()
    for (const code of more) known.add(code)
    codes.set(key, known)
  }
  // The procedures of a half that is not in this export come from an earlier import.
  const given = { a: articles.length > 0, l: lcds.length > 0 }
  for (const { policyId, policySetId: set, versions } of held.policies)
    if (set === policySetId && !given[policyId.startsWith('l') ? 'l' : 'a'])
      add(
        policyId,
        versions.flatMap(({ rules }) => rules.flatMap(({ procedures }) => procedures)),
      )
  for (const { draft } of articles.flat()) {
    add(
      `a${draft.documentId}`,
      [...draft.procedures.values()].flatMap((group) => [...group]),
    )
    for (const lcdId of draft.related) link(draft.documentId, lcdId)
  }
  for (const { draft } of lcds.flat()) {
    add(`l${draft.documentId}`, draft.procedures.get(0) ?? [])
    for (const articleId of draft.related) link(articleId, draft.documentId)
  }
  return {
    lcdsOf: (articleId, named) => [...new Set([...named, ...(lcdsOf.get(articleId) ?? [])])],
    lcdCodes: (lcdId) => codes.get(`l${lcdId}`) ?? new Set(),
    articleCodes: (lcdId, named) =>
      new Set(
        [...named, ...(articlesOf.get(lcdId) ?? [])].flatMap((articleId) => [
          ...(codes.get(`a${articleId}`) ?? []),
        ]),
      ),
  }
}
