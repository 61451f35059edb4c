// Generated worlds as fast-check arbitraries, for the properties of the core. A world is memoize by its seed alone.
import * as fc from 'fast-check'
import { decide } from '../../src/decision/decide.js'
import { briefAnswers, type AnswersOfLine } from '../../src/decision/explain/answers.js'
import { explainInFull, type FullDecision } from '../../src/decision/explain/explain.js'
import type { LineDetermination } from '../../src/decision/shapes/determination.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import type { PolicyView } from '../../src/decision/shapes/view.js'
import { recordOf } from '../../src/decision/verdict/record.js'
import type { LineVerdict } from '../../src/decision/verdict/verdict.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import type { Test } from 'tap'
import { pairOf, type Pair } from '../oracle/generate.js'
import { worldsOf } from '../support/short.js'

/** Runs of each property: the full number, fewer in continuous integration, or what `PROPERTY_RUNS` says. */
export const runs = Number(
  process.env.PROPERTY_RUNS ?? worldsOf(process.env.CI === undefined ? 10_000 : 4_000, 40),
)

/** Of how many worlds one is compared word for word, the others by their verdicts. */
const wordsOfOneIn = worldsOf(10, 1)

/** The statuses of a line with their reason codes, as every view has them. */
export type LineStatuses = Pick<LineDetermination, 'lineNumber' | 'outcome' | keyof AnswersOfLine>

/**
 * An answer, of which only as much is written as is looked at: all of it, its statuses, or a text that differs where the verdict does.
 */
export interface Answer {
  readonly full: () => FullDecision
  readonly statuses: () => readonly LineStatuses[]
  readonly record: () => string
}

/** Answers a request under a policy content: the core itself, or a server in front of it. */
export type Ask = (request: CheckRequest, content: PolicyContent) => Promise<Answer>

const views = new WeakMap<PolicyContent, PolicyView>()

/** Asks the core at revision 1; a content that is asked several times is compiled once. */
export const askCore: Ask = async (request, content) => {
  const view = views.get(content) ?? compilePolicyView(content, 1)
  views.set(content, view)
  const verdict = decide(request, view)
  return {
    full: () => explainInFull(verdict),
    statuses: () => verdict.lines.map(statusesOf),
    record: () => recordOf(verdict),
  }
}

function statusesOf({ facts, outcome, answers }: LineVerdict): LineStatuses {
  return {
    outcome,
    lineNumber: facts.line.lineNumber,
    priorAuthorization: briefAnswers.priorAuthorization(answers),
    medicalNecessity: briefAnswers.medicalNecessity(answers),
    frequency: briefAnswers.frequency(answers),
    units: briefAnswers.units(answers),
    claimLine: briefAnswers.claimLine(answers),
    codeValidity: briefAnswers.codeValidity(answers),
  }
}

/**
 * One world: policy content and a request that speak of the same few codes, dates and places, both frozen; its answer; a number to vary by.
 * `text` tells the answer apart from any other that `textOf` gives: the whole answer as JSON in one world of ten, its verdict in the others.
 */
export interface World extends Pair {
  readonly base: FullDecision
  readonly text: string
  readonly textOf: (request: CheckRequest, content: PolicyContent) => Promise<string>
  readonly policiesText: string
  readonly by: number
  readonly statuses: (request: CheckRequest, content: PolicyContent) => Promise<readonly LineStatuses[]>
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
  ask: Ask,
  numRuns: number,
): Promise<void> {
  let worlds = 0
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.nat(10_000), async (seed, by) => {
      const inWords = worlds++ % wordsOfOneIn === 0
      const world = await named(`the answer itself (seed ${seed})`, () => worldOf(seed, by, ask, inWords))
      for (const [name, invariant] of Object.entries(invariants))
        await named(`${name} (seed ${seed})`, () => invariant(world))
    }),
    { numRuns, seed: 20261124 },
  )
  for (const name of Object.keys(invariants)) t.pass(`${name}: ${numRuns} worlds`)
}

async function worldOf(seed: number, by: number, ask: Ask, inWords: boolean): Promise<World> {
  const pair = pairOf(seed)
  // A write to what was given throws, in this answer as in all that follow.
  const { request, content } = { request: frozen(pair.request), content: frozen(pair.content) }
  const text = (answer: Answer): string => (inWords ? JSON.stringify(answer.full()) : answer.record())
  const answer = await ask(request, content)
  return {
    seed,
    request,
    content,
    base: answer.full(),
    text: text(answer),
    textOf: async (...question) => text(await ask(...question)),
    policiesText: JSON.stringify(content.policies),
    by,
    statuses: async (...question) => (await ask(...question)).statuses(),
  }
}

async function named<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/** The questions of a line that pass: the answers nobody has to do anything about. */
export function passes(line: LineStatuses): string[] {
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
