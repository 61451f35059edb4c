import { changeKinds, together, wayKey, type Change, type Way } from './change.js'

export const refusalCodes = [
  'ask-the-clinician',
  'patient-fact',
  'record-says-otherwise',
  'given-otherwise',
  'give-the-fact',
  'depends-on-what-was-done',
  'no-change-known',
] as const
/** Why something is not proposed, whatever it would do. */
export interface Refusal {
  readonly code: (typeof refusalCodes)[number]
  readonly text: string
}

/** The ways in which something may become so, least demanding first, and what is not proposed for it. Not yet verified. */
export interface Options {
  readonly ways: readonly Way[]
  readonly refused: readonly Refusal[]
}

// More than a finding may be tried for; ways beyond them are longer and never looked at.
const mostWays = 24

/** It is so already: nothing needs to change. */
export const asItIs: Options = { ways: [[]], refused: [] }
/** Nothing can be proposed. */
export const noWay: Options = { ways: [], refused: [] }

/** One way, of these changes. */
export function byChanges(...changes: readonly Change[]): Options {
  return { ways: [changes], refused: [] }
}

/** Nothing is proposed, and why. */
export function refuse(code: Refusal['code'], text: string): Options {
  return { ways: [], refused: [{ code, text }] }
}

/** Any of the options will do. */
export function anyOption(options: readonly Options[]): Options {
  return tidy(
    options.flatMap(({ ways }) => ways),
    options,
  )
}

/** One way of each of the options is needed. */
export function everyOption(options: readonly Options[]): Options {
  const ways = options.reduce<readonly Way[]>(
    (before, { ways: next }) =>
      shortest(
        before.flatMap((one) =>
          next.flatMap((other) => {
            const both = together(one, other)
            return both === undefined ? [] : [both]
          }),
        ),
      ),
    [[]],
  )
  return tidy(ways, options)
}

/** Some `n` of the options are needed: the ones that take least, or with one of the next best in place of the last. */
export function someOptions(n: number, options: readonly Options[]): Options {
  const able = options
    .filter(({ ways }) => ways.length > 0)
    .map((option, at) => ({ option, at }))
    .sort((a, b) => lengthOf(a.option) - lengthOf(b.option) || a.at - b.at)
    .map(({ option }) => option)
  const rest = { ways: [], refused: options.flatMap(({ refused }) => refused) }
  if (able.length < n) return anyOption([rest])
  const surely = able.slice(0, n - 1)
  return anyOption([...able.slice(n - 1, n + 4).map((last) => everyOption([...surely, last])), rest])
}

function lengthOf({ ways: [first] }: Options): number {
  return first?.length ?? Infinity
}

function tidy(ways: readonly Way[], parts: readonly Options[]): Options {
  const refused = parts.flatMap((part) => part.refused)
  return {
    ways: shortest(ways),
    refused: refused.filter((one, at) => refused.findIndex(({ text }) => text === one.text) === at),
  }
}

/** The shortest first, each way once; what asks for less comes before what asks for more. */
export function shortest(ways: readonly Way[]): readonly Way[] {
  const seen = new Set<string>()
  const once = ways
    .map((way) => ({ way, key: wayKey(way) }))
    .filter(({ key }) => !seen.has(key) && seen.add(key))
  return once
    .sort((a, b) => a.way.length - b.way.length || demand(a.way) - demand(b.way) || (a.key < b.key ? -1 : 1))
    .slice(0, mostWays)
    .map(({ way }) => way)
}

function demand(way: Way): number {
  return way.reduce((sum, { kind }) => sum + changeKinds.indexOf(kind), 0)
}
