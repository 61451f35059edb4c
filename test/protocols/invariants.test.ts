// The invariants of the core, asked over HTTP: nothing between the wire and the core may break them.
import t from 'tap'
import { sharedLoop } from '../../scripts/app-on-packs.js'
import { openAccess } from '../../src/access/access.js'
import { buildApp } from '../../src/process/app.js'
import { createCheck } from '../../src/check.js'
import type { FullDecision } from '../../src/decision/explain/explain.js'
import { requestFaults } from '../../src/decision/facts/request-faults.js'
import { createLog } from '../../src/process/log.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { asLoaded, type Revision } from '../../src/policies/loaded/snapshot.js'
import { monotone } from '../decision/invariants/monotone.js'
import { purity } from '../decision/invariants/purity.js'
import { silence } from '../decision/invariants/silence.js'
import { askCore, holdAlways, type Answer, type Ask } from '../decision/worlds.js'

const runs = 200

t.test('every invariant holds over HTTP', async (t) => {
  let current: Revision | undefined
  const snapshot = { current: () => current }
  const app = await buildApp({
    snapshot,
    check: createCheck({ snapshot, newId: () => 'det_same' }),
    log: createLog('silent'),
    pressure: sharedLoop,
    access: openAccess,
  })
  t.teardown(() => app.close())
  const ask: Ask = async (request, content) => {
    // What the wire refuses as contradictory never reaches the core; the core must stand it all the same.
    if (requestFaults(request).length > 0) return await askCore(request, content)
    current = { revision: 1, content: asLoaded(content), view: compilePolicyView(content, 1) }
    const response = await app.inject({
      method: 'POST',
      url: '/v1/authorization-checks?view=full',
      payload: request,
    })
    if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${response.body}`)
    const { determinationId: _, ...decision } = response.json<FullDecision & { determinationId: string }>()
    return wholeAnswer(decision)
  }
  await holdAlways(t, { ...silence, ...purity, ...monotone }, ask, runs)
})

/** What came over the wire is compared as it came. */
function wholeAnswer(decision: FullDecision): Answer {
  return {
    full: () => decision,
    statuses: () => decision.lines,
    record: () => JSON.stringify(decision),
  }
}
