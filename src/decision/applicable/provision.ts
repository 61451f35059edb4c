import type { Citation } from '../shapes/finding.js'
import type { Rule } from '../shapes/rule.js'
import type { DecidedKind } from '../shapes/rule-kinds.js'
import type { Source } from '../shapes/source.js'
import type { PairPart } from '../facts/procedure-pair-parts.js'
import type { ProcedurePair } from '../shapes/procedure-pairs.js'
import { union } from '../shapes/truth.js'
import type { NdcLookup, ProcedurePairLookup, UnitLimitLookup } from '../shapes/view.js'

/** Where something was read: enough to cite it. */
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
  /** Facts that would tell whether this speaks at all; undefined when that is certain. */
  readonly missingScope: readonly string[] | undefined
  /** How it is cited, once somebody asked (`citeProvision`): a provision is cached for long or not at all, so a table beside it would cost more. */
  citation?: Citation | undefined
}

/** What one policy or table has to say on one rule kind for one line: a rule, a table row, or why its text cannot be used. */
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

/** A provision whose speaking hangs on these facts besides those it already hangs on. */
export function withMissingScope(provision: Provision, missing: readonly string[]): Provision {
  return { ...provision, missingScope: union(provision.missingScope ?? [], missing) }
}

/** The provision of a table that has something to say but cannot be used. */
export function unusableTable(kind: DecidedKind, reasonCode: Unusable, origin: Origin): Provision {
  return {
    type: 'unusable',
    kind,
    reasonCode,
    origin,
    missingScope: reasonCode === 'claim-type-not-given' ? ['claimType'] : undefined,
    citation: undefined,
    rules: [],
  }
}

/** Where an edition of a table was read; rows that have dates of their own are cited with those. */
export function originOfEdition(
  { policySetId, edition, source }: { policySetId: string; edition: string; source: Source },
  { from, to }: { from: string; to?: string | undefined },
): Origin {
  return { policySetId, versionId: edition, from, to, source }
}

/** Whether `date` lies after the last day of `through`; an absent `through` has no end. */
export function isAfter(date: string, through: string | undefined): boolean {
  return through !== undefined && date > through
}
