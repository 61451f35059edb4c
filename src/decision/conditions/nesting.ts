import { connectiveNames } from '../shapes/expression.js'
import { kindDecidedBy, type Rule } from '../shapes/rule.js'

/** So many conditions inside one another are read. The most that a published list of conditions needed was five. */
export const mostConditions = 32
/** So many lists and objects inside one another are read: a rule with that many conditions, in a policy in a pack, needs 115. */
export const mostLevels = 128

/** A place in policy that is nested too deep: the outermost condition, or the list or object with the most in it; and why. */
export interface DeepPlace {
  readonly path: string
  readonly reason: string
  readonly policyId?: string
}

const connectives: ReadonlySet<string> = new Set(connectiveNames)
// A path of a hundred steps names nothing that anybody finds.
const mostSteps = 8

/**
 * Every place of some policy that is nested deeper than is read, whatever else is wrong with it. To be asked first: checking,
 * storing, deciding and rendering all go down into conditions, and a few thousand are more than a stack takes.
 */
export function deepPlaces(value: unknown): DeepPlace[] {
  const found = new Map<string, DeepPlace>()
  const path: string[] = []
  const note = (steps: number, what: string): void => {
    const place = `/${path.slice(0, steps).join('/')}`
    if (!found.has(place)) found.set(place, { path: place, ...named(value, path.slice(0, steps), what) })
  }
  // Goes down at most `mostLevels` steps, so that no stack is too small for it.
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
 * The rules as they can be decided: in place of one that is nested too deep, which an earlier release may have stored, stands
 * that a person must read it, so that its question is unknown. The same array where there is none.
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
