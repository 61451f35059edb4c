import { createRequire } from 'node:module'
import type { Asked, PlanRules, Words } from '../peer-world.js'

interface ZenDecision {
  evaluate(context: object): Promise<{ result: Record<string, string> }>
}

/** @gorules/zen-engine with a decision for each plan: four expressions, compiled once. */
export function zenEngine(plans: readonly PlanRules[]): (asked: Asked) => Promise<Words> {
  const { ZenEngine } = createRequire(import.meta.url)('@gorules/zen-engine') as {
    ZenEngine: new () => { createDecision(content: Buffer): ZenDecision }
  }
  const engine = new ZenEngine()
  const decisions = plans.map(({ authorizationAt, diagnoses, days, maximum }) => {
    const expressions = [
      ['requirement', `placeOfService in ${JSON.stringify(authorizationAt)} ? 'required' : 'not-required'`],
      ['necessity', `diagnosis in ${JSON.stringify(diagnoses)} ? 'met' : 'not-met'`],
      ['frequency', `daysSince < ${days} ? 'too-soon' : 'within-limit'`],
      ['units', `units > ${maximum} ? 'exceeds-limit' : 'within-limit'`],
    ].map(([key, value], at) => ({ id: `e${at}`, key, value }))
    const nodes = [
      { id: 'in', name: 'in', type: 'inputNode' },
      { id: 'rules', name: 'rules', type: 'expressionNode', content: { expressions } },
      { id: 'out', name: 'out', type: 'outputNode' },
    ]
    return engine.createDecision(
      Buffer.from(
        JSON.stringify({
          nodes,
          edges: [
            { id: '1', sourceId: 'in', targetId: 'rules' },
            { id: '2', sourceId: 'rules', targetId: 'out' },
          ],
        }),
      ),
    )
  })
  return async ({ plan, placeOfService, diagnosis, units, daysSince }) => {
    const { result } = await (decisions[plan] as ZenDecision).evaluate({
      placeOfService,
      diagnosis,
      units,
      daysSince: daysSince ?? 100_000,
    })
    return [result.requirement, result.necessity, result.frequency, result.units].join(' ')
  }
}
