import type { CodeSet, Plan, Policy, PolicySet } from './policy.js'
import type { Source } from './source.js'
import type { CodeTable, NdcEdition, ProcedurePairEdition, UnitLimitEdition } from './tables.js'
import type { ProcedurePair } from './procedure-pairs.js'

/** What the core may ask about policy: one revision, everything in memory. The live snapshot, a draft laid over it, an old revision and a test's literal all implement it. */
export interface PolicyView {
  readonly policyRevision: number
  plan(planId: string): Plan | undefined
  /** The ids of all plans, for whoever misspelt one. */
  planIds(): readonly string[]
  plansOf(payerId: string): readonly Plan[]
  policySet(policySetId: string): PolicySet | undefined
  /** Policies of the set that have, in any held version, a rule for the (normalized) procedure code. */
  policies(policySetId: string, procedureCode: string): readonly Policy[]
  /** The held editions of a setting's unit-limit table by date, each with its row for the (normalized) procedure code where it has one. */
  unitLimits(
    policySetId: string,
    setting: UnitLimitEdition['setting'],
    procedureCode: string,
  ): readonly UnitLimitLookup[]
  /** The edition held of a setting's table of procedure pairs, with the pairs of two (normalized) codes in it; undefined when none is held. */
  procedurePairs(
    policySetId: string,
    setting: ProcedurePairEdition['setting'],
    columnOne: string,
    columnTwo: string,
  ): ProcedurePairLookup | undefined
  /** The held editions of the NDC crosswalk of a set by date, each with its rows for the NDC (11 digits); empty where none lists it. */
  ndcEditions(policySetId: string, ndc: string): readonly NdcLookup[]
  codeSet(codeSetId: string): CodeSetView | undefined
  /** Rows of one code in effective order and what is known of the table; undefined when no such table is held. */
  codeTable(system: CodeTable['system']): CodeTableView | undefined
}

export interface UnitLimitLookup {
  readonly edition: Omit<UnitLimitEdition, 'rows'>
  /** Undefined where the edition does not list the code. */
  readonly row: UnitLimitEdition['rows'][number] | undefined
}

export interface ProcedurePairLookup {
  readonly edition: Omit<ProcedurePairEdition, 'lists'>
  /** Rows of the pair by first day: it may have been in force several times. */
  readonly pairs: readonly ProcedurePair[]
}

export interface NdcLookup {
  readonly edition: Omit<NdcEdition, 'rows'>
  readonly rows: NdcEdition['rows']
}

export interface CodeSetView extends CodeSet {
  has(code: string): boolean
}

export type CodeRow = CodeTable['rows'][number]
export interface CodeTableView {
  /** Whose rows these are: `editions` of imported files, or the id of a pack; absent where nobody said. */
  readonly layer: string | undefined
  readonly source: Source
  readonly held: CodeTable['held']
  /** All rows of the code, by `from`. */
  rows(code: string): readonly CodeRow[]
  /** Whether every code under one of its own prefixes is held. */
  isComplete(code: string): boolean
  /** Codes that begin with `prefix`, itself left out. */
  descendants(prefix: string): readonly CodeRow[]
  /** All tables of the system, the one that speaks first in front; this one among them. */
  readonly layers: readonly CodeTableView[]
  /** The table that speaks of a code on a date: this one, or that of a pack where this one does not cover the code on that date. */
  on(code: string, date: string): CodeTableView
}
