import { inProcedures } from '../shapes/codes.js'
import { standingOf, type Facts, type Standing } from '../facts/facts.js'
import { gathered } from '../collect.js'
import { applies } from './jurisdiction.js'
import { behindOf, type Behind } from '../explain/not-evaluated.js'
import { inRange } from '../shapes/plain-date.js'
import type { Completeness, Plan, PolicySet, planRoles } from '../shapes/policy.js'
import type { Rule } from '../shapes/rule.js'
import { decidedKinds, type DecidedKind } from '../shapes/rule-kinds.js'
import { rememberedOnceRepeated } from '../memoize.js'
import type { Source } from '../shapes/source.js'
import { union, type Truth } from '../shapes/truth.js'
import type { PolicyView } from '../shapes/view.js'
import { isAfter, withDoubt, type Voice } from './provision.js'
import { passingVoices, rulesNaming, standingVoices } from './provisions-of-set.js'

type Role = (typeof planRoles)[number]
const codeSystems = ['icd-10-cm', 'hcpcs'] as const

/** What one policy set says on one rule kind, in its role under the plan. */
export interface Speaker {
  readonly set: PolicySet
  readonly role: Role
  readonly voices: readonly Voice[]
}

/** Whether all of a set is held for a rule kind, code and date, and which declaration says so. */
export interface Complete {
  readonly truth: Truth
  readonly missing: readonly string[]
  readonly declaration?: Completeness
  /** A declaration for the kind and code that does not reach the date. */
  readonly lapsed?: Completeness
}

/** Whether the silence of several sets on a kind means that there is no rule. */
export interface Silence {
  readonly truth: Truth
  readonly missing: readonly string[]
  readonly declarations: ReadonlyArray<{ readonly set: PolicySet; readonly declaration: Completeness }>
  readonly lapsed: readonly Completeness[]
  readonly setCount: number
}

/** The policy sets that a plan follows, with everything they have to say for one line. */
export interface Bench {
  /** Who speaks on a rule kind: binding sets, the first governing set that has a rule, else the fallback. */
  readonly speakers: (kind: DecidedKind) => readonly Speaker[]
  /** Whether the silence of the governing and binding sets on a kind means that there is no rule. */
  readonly silence: (kind: DecidedKind) => Silence
  /** The prior-authorization rules of the plan's sets that name the code on the date, for whatever place, kind of claim or case. */
  readonly naming: () => readonly Rule[]
  /** What is older than the date, of everything that speaks, of the declarations that make silence mean something, and of the code tables. */
  readonly behind: () => Behind
}

/** One set that the plan follows and what it says by kind; the set is undefined where it is not held. */
interface Seat {
  readonly role: Role
  readonly policySetId: string
  readonly set: PolicySet | undefined
  readonly byKind: ReadonlyMap<DecidedKind, readonly Voice[]>
}

/** Most benches remembered for a view: a practice bills a few hundred codes, on some days around today. */
const mostBenches = 1024
const benchesOf = rememberedOnceRepeated<
  PolicyView,
  { readonly seats: readonly Seat[]; readonly bench: Bench }
>(mostBenches)

/**
 * Gathers what the plan's policy sets say for the line. Sets that are not held stay silent and are never complete. What hangs on plan,
 * code, date and place alone is remembered with the view; what hangs on the other services of the day or on the drug is added to it.
 */
export function seat(plan: Plan, facts: Facts): Bench {
  const { view, line, claimType, state, contractorNumber } = facts
  const { seats, bench } = benchesOf(
    view,
    `${plan.planId} ${line.code} ${line.date} ${claimType ?? ''} ${state ?? ''} ${contractorNumber ?? ''}`,
    () => {
      const standing = standingOf(facts)
      const seated = plan.follows.map(({ policySetId, role }): Seat => {
        const set = view.policySet(policySetId)
        return {
          role,
          policySetId,
          set,
          byKind: set === undefined ? new Map() : groupByKind(standingVoices(policySetId, standing)),
        }
      })
      return { seats: seated, bench: benchOf(seated, standing) }
    },
  )
  let passing = false
  const withPassing = seats.map((one) => {
    const voices = one.set === undefined ? [] : passingVoices(one.policySetId, facts)
    if (voices.length === 0) return one
    passing = true
    return {
      ...one,
      byKind: new Map([
        ...one.byKind,
        ...[...groupByKind(voices)].map(
          ([kind, more]) => [kind, [...(one.byKind.get(kind) ?? []), ...more]] as const,
        ),
      ]),
    }
  })
  return passing ? benchOf(withPassing, standingOf(facts)) : bench
}

function benchOf(seats: readonly Seat[], standing: Standing): Bench {
  const speakersByKind = new Map(decidedKinds.map((kind) => [kind, speakersOf(seats, kind, standing)]))
  const silences = new Map<DecidedKind, Silence>()
  const silence = (kind: DecidedKind): Silence => {
    const known = silences.get(kind) ?? silenceOf(seats, kind, ['governing', 'binding'], standing)
    silences.set(kind, known)
    return known
  }
  const sources = (): Source[] =>
    union(
      gathered(decidedKinds, (kind) => {
        const speakers = speakersByKind.get(kind) ?? []
        const relied = kind === 'prior-authorization' || speakers.some(({ role }) => role === 'fallback')
        return [
          ...gathered(speakers, ({ voices }) => voices.map((voice) => voice.origin.source)),
          ...(relied ? silence(kind).declarations.map(({ declaration }) => declaration.source) : []),
        ]
      }),
    )
  let behind: Behind | undefined
  let naming: readonly Rule[] | undefined
  return {
    naming: () =>
      (naming ??= gathered(seats, ({ set, policySetId }) =>
        set === undefined ? [] : rulesNaming(policySetId, 'prior-authorization', standing),
      )),
    speakers: (kind) => speakersByKind.get(kind) ?? [],
    silence,
    behind: () => (behind ??= behindOf(standing.line.date, [...sources(), ...codeTableSources(standing)])),
  }
}

/** The sets that speak on a kind: binding ones always, then of the governing ones the first or all, else the fallback. */
function speakersOf(seats: readonly Seat[], kind: DecidedKind, standing: Standing): Speaker[] {
  const inRole = (role: Role): Speaker[] =>
    gathered(seats, ({ role: its, set, byKind: voices }): Speaker[] => {
      const speaking = its === role ? voices.get(kind) : undefined
      return set !== undefined && speaking !== undefined ? [{ set, role, voices: speaking }] : []
    })
  const governing = inRole('governing')
  const local = addsUp(kind) ? governing : governing.slice(0, 1)
  return [
    ...inRole('binding'),
    ...local,
    ...(governing.length > 0
      ? []
      : fallback(inRole('fallback'), () => silenceOf(seats, kind, ['governing'], standing))),
  ]
}

/** Whether the silence of the sets in some roles on a kind means that there is no rule. A set that is not held could have one. */
function silenceOf(
  seats: readonly Seat[],
  kind: DecidedKind,
  roles: readonly Role[],
  standing: Standing,
): Silence {
  const missingSet = seats.some(({ set, role }) => set === undefined && role !== 'fallback')
  const sets = gathered(seats, ({ set, role }) =>
    set !== undefined && roles.includes(role) && set.speaksTo.includes(kind) ? [set] : [],
  )
  const all = sets.map((set) => ({ set, ...completeness(set, kind, standing) }))
  return {
    truth:
      missingSet || all.some((one) => one.truth === 'false')
        ? 'false'
        : all.some((one) => one.truth === 'unknown')
          ? 'unknown'
          : 'true',
    missing: union(...all.map((one) => one.missing)),
    setCount: sets.length,
    declarations: gathered(all, ({ set, declaration }) =>
      declaration === undefined ? [] : [{ set, declaration }],
    ),
    lapsed: gathered(all, ({ lapsed }) => (lapsed === undefined ? [] : [lapsed])),
  }
}

/** Where the code tables that speak of the line were read; what stands without a plan rests on them alone. */
export function codeTableSources({ view, line: { code, date } }: Pick<Standing, 'view' | 'line'>): Source[] {
  return gathered(codeSystems, (system) => {
    const table = view.codeTable(system)
    if (table === undefined) return []
    // Which diagnoses are sent is no part of the standing: beside an edition of the day, packs add single codes at most.
    const isHeld =
      table.held.some((span) => inRange(date, span)) && !isAfter(date, table.source.usableThrough)
    if (system === 'icd-10-cm' && !isHeld) return table.layers.map(({ source }) => source)
    return [(system === 'hcpcs' ? table.on(code, date) : table).source]
  })
}

/** Whether every exclusion of the plan is held; of a plan that has no set dealing with exclusions nothing is known. */
export function holdsAllExclusions(bench: Bench): boolean {
  const silence = bench.silence('coverage-exclusion')
  return silence.setCount > 0 && silence.truth === 'true'
}

function groupByKind(voices: readonly Voice[]): Map<DecidedKind, Voice[]> {
  const groups = new Map<DecidedKind, Voice[]>()
  for (const voice of voices) {
    const group = groups.get(voice.kind)
    if (group === undefined) groups.set(voice.kind, [voice])
    else group.push(voice)
  }
  return groups
}

/** Unit limits and claim-line rules add up over all governing sets, the strictest binds; of the other kinds one set speaks. */
function addsUp(kind: DecidedKind): boolean {
  return kind === 'units' || kind === 'claim-line'
}

/** The fallback speaks only where every governing set is complete; while that is unknown, so is everything it says. */
function fallback([first]: readonly Speaker[], silence: () => Silence): Speaker[] {
  if (first === undefined) return []
  const { truth, missing } = silence()
  if (truth === 'false') return []
  return truth === 'true'
    ? [first]
    : [{ ...first, voices: first.voices.map((voice) => withDoubt(voice, missing)) }]
}

/** Whether a set declares that all its rules of a kind are held for the line's code, date and place, and the declaration is still usable. */
export function completeness(set: PolicySet, kind: DecidedKind, facts: Standing): Complete {
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
