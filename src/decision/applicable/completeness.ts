import { collect } from '../collect.js'
import type { ScopeFacts } from '../facts/facts.js'
import { inProcedures } from '../shapes/codes.js'
import { inRange } from '../shapes/plain-date.js'
import type { Completeness, planRoles, PolicySet } from '../shapes/policy.js'
import type { DecidedKind } from '../shapes/rule-kinds.js'
import { union, type Truth } from '../shapes/truth.js'
import type { SourceRead } from './behind.js'
import { applies } from './jurisdiction.js'
import { isAfter } from './provision.js'

export type Role = (typeof planRoles)[number]

/** A set that a plan follows, or the id of one that is not loaded. */
export interface Followed {
  readonly role: Role
  readonly policySetId: string
  readonly set: PolicySet | undefined
}

/** Whether all rules of a set for a rule kind, code and date are loaded, and the declaration that says so. */
interface SetCompleteness {
  readonly truth: Truth
  readonly missing: readonly string[]
  readonly declaration?: Completeness
  /** A declaration for the kind, code and place that does not cover the date. */
  readonly lapsed?: Completeness
}

/** A declaration with the set that makes it. */
export interface Declared {
  readonly set: PolicySet
  readonly declaration: Completeness
}

/** Whether the absence of a rule of a kind in several sets means that the payer has none. */
export interface KindCompleteness {
  readonly truth: Truth
  readonly missing: readonly string[]
  readonly declarations: readonly Declared[]
  /** Declarations that would say so for another date. */
  readonly lapsed: readonly Completeness[]
  /** The number of loaded sets whose documents deal with the kind. */
  readonly setCount: number
  /** Sets that the plan follows in these roles and that are not loaded; each may have a rule. */
  readonly notLoaded: readonly string[]
}

/**
 * Whether the absence of a rule of a kind in the sets of some roles means that the payer has none. A set that
 * is not loaded could have one.
 */
export function completenessOfSets(
  followed: readonly Followed[],
  kind: DecidedKind,
  roles: readonly Role[],
  scope: ScopeFacts,
): KindCompleteness {
  const sets = collect(followed, ({ set, role }) =>
    set !== undefined && roles.includes(role) && set.speaksTo.includes(kind) ? [set] : [],
  )
  // A binding or governing set that is not loaded may have a rule whatever roles are asked for.
  const notLoaded = collect(followed, ({ policySetId, set, role }) =>
    set === undefined && (role !== 'fallback' || roles.includes(role)) ? [policySetId] : [],
  )
  const all = sets.map((set) => ({ set, ...completenessOfSet(set, kind, scope) }))
  return {
    truth:
      notLoaded.length > 0 || all.some((one) => one.truth === 'false')
        ? 'false'
        : all.some((one) => one.truth === 'unknown')
          ? 'unknown'
          : 'true',
    missing: union(...all.map((one) => one.missing)),
    setCount: sets.length,
    declarations: collect(all, ({ set, declaration }) =>
      declaration === undefined ? [] : [{ set, declaration }],
    ),
    lapsed: collect(all, ({ lapsed }) => (lapsed === undefined ? [] : [lapsed])),
    notLoaded,
  }
}

/**
 * Whether a set declares that all its rules of a kind are loaded for the line's code, date and place, in a
 * declaration that is not past `usableThrough`.
 */
function completenessOfSet(set: PolicySet, kind: DecidedKind, facts: ScopeFacts): SetCompleteness {
  const { line } = facts
  const placed = collect(set.completeness ?? [], (declaration) => {
    const isForCode =
      declaration.kinds.includes(kind) &&
      inProcedures(line.code, declaration.procedures) &&
      declaration.source.grade !== 'secondary'
    return isForCode ? [{ declaration, place: applies(declaration.jurisdiction, facts) }] : []
  })
  const current = placed.filter(
    ({ declaration }) =>
      inRange(line.date, declaration) && !isAfter(line.date, declaration.source.usableThrough),
  )
  const sure = current.find(({ place }) => place.truth === 'true')
  if (sure !== undefined) return { truth: 'true', missing: [], declaration: sure.declaration }
  const open = current.filter(({ place }) => place.truth === 'unknown')
  if (open.length > 0) return { truth: 'unknown', missing: union(...open.map(({ place }) => place.missing)) }
  const lapsed = placed.find((one) => one.place.truth !== 'false' && !current.includes(one))
  return { truth: 'false', missing: [], ...(lapsed === undefined ? {} : { lapsed: lapsed.declaration }) }
}

/** A declaration as a source that was read. */
export function readOfDeclaration({ set, declaration }: Declared): SourceRead {
  return { policySetId: set.policySetId, source: declaration.source }
}
