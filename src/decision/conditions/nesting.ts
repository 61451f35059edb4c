import { connectiveNames } from '../shapes/expression.js'
import { kindDecidedBy, type Rule } from '../shapes/rule.js'

/**
 * The deepest nesting of conditions that is accepted. The deepest that a published policy needed was five.
 */
export const mostConditions = 32
/**
 * The deepest nesting of lists and objects that is accepted. A rule with `mostConditions` conditions, in a
 * policy in a pack, needs 115.
 */
export const mostLevels = 128

/**
 * A place in policy that is nested too deep, and why: the outermost condition, or the list or object that
 * contains too many levels.
 */
export interface DeepPlace {
  readonly path: string
  readonly reason: string
  readonly policyId?: string
}

const connectives: ReadonlySet<string> = new Set(connectiveNames)
// A path in a message has at most this many steps, because nobody can follow a hundred.
const mostSteps = 8

/**
 * Finds every place in policy that is nested too deep; `value` need not fit a schema. Call it first:
 * validation, storage, decisions and rendering recurse into conditions, and a few thousand levels overflow
 * the stack.
 */
export function deepPlaces(value: unknown): DeepPlace[] {
  const found = new Map<string, DeepPlace>()
  const path: string[] = []
  const note = (steps: number, what: string): void => {
    const place = `/${path.slice(0, steps).join('/')}`
    if (!found.has(place)) found.set(place, { path: place, ...named(value, path.slice(0, steps), what) })
  }
  // It recurses at most `mostLevels` deep, which fits on every stack.
  const walk = (part: object, conditions: number, outermost: number): void => {
    if (conditions >= mostConditions)
      return note(outermost, `conditions are nested more than ${mostConditions} deep`)
    if (path.length >= mostLevels)
      return note(mostSteps, `lists and objects are nested more than ${mostLevels} deep`)
    const isList = Array.isArray(part)
    for (const [key, inner] of Object.entries(part) as Array<[string, unknown]>) {
      if (typeof inner !== 'object' || inner === null) continue
      const isConnective = !isList && connectives.has(key)
      const begins = isConnective && conditions === 0
      const before = path.length
      path.push(key)
      walk(inner, isConnective ? conditions + 1 : conditions, begins ? before : outermost)
      path.pop()
    }
  }
  if (typeof value === 'object' && value !== null) walk(value, 0, 0)
  return [...found.values()]
}

function named(value: unknown, path: readonly string[], what: string): Omit<DeepPlace, 'path'> {
  let part = value
  let rule = ''
  let policyId: string | undefined
  for (const step of ['', ...path]) {
    if (step !== '') part = (part as Record<string, unknown>)[step]
    const ids = part as { readonly ruleId?: unknown; readonly policyId?: unknown }
    if (typeof ids.ruleId === 'string') rule = `rule ${ids.ruleId}: `
    if (typeof ids.policyId === 'string') policyId = ids.policyId
  }
  return {
    reason: `${rule}${what}. Put them beside one another in one all or any, or make several rules of them`,
    ...(policyId === undefined ? {} : { policyId }),
  }
}

/**
 * Returns the rules for deciding. A rule nested too deep, which an earlier release may have stored, is
 * replaced by a review rule, so that its question is unknown. Returns the same array where there is none.
 */
export function readableRules(rules: readonly Rule[]): Rule[] {
  const asTheyAre = rules as Rule[]
  const deep = deepPlaces(rules)
  if (deep.length === 0) return asTheyAre
  const numbers = new Set(deep.map(({ path }) => Number(path.split('/')[1])))
  return asTheyAre.map((rule, at) => (numbers.has(at) ? unread(rule) : rule))
}

function unread(rule: Rule): Rule {
  const { ruleId, procedures, from, to, statement, section, row } = rule
  return {
    kind: 'review',
    about: kindDecidedBy(rule),
    reasonCode: 'text-not-interpreted',
    ruleId,
    procedures,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    statement,
    interpretation: `This rule is not read: its conditions are nested more than ${mostConditions} deep. Import the policy again with flatter ones.`,
    ...(section === undefined ? {} : { section }),
    ...(row === undefined ? {} : { row }),
  }
}
