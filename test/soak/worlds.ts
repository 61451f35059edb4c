import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import { requestFaults } from '../../src/decision/facts/request-faults.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import { naiveDetermination, type NaiveAnswer } from '../oracle/evaluate.js'
import { pairOf } from '../oracle/generate.js'
import { request as generatedRequest } from '../oracle/generate-request.js'
import { pick, seeded } from '../oracle/random.js'

/** One policy, and requests with what the naive evaluator says of them under it. */
export interface World {
  readonly seed: number
  readonly content: PolicyContent
  readonly asked: readonly Question[]
}
export interface Question {
  readonly body: string
  readonly request: CheckRequest
  readonly expected: NaiveAnswer
}

/** The world of one seed, with so many requests that can be read. */
export function worldOf(seed: number, requests: number): World {
  const { content } = pairOf(seed)
  const random = seeded(seed * 7_919)
  const ids = {
    planIds: content.plans.map(({ planId }) => planId),
    payerIds: content.payers.map(({ payerId }) => payerId),
  }
  const asked: Question[] = []
  for (let tries = 0; asked.length < requests && tries < requests * 10; tries++) {
    const request = generatedRequest(random, ids, pick(random, [0, 0, 0.1, 0.3]))
    if (requestFaults(request).length === 0)
      asked.push({ request, body: JSON.stringify(request), expected: naiveDetermination(request, content) })
  }
  return { seed, content, asked }
}
