import type { PolicyContent } from '../decision/policy.js'
import type { Source } from '../decision/source.js'

/** What a publisher issued, as it is held: the newest edition of a table. */
export interface Publication extends Partial<Pick<Source, 'coversThrough' | 'usableThrough'>> {
  /** Table, policy set, setting; '' where there is none. */
  readonly labels: readonly [table: string, policySetId: string, setting: string]
  readonly edition: string
  readonly retrievedOn: string
}

interface Edition { readonly policySetId: string, readonly setting?: string, readonly edition: string, readonly source: Source }

/**
 * The newest edition of each table. Documents have limits of their own, which answers tell. What is fictional never ages and is left out.
 */
export function publicationsOf (content: Pick<PolicyContent, 'codeTables' | 'unitLimits' | 'procedurePairs' | 'ndcEditions'>): Publication[] {
  return [
    ...content.codeTables.filter(isReal).map(({ system, source }) => publicationOf(system, { policySetId: '', edition: source.documentVersion ?? '', source })),
    ...newestOfEach('unit-limits', content.unitLimits), ...newestOfEach('procedure-pairs', content.procedurePairs), ...newestOfEach('ndc-codes', content.ndcEditions)
  ]
}

const isReal = ({ source }: { readonly source: Source }): boolean => source.grade !== 'fictional'

function publicationOf (table: string, { policySetId, setting = '', edition, source: { retrievedOn, coversThrough, usableThrough } }: Edition): Publication {
  return {
    labels: [table, policySetId, setting], edition, retrievedOn,
    ...(coversThrough === undefined ? {} : { coversThrough }), ...(usableThrough === undefined ? {} : { usableThrough })
  }
}

function newestOfEach (table: string, editions: readonly Edition[]): Publication[] {
  const newest = new Map<string, Edition>()
  for (const edition of editions.filter(isReal)) {
    const key = `${edition.policySetId} ${edition.setting ?? ''}`
    if (edition.edition >= (newest.get(key)?.edition ?? '')) newest.set(key, edition)
  }
  return [...newest.values()].map(edition => publicationOf(table, edition))
}
