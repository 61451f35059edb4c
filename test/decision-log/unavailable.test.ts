// An answer that cannot be recorded is not given, and the sender is told to come again.
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { noDecisionLog } from '../../src/decision-log/decision-log.js'
import { LogUnavailable } from '../../src/decision-log/writer.js'
import { claim } from '../oracle/worked-example.js'

t.test('each kind of check is a 503 without a word of the answer; a lookup goes on', async (t) => {
  const decisionLog = {
    ...noDecisionLog,
    records: true,
    record: async () => {
      throw new LogUnavailable()
    },
  }
  const { app } = await appOnPacks(() => '1', { decisionLog })
  t.teardown(() => app.close())
  for (const kind of ['authorization', 'medical-necessity', 'frequency']) {
    const answer = await app.inject({ method: 'POST', url: `/v1/${kind}-checks`, payload: claim() })
    t.match([answer.statusCode, answer.json()], [503, { code: 'log-unavailable', retryable: true }], kind)
    t.notMatch(answer.body, /determinationId|outcome/)
  }
  const lookup = await app.inject({
    url: '/v1/prior-authorization-requirements?planId=medicare-part-b&procedureCode=J3420&dateOfService=2026-11-03&state=FL',
  })
  t.equal(lookup.statusCode, 200)
})

t.test('a process that cannot record for long is not ready, and is alive', async (t) => {
  let isWritable = false
  const { app } = await appOnPacks(() => '1', { isLogWritable: () => isWritable })
  t.teardown(() => app.close())
  const ready = await app.inject('/health/ready')
  t.match([ready.statusCode, ready.json()], [503, { code: 'log-unavailable', retryable: true }])
  t.match(ready.json(), { detail: /no answer could be recorded.*PrecertNotRecording/ })
  t.equal((await app.inject('/health/live')).statusCode, 200)
  isWritable = true
  t.equal((await app.inject('/health/ready')).statusCode, 200)
})
