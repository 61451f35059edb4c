import { inProcedures } from '../shapes/codes.js'
import { scopeOf, type Facts, type ScopeFacts } from '../facts/facts.js'
import { collect } from '../collect.js'
import { applies } from './jurisdiction.js'
import { behindOf, type Behind, type SourceRead } from './behind.js'
import { inRange } from '../shapes/plain-date.js'
import type { Completeness, Plan, PolicySet, planRoles } from '../shapes/policy.js'
import type { Rule } from '../shapes/rule.js'
import { decidedKinds, type DecidedKind } from '../shapes/rule-kinds.js'
import { memoizeRepeated } from '../memoize.js'
import { union, type Truth } from '../shapes/truth.js'
import type { PolicyView } from '../shapes/view.js'
import { isAfter, withMissingScope, type Provision } from './provision.js'
import { provisionsOfDay, rulesNaming, provisionsOfSet } from './provisions-of-set.js'

type Role = (typeof planRoles)[number]
const codeSystems = ['icd-10-cm', 'hcpcs'] as const

/**
 * A policy set that decides a rule kind for the line, with its role under the plan and its provisions of that
 * kind.
 */
export interface ApplicableSet {
  readonly set: PolicySet
  readonly role: Role
  readonly provisions: readonly Provision[]
}

/** Whether all rules of a set for a rule kind, code and date are loaded, and the declaration that says so. */
export interface Complete {
  readonly truth: Truth
  readonly missing: readonly string[]
  readonly declaration?: Completeness
  /** A declaration for the kind and code that does not cover the date. */
  readonly lapsed?: Completeness
}

/** Whether the absence of a rule of a kind in several sets means that the payer has none. */
export interface KindCompleteness {
  readonly truth: Truth
  readonly missing: readonly string[]
  readonly declarations: ReadonlyArray<{ readonly set: PolicySet; readonly declaration: Completeness }>
  readonly lapsed: readonly Completeness[]
  readonly setCount: number
}

/** The provisions for one line in the policy sets that a plan follows. */
export interface ApplicableRules {
  /**
   * The sets that decide a rule kind: binding sets, the governing sets (for most kinds the first that has a
   * rule), else the fallback.
   */
  readonly setsFor: (kind: DecidedKind) => readonly ApplicableSet[]
  /**
   * Whether the absence of a rule of the kind in the governing and binding sets means that the payer has
   * none.
   */
  readonly completeness: (kind: DecidedKind) => KindCompleteness
  /**
   * The prior-authorization rules of the plan's sets that name the code on the date, for any place, claim
   * type or case.
   */
  readonly naming: () => readonly Rule[]
  /**
   * The sources that are not known to be right on the date: of the provisions, of the completeness
   * declarations usesDeclarations on, and of the code tables.
   */
  readonly behind: () => readonly Behind[]
}

/** A set that the plan follows, with its provisions by kind. `set` is undefined if the set is not loaded. */
interface FollowedSet {
  readonly role: Role
  readonly policySetId: string
  readonly set: PolicySet | undefined
  readonly byKind: ReadonlyMap<DecidedKind, readonly Provision[]>
}

/**
 * The most collections of applicable rules that are cached for a view. A practice bills a few hundred codes,
 * on a few days around today.
 */
const mostCached = 1024
const applicableOf = memoizeRepeated<
  PolicyView,
  { readonly followed: readonly FollowedSet[]; readonly applicable: ApplicableRules }
>(mostCached)

/**
 * Collects the provisions of the plan's policy sets for the line. A set that is not loaded has none and is
 * never complete. The provisions that depend only on plan, code, date and place are cached with the view.
 * Those that depend on other services of the day or on the drug are added for each request.
 */
export function applicableRules(plan: Plan, facts: Facts): ApplicableRules {
  const { view, line, claimType, state, contractorNumber } = facts
  const { followed, applicable } = applicableOf(
    view,
    `${plan.planId} ${line.code} ${line.date} ${claimType ?? ''} ${state ?? ''} ${contractorNumber ?? ''}`,
    () => {
      const scope = scopeOf(facts)
      const followedSets = plan.follows.map(({ policySetId, role }): FollowedSet => {
        const set = view.policySet(policySetId)
        return {
          role,
          policySetId,
          set,
          byKind: set === undefined ? new Map() : groupByKind(provisionsOfSet(policySetId, scope)),
        }
      })
      return { followed: followedSets, applicable: applicableFrom(followedSets, scope) }
    },
  )
  let hasDayProvisions = false
  const withDayProvisions = followed.map((one) => {
    const provisions = one.set === undefined ? [] : provisionsOfDay(one.policySetId, facts)
    if (provisions.length === 0) return one
    hasDayProvisions = true
    return {
      ...one,
      byKind: new Map([
        ...one.byKind,
        ...[...groupByKind(provisions)].map(
          ([kind, more]) => [kind, [...(one.byKind.get(kind) ?? []), ...more]] as const,
        ),
      ]),
    }
  })
  return hasDayProvisions ? applicableFrom(withDayProvisions, scopeOf(facts)) : applicable
}

function applicableFrom(followed: readonly FollowedSet[], scope: ScopeFacts): ApplicableRules {
  const setsByKind = new Map(decidedKinds.map((kind) => [kind, setsFor(followed, kind, scope)]))
  const completenessByKind = new Map<DecidedKind, KindCompleteness>()
  const completeness = (kind: DecidedKind): KindCompleteness => {
    const known =
      completenessByKind.get(kind) ?? completenessOfSets(followed, kind, ['governing', 'binding'], scope)
    completenessByKind.set(kind, known)
    return known
  }
  const sources = (): SourceRead[] =>
    collect(decidedKinds, (kind) => {
      const deciding = setsByKind.get(kind) ?? []
      const usesDeclarations =
        kind === 'prior-authorization' || deciding.some(({ role }) => role === 'fallback')
      return [
        ...collect(deciding, ({ provisions }) => provisions.map(({ origin }) => origin)),
        ...(usesDeclarations ? completeness(kind).declarations.map(readOfDeclaration) : []),
      ]
    })
  let behind: readonly Behind[] | undefined
  let naming: readonly Rule[] | undefined
  return {
    naming: () =>
      (naming ??= collect(followed, ({ set, policySetId }) =>
        set === undefined ? [] : rulesNaming(policySetId, 'prior-authorization', scope),
      )),
    setsFor: (kind) => setsByKind.get(kind) ?? [],
    completeness,
    behind: () => (behind ??= behindOf(scope.line.date, [...sources(), ...codeTableSources(scope)])),
  }
}

/**
 * Chooses the sets that decide a kind: every binding set; then the first governing set, or all where their
 * rules add up; without a governing set the fallback.
 */
function setsFor(followed: readonly FollowedSet[], kind: DecidedKind, scope: ScopeFacts): ApplicableSet[] {
  const inRole = (role: Role): ApplicableSet[] =>
    collect(followed, ({ role: its, set, byKind: provisions }): ApplicableSet[] => {
      const provisionsOfKind = its === role ? provisions.get(kind) : undefined
      return set !== undefined && provisionsOfKind !== undefined ? [{ set, role, provisions: provisionsOfKind }] : []
    })
  const governing = inRole('governing')
  const local = addsUp[kind] ? governing : governing.slice(0, 1)
  return [
    ...inRole('binding'),
    ...local,
    ...(governing.length > 0
      ? []
      : fallback(inRole('fallback'), () => completenessOfSets(followed, kind, ['governing'], scope))),
  ]
}

/**
 * Whether the absence of a rule of a kind in the sets of some roles means that the payer has none. A set that
 * is not loaded could have one.
 */
function completenessOfSets(
  followed: readonly FollowedSet[],
  kind: DecidedKind,
  roles: readonly Role[],
  scope: ScopeFacts,
): KindCompleteness {
  const missingSet = followed.some(({ set, role }) => set === undefined && role !== 'fallback')
  const sets = collect(followed, ({ set, role }) =>
    set !== undefined && roles.includes(role) && set.speaksTo.includes(kind) ? [set] : [],
  )
  const all = sets.map((set) => ({ set, ...completenessOfSet(set, kind, scope) }))
  return {
    truth:
      missingSet || all.some((one) => one.truth === 'false')
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
  }
}

/** A declaration as a source that was read. */
export function readOfDeclaration({
  set,
  declaration,
}: KindCompleteness['declarations'][number]): SourceRead {
  return { policySetId: set.policySetId, source: declaration.source }
}

/** The sources of the code tables for the line. An answer without a plan rests on these alone. */
export function codeTableSources({
  view,
  line: { code, date },
}: Pick<ScopeFacts, 'view' | 'line'>): SourceRead[] {
  return collect(codeSystems, (system) => {
    const table = view.codeTable(system)
    if (table === undefined) return []
    // The scope does not contain the diagnoses, so the layer of each is unknown. With an edition for the
    // date, packs add only single codes.
    const isHeld =
      table.held.some((span) => inRange(date, span)) && !isAfter(date, table.source.usableThrough)
    if (system === 'icd-10-cm' && !isHeld)
      return table.layers.map(({ source }) => ({ policySetId: system, source }))
    return [{ policySetId: system, source: (system === 'hcpcs' ? table.on(code, date) : table).source }]
  })
}

/** Whether every coverage exclusion of the plan is loaded; false for a plan without a set for exclusions. */
export function hasEveryExclusion(applicable: ApplicableRules): boolean {
  const completeness = applicable.completeness('coverage-exclusion')
  return completeness.setCount > 0 && completeness.truth === 'true'
}

function groupByKind(provisions: readonly Provision[]): Map<DecidedKind, Provision[]> {
  const groups = new Map<DecidedKind, Provision[]>()
  for (const provision of provisions) {
    const group = groups.get(provision.kind)
    if (group === undefined) groups.set(provision.kind, [provision])
    else group.push(provision)
  }
  return groups
}

// For each kind, whether the rules of all governing sets apply together, so that the strictest decides.
// Otherwise only the first governing set applies.
const addsUp: { readonly [K in DecidedKind]: boolean } = {
  'prior-authorization': false,
  'coverage-exclusion': false,
  diagnosis: false,
  documentation: false,
  frequency: false,
  units: true,
  'claim-line': true,
}

/**
 * The fallback applies only if every governing set is complete. If that is unknown, each of its provisions
 * gets the facts that would settle it.
 */
function fallback([first]: readonly ApplicableSet[], completeness: () => KindCompleteness): ApplicableSet[] {
  if (first === undefined) return []
  const { truth, missing } = completeness()
  if (truth === 'false') return []
  return truth === 'true'
    ? [first]
    : [{ ...first, provisions: first.provisions.map((provision) => withMissingScope(provision, missing)) }]
}

/**
 * Whether a set declares that all its rules of a kind are loaded for the line's code, date and place, in a
 * declaration that is not past `usableThrough`.
 */
export function completenessOfSet(set: PolicySet, kind: DecidedKind, facts: ScopeFacts): Complete {
  const { line } = facts
  const forCode = (set.completeness ?? []).filter(
    (one) =>
      one.kinds.includes(kind) && inProcedures(line.code, one.procedures) && one.source.grade !== 'secondary',
  )
  const declared = forCode.filter(
    (one) => inRange(line.date, one) && !isAfter(line.date, one.source.usableThrough),
  )
  const [lapsed] = forCode
  const placed = declared.map((declaration) => ({
    declaration,
    place: applies(declaration.jurisdiction, facts),
  }))
  const sure = placed.find(({ place }) => place.truth === 'true')
  if (sure !== undefined) return { truth: 'true', missing: [], declaration: sure.declaration }
  const open = placed.filter(({ place }) => place.truth === 'unknown')
  if (declared.length === 0)
    return { truth: 'false', missing: [], ...(lapsed === undefined ? {} : { lapsed }) }
  return open.length === 0
    ? { truth: 'false', missing: [] }
    : { truth: 'unknown', missing: union(...open.map(({ place }) => place.missing)) }
}
