// The row that a determination becomes where not everything is told: no plan, an id without a time, and a tenant whose data key is not open yet.
import t from 'tap'
import { createDecisionLog } from '../../src/decision-log/decision-log.js'
import { newDeterminationId } from '../../src/decision-log/determination-id.js'
import { entryOfDetermination, type Determined } from '../../src/decision-log/entry.js'
import type { LogEntry } from '../../src/decision-log/record.js'
import { LogUnavailable } from '../../src/decision-log/writer.js'
import { decide } from '../../src/decision/decide.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import type { TenantSeals } from '../../src/sealing/data-keys.js'
import { sealWith } from '../../src/sealing/seal.js'
import { claim, content } from '../oracle/worked-example.js'

const seal = sealWith('0123456789abcdef', { encrypting: Buffer.alloc(32, 1), marking: Buffer.alloc(32, 2) })
const view = compilePolicyView(content, 1)

function determined(request: CheckRequest, determinationId = newDeterminationId()): Determined {
  return {
    tenantId: 'public',
    callerId: 'key-1',
    channel: 'rest',
    requestId: 'request-1',
    determinationId,
    kind: 'authorization',
    view: 'summary',
    request,
    verdict: decide(request, view),
    bytes: Buffer.from('{}'),
  }
}

t.test('the plan is recorded where the request led to one, else none', async (t) => {
  t.equal(entryOfDetermination(determined(claim()), seal).planId, 'medicare-part-b')
  t.equal(
    entryOfDetermination(determined(claim({ coverage: { payerId: 'a-payer-nobody-loaded' } })), seal).planId,
    null,
  )
})

t.test('the time of a row is that of its id; an id that tells none gets the time of recording', async (t) => {
  const at = Date.parse('2026-11-03T10:00:00.000Z')
  t.equal(
    entryOfDetermination(determined(claim(), newDeterminationId(at)), seal).at,
    '2026-11-03T10:00:00.000Z',
  )
  const before = Date.now()
  const recorded = Date.parse(entryOfDetermination(determined(claim(), 'det_of-an-embedder'), seal).at)
  t.ok(before <= recorded && recorded <= Date.now())
})

t.test('a tenant whose data key must be fetched first: recorded under it, or not answered', async (t) => {
  const entries: LogEntry[] = []
  const writer = { append: async (entry: LogEntry) => void entries.push(entry) }
  const opened: TenantSeals = { current: seal, byId: () => seal }
  await createDecisionLog({ of: async () => opened }, writer).record(determined(claim()))
  t.match(entries, [{ action: 'determination', keyId: '0123456789abcdef' }])
  const away = new Error('away')
  const unavailable = createDecisionLog({ of: () => Promise.reject(away) }, writer)
  await t.rejects(unavailable.record(determined(claim())), new LogUnavailable(away))
  t.equal(entries.length, 1)
})
