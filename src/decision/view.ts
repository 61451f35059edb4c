import type { CodeSet, CodeTable, Plan, Policy, PolicySet, Source, UnitLimitEdition } from './policy.js'

/** What the core may ask about policy: one revision, everything in memory. The live snapshot, a draft laid over it, an old revision and a test's literal all implement it. */
export interface PolicyView {
  readonly policyRevision: number
  plan (planId: string): Plan | undefined
  plansOf (payerId: string): readonly Plan[]
  policySet (policySetId: string): PolicySet | undefined
  /** Policies of the set that have, in any held version, a rule for the (normalized) procedure code. */
  policies (policySetId: string, procedureCode: string): readonly Policy[]
  /** Unit-limit rows for the (normalized) procedure code, all held editions of the setting. */
  unitLimits (policySetId: string, setting: UnitLimitEdition['setting'], procedureCode: string): readonly UnitLimit[]
  codeSet (codeSetId: string): CodeSetView | undefined
  /** Rows of one code in effective order and what is known of the table; undefined when no such table is held. */
  codeTable (system: CodeTable['system']): CodeTableView | undefined
}

export interface UnitLimit {
  readonly policySetId: string, readonly edition: string, readonly setting: UnitLimitEdition['setting']
  readonly from: string, readonly to?: string, readonly source: Source
  readonly maximum: number, readonly adjudicationIndicator: number, readonly rationale?: string
}

export interface CodeSetView extends CodeSet { has (code: string): boolean }

export type CodeRow = CodeTable['rows'][number]
export interface CodeTableView {
  readonly source: Source
  readonly held: CodeTable['held']
  /** All rows of the code, by `from`. */
  rows (code: string): readonly CodeRow[]
  /** Whether every code under one of its own prefixes is held. */
  isComplete (code: string): boolean
  /** Codes that begin with `prefix`, itself left out. */
  descendants (prefix: string): readonly CodeRow[]
}
