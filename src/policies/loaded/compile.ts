import type { CodeSet, Policy } from '../../decision/shapes/policy.js'
import type { NdcEdition, ProcedurePairEdition, UnitLimitEdition } from '../../decision/shapes/tables.js'
import { findPairs } from '../../decision/shapes/procedure-pairs.js'
import { memoize } from '../../decision/memoize.js'
import type { CodeSetView, PolicyView, UnitLimitLookup } from '../../decision/shapes/view.js'
import { compileCodeTables } from './code-layers.js'
import { layersOf, type ContentOf } from '../../store/tables/overlay.js'
import { laidOverLookUps, type LookUps } from './laid-over.js'
import { listOf } from '../lists/plain-list.js'
import { byText, type PolicyList } from '../lists/policy-list.js'

/**
 * Policy content with its policies as an array, as packs have it, or as a list, as a process loads it.
 */
export type Compilable = ContentOf<Policy[] | PolicyList>

/**
 * Compiles the content of one revision into the view that the core reads: everything indexed by
 * procedure code, in one fixed order. Objects that were compiled before are reused. Of a tenant's
 * view only the tenant's own content is compiled.
 */
export function compilePolicyView(content: Compilable, policyRevision: number): PolicyView {
  const layers = layersOf(content)
  return {
    policyRevision,
    ...(layers === undefined
      ? lookUpsOf(content)
      : laidOverLookUps(lookUpsOf(layers.base), lookUpsOf(layers.own))),
  }
}

const lookUpsOf = memoize((content: Compilable): LookUps => {
  const plans = new Map(content.plans.map((plan) => [plan.planId, plan]))
  const planIds = [...plans.keys()].sort()
  const sets = new Map(content.policySets.map((set) => [set.policySetId, set]))
  const codeSets = new Map(content.codeSets.map((set) => [set.codeSetId, compileCodeSet(set)]))
  const policies = listOf(content.policies)
  const tables = compileCodeTables(content.codeTables)
  return {
    plan: (planId) => plans.get(planId),
    planIds: () => planIds,
    plansOf: (payerId) =>
      content.plans.filter((plan) => plan.payerId === payerId).sort((a, b) => byText(a.planId, b.planId)),
    policySet: (policySetId) => sets.get(policySetId),
    policies: (policySetId, code) => policies.naming(policySetId, code),
    unitLimits: indexUnitLimits(content.unitLimits),
    procedurePairs: indexProcedurePairs(content.procedurePairs),
    ndcEditions: indexNdcEditions(content.ndcEditions),
    codeSet: (codeSetId) => codeSets.get(codeSetId),
    codeTable: (system) => tables.get(system),
  }
})

const setOf = memoize((codes: readonly string[]) => new Set(codes))
const compileCodeSet = memoize((set: CodeSet): CodeSetView => {
  const codes = setOf(set.codes)
  return { ...set, has: (code) => codes.has(code) }
})

const limitsByCode = memoize(
  (rows: UnitLimitEdition['rows']) => new Map(rows.map((row) => [row.procedureCode, row])),
)

type LookUpUnits = PolicyView['unitLimits']

/** Editions of a set and setting by date, rows by code. */
function indexUnitLimits(editions: readonly UnitLimitEdition[]): LookUpUnits {
  const tables = new Map<
    string,
    Array<{ edition: UnitLimitLookup['edition']; rows: Map<string, UnitLimitEdition['rows'][number]> }>
  >()
  for (const { rows, ...edition } of [...editions].sort((a, b) => byText(a.from, b.from))) {
    const key = `${edition.policySetId} ${edition.setting}`
    const table = tables.get(key) ?? []
    table.push({ edition, rows: limitsByCode(rows) })
    tables.set(key, table)
  }
  return (policySetId, setting, code) => {
    const table = tables.get(`${policySetId} ${setting}`) ?? []
    return table.map(({ edition, rows }) => ({ edition, row: rows.get(code) }))
  }
}

const pairsByColumnOne = memoize(
  (lists: ProcedurePairEdition['lists']) => new Map(lists.map(({ columnOne, pairs }) => [columnOne, pairs])),
)

/**
 * Editions by set and setting, lists by column-one code; the pairs stay packed until one is asked
 * for.
 */
function indexProcedurePairs(editions: readonly ProcedurePairEdition[]): PolicyView['procedurePairs'] {
  const tables = new Map(
    editions.map(({ lists, ...edition }) => [
      `${edition.policySetId} ${edition.setting}`,
      { edition, lists: pairsByColumnOne(lists) },
    ]),
  )
  return (policySetId, setting, columnOne, columnTwo) => {
    const table = tables.get(`${policySetId} ${setting}`)
    return table === undefined
      ? undefined
      : {
          edition: table.edition,
          pairs: findPairs(table.lists.get(columnOne) ?? '', columnTwo, table.edition.rationales),
        }
  }
}

/** Editions of a set by date, rows by NDC. */
function indexNdcEditions(editions: readonly NdcEdition[]): PolicyView['ndcEditions'] {
  const tables = [...editions]
    .sort((a, b) => byText(a.from, b.from))
    .map(({ rows, ...edition }) => ({ edition, rows: byNdc(rows) }))
  return (policySetId, ndc) => {
    const ofSet = tables.filter(({ edition }) => edition.policySetId === policySetId)
    return ofSet.some(({ rows }) => rows.has(ndc))
      ? ofSet.map(({ edition, rows }) => ({ edition, rows: rows.get(ndc) ?? [] }))
      : []
  }
}

const byNdc = memoize((rows: NdcEdition['rows']): Map<string, NdcEdition['rows']> => {
  const index = new Map<string, NdcEdition['rows']>()
  for (const row of [...rows].sort(
    (a, b) => byText(a.ndc, b.ndc) || byText(a.procedureCode, b.procedureCode),
  )) {
    const found = index.get(row.ndc)
    if (found === undefined) index.set(row.ndc, [row])
    else found.push(row)
  }
  return index
})
