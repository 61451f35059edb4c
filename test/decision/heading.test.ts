// The head of an excerpt: the plan and the kind of claim stand there only where the request led to them.
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import { answerOf, checkKinds } from '../../src/decision/explain/views.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { claim, content } from '../oracle/worked-example.js'

const view = compilePolicyView(content, 1)

t.test('a request that leads to a plan, and one that does not', async (t) => {
  const { claimType: _, ...withoutClaimType } = claim({ coverage: { payerId: 'a-payer-nobody-loaded' } })
  for (const kind of checkKinds) {
    const known = answerOf(kind, { determinationId: 'det_1', recorded: true, ...determine(claim(), view) })
    t.match(known, { planId: 'medicare-part-b', claimType: 'professional' }, kind)
    const unknown = answerOf(kind, {
      determinationId: 'det_1',
      recorded: true,
      ...determine(withoutClaimType, view),
    })
    t.notOk('planId' in unknown || 'claimType' in unknown, kind)
    t.match(unknown, { policyRevision: 1, determinationId: 'det_1' }, kind)
  }
})
