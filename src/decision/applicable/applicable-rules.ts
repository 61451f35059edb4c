import { scopeOf, type Facts, type ScopeFacts } from '../facts/facts.js'
import { collect } from '../collect.js'
import {
  completenessOfSets,
  readOfDeclaration,
  type Followed,
  type KindCompleteness,
  type Role,
} from './completeness.js'
import { behindOf, type Behind, type SourceRead } from './behind.js'
import { inRange } from '../shapes/plain-date.js'
import type { PlainDate } from '../shapes/codes.js'
import type { Plan, PolicySet } from '../shapes/policy.js'
import type { Rule } from '../shapes/rule.js'
import { decidedKinds, type DecidedKind } from '../shapes/rule-kinds.js'
import { memoizeRepeated } from '../memoize.js'
import type { PolicyView } from '../shapes/view.js'
import { isAfter, withMissingScope, type Provision } from './provision.js'
import { provisionsOfDay, rulesNaming, provisionsOfSet } from './provisions-of-set.js'

/** Kinds on which the absence of every rule is an answer of its own (`questions/no-rule.ts`). */
const kindsWithoutRule: readonly DecidedKind[] = ['diagnosis', 'frequency', 'units', 'claim-line']

const codeSystems = ['icd-10-cm', 'hcpcs'] as const

/**
 * A policy set that decides a rule kind for the line, with its role under the plan and its provisions of that
 * kind.
 */
export interface ApplicableSet {
  readonly set: PolicySet
  readonly role: Role
  readonly provisions: readonly Provision[]
  /**
   * A fallback set whose rules may not apply, because nobody declares that the governing sets have none. Its
   * stops are doubts; its passes are worth nothing.
   */
  readonly isDoubtful?: true
}

/** The provisions for one line in the policy sets that a plan follows. */
export interface ApplicableRules {
  readonly plan: Plan
  /** The day on which they apply. */
  readonly date: PlainDate
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
  /** The same of all sets of the plan, so that the absence of any rule of the kind means that there is none. */
  readonly completenessOfAll: (kind: DecidedKind) => KindCompleteness
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

/** A set that the plan follows, with its provisions by kind. */
interface FollowedSet extends Followed {
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
      return { followed: followedSets, applicable: applicableFrom(plan, followedSets, scope) }
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
  return hasDayProvisions ? applicableFrom(plan, withDayProvisions, scopeOf(facts)) : applicable
}

function applicableFrom(plan: Plan, followed: readonly FollowedSet[], scope: ScopeFacts): ApplicableRules {
  const setsByKind = new Map(decidedKinds.map((kind) => [kind, setsFor(followed, kind, scope)]))
  const ofRoles = (roles: readonly Role[]): ((kind: DecidedKind) => KindCompleteness) => {
    const byKind = new Map<DecidedKind, KindCompleteness>()
    return (kind) => {
      const known = byKind.get(kind) ?? completenessOfSets(followed, kind, roles, scope)
      byKind.set(kind, known)
      return known
    }
  }
  const completeness = ofRoles(['governing', 'binding'])
  const completenessOfAll = ofRoles(['governing', 'binding', 'fallback'])
  const sources = (): SourceRead[] =>
    collect(decidedKinds, (kind) => {
      const deciding = setsByKind.get(kind) ?? []
      const usesDeclarations =
        kind === 'prior-authorization' || deciding.some(({ role }) => role === 'fallback')
      return [
        ...collect(deciding, ({ provisions }) => provisions.map(({ origin }) => origin)),
        ...(usesDeclarations ? completeness(kind).declarations.map(readOfDeclaration) : []),
        ...(deciding.length === 0 && kindsWithoutRule.includes(kind)
          ? completenessOfAll(kind).declarations.map(readOfDeclaration)
          : []),
      ]
    })
  let behind: readonly Behind[] | undefined
  let naming: readonly Rule[] | undefined
  return {
    plan,
    date: scope.line.date,
    naming: () =>
      (naming ??= collect(followed, ({ set, policySetId }) =>
        set === undefined ? [] : rulesNaming(policySetId, 'prior-authorization', scope),
      )),
    setsFor: (kind) => setsByKind.get(kind) ?? [],
    completeness,
    completenessOfAll,
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
      return set !== undefined && provisionsOfKind !== undefined
        ? [{ set, role, provisions: provisionsOfKind }]
        : []
    })
  const governing = inRole('governing')
  const local = addsUp[kind] ? governing : governing.slice(0, 1)
  const binding = inRole('binding')
  return [
    ...binding,
    ...local,
    ...(governing.length > 0
      ? []
      : fallback(
          inRole('fallback'),
          () => completenessOfSets(followed, kind, ['governing'], scope),
          passesInSilence[kind] || binding.length > 0,
        )),
  ]
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

// Kinds of which the absence of every rule stops nothing.
const passesInSilence: { readonly [K in DecidedKind]: boolean } = {
  'prior-authorization': false,
  'coverage-exclusion': true,
  diagnosis: false,
  documentation: true,
  frequency: false,
  units: false,
  'claim-line': true,
}

/**
 * The fallback applies only if every governing set is complete. If that is unknown, each of its provisions
 * gets the facts that would settle it. If they are not complete, it is doubtful where the line could pass
 * without it.
 */
function fallback(
  [first]: readonly ApplicableSet[],
  completeness: () => KindCompleteness,
  couldPassWithout: boolean,
): ApplicableSet[] {
  if (first === undefined) return []
  const { truth, missing } = completeness()
  if (truth === 'false') return couldPassWithout ? [{ ...first, isDoubtful: true }] : []
  return truth === 'true'
    ? [first]
    : [{ ...first, provisions: first.provisions.map((provision) => withMissingScope(provision, missing)) }]
}
