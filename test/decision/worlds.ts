// Generated worlds as fast-check arbitraries, for the properties of the core. A world is memoize by its seed alone.
import * as fc from 'fast-check'
import { determine } from '../../src/decision/determine.js'
import type { FullDecision } from '../../src/decision/explain/explain.js'
import type { LineDetermination } from '../../src/decision/shapes/determination.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import type { PolicyView } from '../../src/decision/shapes/view.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import type { Test } from 'tap'
import { pairOf, type Pair } from '../oracle/generate.js'
import { worldsOf } from '../support/short.js'

/** Runs of each property: the full number, fewer in continuous integration, or what `PROPERTY_RUNS` says. */
export const runs = Number(
  process.env.PROPERTY_RUNS ?? worldsOf(process.env.CI === undefined ? 10_000 : 4_000, 40),
)

/** Gives the full answer to a request under a policy content: the core itself, or a server in front of it. */
export type Answer = (request: CheckRequest, content: PolicyContent) => Promise<FullDecision>

const views = new WeakMap<PolicyContent, PolicyView>()

/** The answer of the core at revision 1; a content that is asked several times is compiled once. */
export const answerOfCore: Answer = async (request, content) => {
  const view = views.get(content) ?? compilePolicyView(content, 1)
  views.set(content, view)
  return determine(request, view)
}

/**
 * One world: policy content and a request that speak of the same few codes, dates and places; its answer; a number to vary by. `baseText`
 * and `policiesText` are the answer and the policies as JSON, before any invariant saw them.
 */
export interface World extends Pair {
  readonly base: FullDecision
  readonly baseText: string
  readonly policiesText: string
  readonly by: number
  readonly answer: Answer
}

/** What must hold of every world; rejects where it does not. */
export type Invariant = (world: World) => Promise<void>

/**
 * Checks named invariants on the same worlds, so that they share the answer. A counterexample is reported by the name and by its
 * seed, from which `pairOf` makes the world again.
 */
export async function holdAlways(
  t: Test,
  invariants: Readonly<Record<string, Invariant>>,
  answer: Answer,
  numRuns: number,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.nat(10_000), async (seed, by) => {
      const pair = pairOf(seed)
      const base = await answer(pair.request, pair.content)
      const world = {
        ...pair,
        base,
        baseText: JSON.stringify(base),
        policiesText: JSON.stringify(pair.content.policies),
        by,
        answer,
      }
      for (const [name, invariant] of Object.entries(invariants)) {
        try {
          await invariant(world)
        } catch (error) {
          throw new Error(
            `${name} (seed ${seed}): ${error instanceof Error ? error.message : String(error)}`,
            { cause: error },
          )
        }
      }
    }),
    { numRuns, seed: 20261124 },
  )
  for (const name of Object.keys(invariants)) t.pass(`${name}: ${numRuns} worlds`)
}

/** The questions of a line that pass: the answers nobody has to do anything about. */
export function passes(line: LineDetermination): string[] {
  return [
    ...(line.priorAuthorization.requirement === 'not-required' ||
    line.priorAuthorization.requirement === 'satisfied'
      ? ['prior-authorization']
      : []),
    ...(line.medicalNecessity.status === 'met' ? ['medical-necessity'] : []),
    ...(line.frequency.status === 'within-limit' ? ['frequency'] : []),
    ...(line.units.status === 'within-limit' ? ['units'] : []),
    ...(line.claimLine.status === 'clean' ? ['claim-line'] : []),
    ...(line.codeValidity.status === 'valid' ? ['code-validity'] : []),
  ]
}

/** The value and everything in it made immutable, so that a write to it throws. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) frozen(part)
  }
  return value
}

/** The same elements in another order, chosen by the number. */
export function shuffled<T>(items: readonly T[], by: number): T[] {
  const rest = [...items]
  let state = by >>> 0
  return items.map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return rest.splice(state % rest.length, 1)[0] as T
  })
}
