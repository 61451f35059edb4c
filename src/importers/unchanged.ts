import { isDeepStrictEqual } from 'node:util'
import type { Policy, PolicyContent, PolicySet } from '../decision/shapes/policy.js'
import type { Source } from '../decision/shapes/source.js'
import type { CodeTable, NdcEdition, UnitLimitEdition } from '../decision/shapes/tables.js'

type CodeRow = CodeTable['rows'][number]
type LimitRow = UnitLimitEdition['rows'][number]
type NdcRow = NdcEdition['rows'][number]

/**
 * Replaces the retrieval date with the stored one wherever nothing else has changed, so that importing
 * the same file again on another day makes no new revision.
 */
export function keepRetrieval(content: PolicyContent, held: PolicyContent): PolicyContent {
  return {
    ...content,
    policySets: content.policySets.map((set) =>
      keepSet(
        set,
        held.policySets.find(({ policySetId }) => policySetId === set.policySetId),
      ),
    ),
    policies: content.policies.map((policy) =>
      keepPolicy(
        policy,
        held.policies.find(({ policyId }) => policyId === policy.policyId),
      ),
    ),
    unitLimits: content.unitLimits.map((edition) =>
      keepSource(
        { ...edition, rows: [...edition.rows].sort(byLimit) },
        held.unitLimits.find(
          (other) =>
            other.policySetId === edition.policySetId &&
            other.setting === edition.setting &&
            other.edition === edition.edition,
        ),
      ),
    ),
    procedurePairs: content.procedurePairs.map((edition) =>
      keepSource(
        { ...edition, lists: [...edition.lists].sort(byColumnOne) },
        held.procedurePairs.find(
          (other) => other.policySetId === edition.policySetId && other.setting === edition.setting,
        ),
      ),
    ),
    ndcEditions: content.ndcEditions.map((edition) =>
      keepSource(
        { ...edition, rows: [...edition.rows].sort(byNdc) },
        held.ndcEditions.find(
          (other) => other.policySetId === edition.policySetId && other.edition === edition.edition,
        ),
      ),
    ),
    codeTables: content.codeTables.map((table) =>
      keepSource(
        { ...table, rows: [...table.rows].sort(byCode) },
        held.codeTables.find(({ system, layer }) => system === table.system && layer === table.layer),
      ),
    ),
  }
}

// The order of rows has no meaning. The store returns them in this order, so a comparison needs it too.
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byCode = (a: CodeRow, b: CodeRow): number => byText(a.code, b.code) || byText(a.from, b.from)
const byColumnOne = (a: { columnOne: string }, b: { columnOne: string }): number =>
  byText(a.columnOne, b.columnOne)
const byNdc = (a: NdcRow, b: NdcRow): number =>
  byText(a.ndc, b.ndc) || byText(a.procedureCode, b.procedureCode)
const byLimit = (a: LimitRow, b: LimitRow): number => byText(a.procedureCode, b.procedureCode)

function keepSource<T extends { source: Source }>(now: T, before: T | undefined): T {
  if (before === undefined) return now
  return isDeepStrictEqual(
    { ...now, source: { ...now.source, retrievedOn: before.source.retrievedOn } },
    before,
  )
    ? before
    : now
}

function keepPolicy(now: Policy, before: Policy | undefined): Policy {
  return {
    ...now,
    versions: now.versions.map((version) =>
      keepSource(
        version,
        before?.versions.find(({ versionId }) => versionId === version.versionId),
      ),
    ),
  }
}

function keepSet(now: PolicySet, before: PolicySet | undefined): PolicySet {
  if (now.completeness === undefined) return now
  return {
    ...now,
    completeness: now.completeness.map((declared, at) => keepSource(declared, before?.completeness?.[at])),
  }
}
