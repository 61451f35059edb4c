import t from 'tap'
import { sharedLoop } from '../../scripts/app-on-packs.js'
import { openAccess } from '../../src/access/access.js'
import { buildApp } from '../../src/process/app.js'
import { createCheck } from '../../src/check.js'
import { decide } from '../../src/decision/decide.js'
import { answerOf } from '../../src/decision/explain/answer.js'
import { checkKinds, views } from '../../src/decision/explain/views.js'
import { requestFaults } from '../../src/decision/facts/request-faults.js'
import { createLog } from '../../src/process/log.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { asLoaded, type Revision } from '../../src/policies/loaded/snapshot.js'
import { pairs } from '../oracle/generate.js'

// Validation or serialization that alters a fact or an answer shows only here: the core and the wire must say the same bytes.
t.test('an answer over HTTP is the answer of the core, byte for byte', async (t) => {
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
  let compared = 0
  for (const { seed, request, content } of pairs(1, Number(process.env.EQUALITY_CASES ?? 500))) {
    if (requestFaults(request).length > 0) continue
    current = { revision: 1, content: asLoaded(content), view: compilePolicyView(content, 1) }
    const verdict = decide(structuredClone(request), current.view)
    for (const kind of checkKinds)
      for (const view of views) {
        const expected = JSON.stringify(
          answerOf(verdict, { determinationId: 'det_same', recorded: false, kind, view }),
        )
        const url = `/v1/${kind}-checks?view=${view}`
        const response = await app.inject({ method: 'POST', url, payload: request })
        if (response.body !== expected) return t.equal(response.body, expected, `seed ${seed}: ${url}`)
        if (compared === 0)
          t.equal(response.headers['content-type'], 'application/json; charset=utf-8', 'as every answer')
      }
    compared++
  }
  t.ok(compared > 250, `${compared} compared`)
})
