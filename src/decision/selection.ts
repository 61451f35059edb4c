import { inProcedures } from './codes.js'
import type { Facts } from './facts.js'
import { applies } from './jurisdiction.js'
import { inRange } from './plain-date.js'
import { decidedKinds, type Completeness, type DecidedKind, type Plan, type PolicySet, type planRoles } from './policy.js'
import type { Source } from './source.js'
import { union, type Truth } from './truth.js'
import { isAfter, withDoubt, type Voice } from './voice.js'
import { voicesOfSet } from './voices.js'

type Role = (typeof planRoles)[number]

/** What one policy set says on one rule kind, in its role under the plan. */
export interface Speaker { readonly set: PolicySet, readonly role: Role, readonly voices: readonly Voice[] }

/** Whether all of a set is held for a rule kind, code and date, and which declaration says so. */
export interface Complete {
  readonly truth: Truth, readonly missing: readonly string[], readonly declaration?: Completeness
  /** A declaration for the kind and code that does not reach the date. */
  readonly lapsed?: Completeness
}

/** Whether the silence of several sets on a kind means that there is no rule. */
export interface Silence { readonly truth: Truth, readonly missing: readonly string[], readonly declarations: ReadonlyArray<{ readonly set: PolicySet, readonly declaration: Completeness }>, readonly lapsed: readonly Completeness[], readonly setCount: number }

/** The policy sets that a plan follows, with everything they have to say for one line. */
export interface Bench {
  /** Who speaks on a rule kind: binding sets, the first governing set that has a rule, else the fallback. */
  readonly speakers: (kind: DecidedKind) => readonly Speaker[]
  /** Whether the silence of the governing and binding sets on a kind means that there is no rule. */
  readonly silence: (kind: DecidedKind) => Silence
  /** Sources of everything that speaks, and of the declarations that make silence mean something. */
  readonly sources: readonly Source[]
}

/** Gathers what the plan's policy sets say for the line. Sets that are not held stay silent and are never complete. */
export function seat (plan: Plan, facts: Facts): Bench {
  const seats = plan.follows.map(({ policySetId, role }) => {
    const set = facts.view.policySet(policySetId)
    return { role, set, byKind: set === undefined ? new Map<DecidedKind, Voice[]>() : groupByKind(voicesOfSet(policySetId, facts)) }
  })
  const held = (role: Role, kind: DecidedKind): Speaker[] => seats.flatMap(({ role: its, set, byKind: voices }) => {
    const speaking = its === role ? voices.get(kind) : undefined
    return set !== undefined && speaking !== undefined ? [{ set, role, voices: speaking }] : []
  })
  const missingSet = seats.some(({ set, role }) => set === undefined && role !== 'fallback')
  const silence = (kind: DecidedKind, roles: readonly Role[]): Silence => {
    const sets = seats.flatMap(({ set, role }) => set !== undefined && roles.includes(role) && set.speaksTo.includes(kind) ? [set] : [])
    const all = sets.map(set => ({ set, ...completeness(set, kind, facts) }))
    return {
      truth: missingSet || all.some(one => one.truth === 'false') ? 'false' : all.some(one => one.truth === 'unknown') ? 'unknown' : 'true',
      missing: union(...all.map(one => one.missing)), setCount: sets.length,
      declarations: all.flatMap(({ set, declaration }) => declaration === undefined ? [] : [{ set, declaration }]),
      lapsed: all.flatMap(({ lapsed }) => lapsed ?? [])
    }
  }
  const speakersOf = (kind: DecidedKind): Speaker[] => {
    const governing = held('governing', kind)
    const local = addsUp(kind) ? governing : governing.slice(0, 1)
    return [...held('binding', kind), ...local, ...(governing.length > 0 ? [] : fallback(held('fallback', kind), silence(kind, ['governing'])))]
  }
  const byKind = new Map(decidedKinds.map(kind => [kind, speakersOf(kind)]))
  return {
    speakers: kind => byKind.get(kind) ?? [],
    silence: kind => silence(kind, ['governing', 'binding']),
    sources: decidedKinds.flatMap(kind => {
      const speakers = byKind.get(kind) ?? []
      const relied = kind === 'prior-authorization' || speakers.some(({ role }) => role === 'fallback')
      return [...speakers.flatMap(({ voices }) => voices.map(voice => voice.origin.source)), ...(relied ? silence(kind, ['governing', 'binding']).declarations.map(({ declaration }) => declaration.source) : [])]
    })
  }
}

/** Whether every exclusion of the plan is held; of a plan that has no set dealing with exclusions nothing is known. */
export function holdsAllExclusions (bench: Bench): boolean {
  const silence = bench.silence('coverage-exclusion')
  return silence.setCount > 0 && silence.truth === 'true'
}

function groupByKind (voices: readonly Voice[]): Map<DecidedKind, Voice[]> {
  const groups = new Map<DecidedKind, Voice[]>()
  for (const voice of voices) {
    const group = groups.get(voice.kind)
    if (group === undefined) groups.set(voice.kind, [voice])
    else group.push(voice)
  }
  return groups
}

/** Unit limits and claim-line rules add up over all governing sets, the strictest binds; of the other kinds one set speaks. */
function addsUp (kind: DecidedKind): boolean {
  return kind === 'units' || kind === 'claim-line'
}

/** The fallback speaks only where every governing set is complete; while that is unknown, so is everything it says. */
function fallback ([first]: readonly Speaker[], silence: Silence): Speaker[] {
  if (first === undefined || silence.truth === 'false') return []
  return silence.truth === 'true' ? [first] : [{ ...first, voices: first.voices.map(voice => withDoubt(voice, silence.missing)) }]
}

/** Whether a set declares that all its rules of a kind are held for the line's code, date and place, and the declaration is still usable. */
export function completeness (set: PolicySet, kind: DecidedKind, facts: Facts): Complete {
  const { line } = facts
  const forCode = (set.completeness ?? []).filter(one => one.kinds.includes(kind) && inProcedures(line.code, one.procedures) && one.source.grade !== 'secondary')
  const declared = forCode.filter(one => inRange(line.date, one) && !isAfter(line.date, one.source.usableThrough))
  const [lapsed] = forCode
  const placed = declared.map(declaration => ({ declaration, place: applies(declaration.jurisdiction, facts) }))
  const sure = placed.find(({ place }) => place.truth === 'true')
  if (sure !== undefined) return { truth: 'true', missing: [], declaration: sure.declaration }
  const open = placed.filter(({ place }) => place.truth === 'unknown')
  if (declared.length === 0) return { truth: 'false', missing: [], ...(lapsed === undefined ? {} : { lapsed }) }
  return open.length === 0 ? { truth: 'false', missing: [] } : { truth: 'unknown', missing: union(...open.map(({ place }) => place.missing)) }
}
