// The head of an answer: the plan and the kind of claim stand there only where the request led to them, and only in the full view.
import t from 'tap'
import { decide } from '../../src/decision/decide.js'
import { answerOf } from '../../src/decision/explain/answer.js'
import { checkKinds, views, type CheckKind, type View } from '../../src/decision/explain/views.js'
import type { Determination } from '../../src/decision/shapes/determination.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { claim, content } from '../oracle/worked-example.js'

const policy = compilePolicyView(content, 1)
const ask = (request: CheckRequest, kind: CheckKind, view: View, recorded = true): Determination =>
  answerOf(decide(request, policy), { determinationId: 'det_1', recorded, kind, view })

t.test('a request that leads to a plan, and one that does not', async (t) => {
  const { claimType: _, ...withoutClaimType } = claim({ coverage: { payerId: 'a-payer-nobody-loaded' } })
  for (const kind of checkKinds) {
    t.match(ask(claim(), kind, 'full'), { planId: 'medicare-part-b', claimType: 'professional' }, kind)
    for (const view of views) {
      const unknown = ask(withoutClaimType, kind, view)
      t.notOk('planId' in unknown || 'claimType' in unknown, `${kind}, ${view}`)
      t.match(unknown, { policyRevision: 1, determinationId: 'det_1' }, `${kind}, ${view}`)
    }
  }
})

t.test('the reference of the request, and where the full answer is on record', async (t) => {
  for (const kind of checkKinds)
    for (const view of views) {
      const known = ask({ ...claim(), reference: 'Order 7' }, kind, view)
      t.match(
        known,
        { recorded: true, reference: 'Order 7', details: '/v1/determinations/det_1' },
        `${kind}, ${view}`,
      )
      const unrecorded = ask(claim(), kind, view, false)
      t.equal(unrecorded.recorded, false, `${kind}, ${view}`)
      t.notOk('reference' in unrecorded || 'details' in unrecorded, `${kind}, ${view}`)
    }
})
