import { createRequire } from 'node:module'
import type { Asked, PlanRules, Words } from '../peer-world.js'

interface RuleEngine {
  addRule(rule: object): void
  run(facts: object): Promise<{ events: Array<{ type: string }> }>
}

/** json-rules-engine with an engine for each plan; a rule fires where the plan objects. */
export function jsonRulesEngine(plans: readonly PlanRules[]): (asked: Asked) => Promise<Words> {
  const { Engine } = createRequire(import.meta.url)('json-rules-engine') as { Engine: new () => RuleEngine }
  const engines = plans.map(({ authorizationAt, diagnoses, days, maximum }) => {
    const engine = new Engine()
    const rule = (type: string, fact: string, operator: string, value: unknown): void => {
      engine.addRule({ conditions: { all: [{ fact, operator, value }] }, event: { type } })
    }
    rule('required', 'placeOfService', 'in', authorizationAt)
    rule('not-met', 'diagnosis', 'notIn', diagnoses)
    rule('too-soon', 'daysSince', 'lessThan', days)
    rule('exceeds-limit', 'units', 'greaterThan', maximum)
    return engine
  })
  return async ({ plan, placeOfService, diagnosis, units, daysSince }) => {
    const { events } = await (engines[plan] as RuleEngine).run({
      placeOfService,
      diagnosis,
      units,
      daysSince: daysSince ?? 100_000,
    })
    const fired = new Set(events.map(({ type }) => type))
    const said = (objects: string, else_: string): string => (fired.has(objects) ? objects : else_)
    return [
      said('required', 'not-required'),
      said('not-met', 'met'),
      said('too-soon', 'within-limit'),
      said('exceeds-limit', 'within-limit'),
    ].join(' ')
  }
}
