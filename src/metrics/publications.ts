import type { Source } from '../decision/shapes/source.js'
import { inOrder } from '../policies/loaded/code-layers.js'
import type { LoadedContent } from '../policies/lists/policy-list.js'

/** Published data: the newest edition of a table, or the documents of a policy set. */
export interface Publication extends Partial<Pick<Source, 'coversThrough' | 'usableThrough'>> {
  /** Table, policy set, setting; '' where there is none. */
  readonly labels: readonly [table: string, policySetId: string, setting: string]
  readonly edition: string
  readonly retrievedOn: string
}

interface Edition {
  readonly policySetId: string
  readonly setting?: string
  readonly edition: string
  readonly source: Source
}

/**
 * The newest edition of each table, and for each policy set the last day on which its documents
 * were read. Documents have limits of their own, so a set has none. Fictional data never ages and
 * is left out.
 */
export function publicationsOf(content: LoadedContent): Publication[] {
  return [
    ...speakingFirst(content.codeTables.filter(isReal)).map(({ system, source }) =>
      publicationOf(system, { policySetId: '', edition: source.documentVersion ?? '', source }),
    ),
    ...newestOfEach('unit-limits', content.unitLimits),
    ...newestOfEach('procedure-pairs', content.procedurePairs),
    ...newestOfEach('ndc-codes', content.ndcEditions),
    ...setsOf(content),
  ]
}

/** For each code system the table with precedence. */
const speakingFirst = (tables: LoadedContent['codeTables']): LoadedContent['codeTables'] =>
  [...new Set(tables.map(({ system }) => system))].map(
    (system) => inOrder(tables.filter((table) => table.system === system))[0],
  )

const isReal = ({ source }: { readonly source: Source }): boolean => source.grade !== 'fictional'

function publicationOf(
  table: string,
  { policySetId, setting = '', edition, source: { retrievedOn, coversThrough, usableThrough } }: Edition,
): Publication {
  return {
    labels: [table, policySetId, setting],
    edition,
    retrievedOn,
    ...(coversThrough === undefined ? {} : { coversThrough }),
    ...(usableThrough === undefined ? {} : { usableThrough }),
  }
}

function newestOfEach(table: string, editions: readonly Edition[]): Publication[] {
  const newest = new Map<string, Edition>()
  for (const edition of editions.filter(isReal)) {
    const key = `${edition.policySetId} ${edition.setting ?? ''}`
    if (edition.edition >= (newest.get(key)?.edition ?? '')) newest.set(key, edition)
  }
  return [...newest.values()].map((edition) => publicationOf(table, edition))
}

function setsOf({ policies }: LoadedContent): Publication[] {
  // Packed policies are many; reading all of them would delay requests.
  if (policies.counts.packedBytes > 0) return []
  const readOn = new Map<string, string>()
  for (const { policySetId, versions } of policies) {
    for (const {
      source: { retrievedOn },
    } of versions.filter(isReal))
      if (retrievedOn > (readOn.get(policySetId) ?? '')) readOn.set(policySetId, retrievedOn)
  }
  return [...readOn].map(([policySetId, retrievedOn]) => ({
    labels: ['policies', policySetId, ''],
    edition: '',
    retrievedOn,
  }))
}
