// Pairs of a request and a policy content: small, adversarial, and the same for the same seed.
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import { content } from './generate-policy.js'
import { withSilence } from './generate-silence.js'
import { request } from './generate-request.js'
import { chance, pick, seeded } from './random.js'

/** One test case; `pairOf(seed)` makes it again. */
export interface Pair {
  seed: number
  request: CheckRequest
  content: PolicyContent
}

/** The pair of one seed. Worlds range from tidy ones, that pass or fail, to messy ones, where much is unsure. */
export function pairOf(seed: number): Pair {
  const random = seeded(Math.imul(seed, 2654435761))
  const level = () => pick(random, [0, 0, 0, 0, 0.1, 0.25, 0.7])
  const drawn = content(random, { mess: level(), distrust: level(), generous: chance(random, 0.88) })
  const world = withSilence(drawn, seed)
  const ids = {
    planIds: world.plans.map((plan) => plan.planId),
    payerIds: world.payers.map((payer) => payer.payerId),
  }
  return { seed, content: world, request: request(random, ids, level()) }
}

/** `count` pairs with consecutive seeds. */
export function* pairs(seed: number, count: number): Generator<Pair> {
  for (let offset = 0; offset < count; offset += 1) yield pairOf(seed + offset)
}
