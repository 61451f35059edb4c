import type { Rule } from '../shapes/rule.js'
import type { DecidedKind } from '../shapes/rule-kinds.js'
import type { Source } from '../shapes/source.js'
import type { PairPart } from '../facts/procedure-pair-parts.js'
import type { ProcedurePair } from '../shapes/procedure-pairs.js'
import { union } from '../shapes/truth.js'
import type { NdcLookup, ProcedurePairLookup, UnitLimitLookup } from '../shapes/view.js'

/** The place in a document or table that a provision was read from, with everything a citation needs. */
export interface Origin {
  readonly policySetId: string
  readonly policyId?: string
  readonly versionId: string
  readonly from: string
  readonly to?: string | undefined
  readonly source: Source
}

/** Why a text or table cannot be used. */
export type Unusable = 'policy-stale' | 'version-not-held' | 'claim-type-not-given'

interface ProvisionBase {
  readonly kind: DecidedKind
  readonly origin: Origin
  /** The facts that would settle whether the provision applies; undefined when it certainly does. */
  readonly missingScope: readonly string[] | undefined
}

/**
 * What one policy or table provides on one rule kind for one line: a rule, a table row, or the reason why its
 * text cannot be used.
 */
export type Provision =
  | (ProvisionBase & { readonly type: 'rule'; readonly rule: Rule })
  | (ProvisionBase & {
      readonly type: 'unit-limit'
      readonly edition: UnitLimitLookup['edition']
      readonly row: NonNullable<UnitLimitLookup['row']>
    })
  | (ProvisionBase & {
      readonly type: 'procedure-pair'
      readonly edition: ProcedurePairLookup['edition']
      readonly columnOne: string
      readonly pair: ProcedurePair
      readonly parts: readonly PairPart[]
    })
  | (ProvisionBase & {
      readonly type: 'ndc'
      readonly edition: NdcLookup['edition']
      readonly ndc: string
      readonly rows: NdcLookup['rows']
    })
  | (ProvisionBase & {
      readonly type: 'unusable'
      readonly reasonCode: Unusable
      readonly rules: readonly Rule[]
    })

export type ProvisionOf<T extends Provision['type']> = Extract<Provision, { type: T }>

/** Returns the provision with more facts that would settle whether it applies. */
export function withMissingScope(provision: Provision, missing: readonly string[]): Provision {
  return { ...provision, missingScope: union(provision.missingScope ?? [], missing) }
}

/** The provision for a table that has a row for the line but cannot be used. */
export function unusableTable(kind: DecidedKind, reasonCode: Unusable, origin: Origin): Provision {
  return {
    type: 'unusable',
    kind,
    reasonCode,
    origin,
    missingScope: reasonCode === 'claim-type-not-given' ? ['claimType'] : undefined,
    rules: [],
  }
}

/** The origin of an edition of a table. A row with its own dates is cited with those dates. */
export function originOfEdition(
  { policySetId, edition, source }: { policySetId: string; edition: string; source: Source },
  { from, to }: { from: string; to?: string | undefined },
): Origin {
  return { policySetId, versionId: edition, from, to, source }
}

/** Whether `date` is later than the day `through`; false if `through` is absent, which means no end. */
export function isAfter(date: string, through: string | undefined): boolean {
  return through !== undefined && date > through
}
