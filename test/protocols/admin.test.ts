// The second listener: what it tells, to whom, and that what callers send never becomes a label.
import { createServer, type AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { openAccess, type Access } from '../../src/access/access.js'
import { buildAdmin, listenAdmin, usualAdminPort } from '../../src/process/admin.js'
import { createCheck } from '../../src/check.js'
import { createLog } from '../../src/process/log.js'
import { createLogLevel } from '../../src/process/log-level.js'
import { createMetrics } from '../../src/metrics/metrics.js'
import { createSnapshot } from '../../src/policies/loaded/snapshot.js'
import { accessWith, aKey } from '../access/credentials.js'
import { aCheck } from './requests.js'

const packs = await appOnPacks(() => '1')
const { snapshot } = packs
await packs.app.close()
let storeReachable = true
const spooledAt = Date.now() - 60_000
const metrics = createMetrics({
  version: '9.9.9',
  snapshot,
  isStoreReachable: () => storeReachable,
  pool: () => ({ open: 5, idle: 3, waiting: 4, most: 10 }),
  logLag: () => ({
    waitingBytes: 1000,
    mostWaitingBytes: 5000,
    oldestWaiting: spooledAt,
    refusedRows: 0,
    waitingRows: 6,
  }),
})
const check = metrics.counted(createCheck({ snapshot, newId: () => '1' }))
const { app } = await appOnPacks(() => '1', { snapshot, check, metrics })
t.teardown(async () => {
  metrics.stop()
  await app.close()
})
let closing = false
const adminAt = async (host: string, access: Access = openAccess) =>
  await buildAdmin({
    host,
    snapshot,
    metrics,
    isClosing: () => closing,
    isOverloaded: () => false,
    logLevel: createLogLevel(createLog('silent')),
    log: createLog('silent'),
    access,
  })
const valueOf = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

t.test('metrics tell requests, determinations, policy, store and process', async (t) => {
  const admin = await adminAt('127.0.0.1')
  t.teardown(() => admin.close())
  const before = Date.now() / 1000
  await app.inject({ method: 'POST', url: '/v1/authorization-checks', payload: aCheck() })
  await app.inject({ method: 'POST', url: '/v1/frequency-checks', payload: aCheck() })
  await app.inject({ method: 'POST', url: '/v1/frequency-checks', payload: { misspelt: 1 } })
  await app.inject({ url: '/v1/plans/Jane-Doe' })
  await app.inject({ url: '/Jane/Doe' })
  const { statusCode, headers, body } = await admin.inject('/metrics')
  t.match(
    [statusCode, headers['content-type'], headers['cache-control']],
    [200, 'text/plain; version=0.0.4; charset=utf-8', 'no-store'],
  )
  const wanted: [string, number][] = [
    ['precert_http_requests_total{method="POST",route="/v1/authorization-checks",status="2xx"}', 1],
    ['precert_http_requests_total{method="POST",route="/v1/frequency-checks",status="2xx"}', 1],
    ['precert_http_requests_total{method="POST",route="/v1/frequency-checks",status="4xx"}', 1],
    ['precert_http_requests_total{method="GET",route="/v1/plans/:planId",status="4xx"}', 1],
    ['precert_http_requests_total{method="GET",route="none",status="4xx"}', 1],
    ['precert_http_request_seconds_count{method="POST",route="/v1/frequency-checks"}', 2],
    ['precert_determinations_total{kind="authorization",outcome="proceed"}', 1],
    ['precert_determinations_total{kind="frequency",outcome="proceed"}', 1],
    ['precert_determination_reasons_total{question="frequency",reason="no-numeric-limit"}', 2],
    ['precert_determination_reasons_total{question="medical-necessity",reason="diagnosis-listed"}', 1],
    ['precert_http_problems_total{code="invalid-request"}', 1],
    ['precert_http_problems_total{code="not-held"}', 1],
    ['precert_http_problems_total{code="route-not-found"}', 1],
    ['precert_http_requests_under_way', 0],
    ['precert_policy_objects{kind="plans"}', snapshot.current()?.content.plans.length ?? -1],
    [
      'precert_data_edition_info{table="unit-limits",set="cms-mue",setting="practitioner",edition="2026-Q4"}',
      1,
    ],
    [
      'precert_data_covers_until_timestamp_seconds{table="unit-limits",set="cms-mue",setting="practitioner"}',
      Date.UTC(2027, 0, 1) / 1000,
    ],
    [
      'precert_data_usable_until_timestamp_seconds{table="icd-10-cm",set="",setting=""}',
      Date.UTC(2027, 9, 1) / 1000,
    ],
    ['precert_store_connections{state="busy"}', 2],
    ['precert_store_connections{state="idle"}', 3],
    ['precert_store_connections_max', 10],
    ['precert_store_connections_waited_for', 4],
    ['precert_decision_log_waiting_bytes', 1000],
    ['precert_decision_log_waiting_rows', 6],
    ['precert_policy_revision', 1],
    ['precert_policy_versions', 31],
    ['precert_policy_packed_bytes', 0],
    ['precert_store_reachable', 1],
    ['precert_build_info{version="9.9.9"}', 1],
  ]
  for (const [series, value] of wanted) t.equal(valueOf(body, series), value, series)
  t.ok((valueOf(body, 'precert_policy_loaded_timestamp_seconds') ?? 0) <= before)
  t.ok((valueOf(body, 'precert_policy_age_seconds') ?? -1) >= 0)
  for (const series of [
    'process_resident_memory_bytes',
    'process_cpu_seconds_total',
    'nodejs_heap_size_used_bytes',
  ])
    t.ok((valueOf(body, series) ?? 0) > 0, series)
  for (const series of [
    'process_open_fds',
    'nodejs_active_resources_total',
    'nodejs_heap_size_total_bytes',
    'nodejs_external_memory_bytes',
  ])
    t.ok((valueOf(body, series) ?? 0) > 0, series)
  t.ok((valueOf(body, 'precert_decision_log_oldest_waiting_seconds') ?? 0) >= 60)
  t.notMatch(body, /test-claim-edits/, 'what is fictional has no age')
  for (const at of ['p50', 'p99', 'max'])
    t.ok((valueOf(body, `nodejs_eventloop_lag_${at}_seconds`) ?? -1) >= 0, at)
  t.notMatch(body, /Jane|Doe|J3420|D51|medicare/i)
  storeReachable = false
  t.equal(valueOf((await admin.inject('/metrics')).body, 'precert_store_reachable'), 0)
})

const nothing = Buffer.alloc(0)

t.test('requests under a key are counted by what came of them', async (t) => {
  const wanted = { decided: 0, replayed: 0, running: 0, 'asked-otherwise': 0, failed: 0 }
  const request = { tenantId: 'public', callerId: 'x', key: 'x', asked: {} }
  for (const [result, repeats] of Object.entries({
    decided: {
      once: async (_: unknown, answer: () => Promise<Buffer>) =>
        ({ outcome: 'answered', bytes: await answer(), isReplay: false }) as const,
    },
    replayed: { once: async () => ({ outcome: 'answered', bytes: nothing, isReplay: true }) as const },
    running: { once: async () => ({ outcome: 'running', retryAfter: 1 }) as const },
    'asked-otherwise': { once: async () => ({ outcome: 'asked-otherwise' }) as const },
    failed: {
      once: async () => {
        throw new Error('failed')
      },
    },
  })) {
    await metrics
      .countedRepeats(repeats)
      .once(request, async () => nothing)
      .catch(() => {})
    wanted[result as keyof typeof wanted]++
    for (const [name, count] of Object.entries(wanted))
      t.equal(
        valueOf(metrics.render(), `precert_repeatable_requests_total{result="${name}"}`) ?? 0,
        count,
        `${result}: ${name}`,
      )
  }
})

t.test('every line is one that Prometheus reads', async (t) => {
  const admin = await adminAt('127.0.0.1')
  t.teardown(() => admin.close())
  const { body } = await admin.inject('/metrics')
  t.ok(body.endsWith('\n'))
  for (const line of body.slice(0, -1).split('\n'))
    t.match(
      line,
      /^(# (HELP [a-z_0-9]+ .+|TYPE [a-z_0-9]+ (counter|gauge|histogram))|[a-z_0-9]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [-+0-9.e]+)$/,
    )
})

t.test('whatever is sent, the series are those of routes, methods and classes of status', async (t) => {
  const known =
    /^precert_http_requests_total\{method="(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|other)",route="(none|\/[a-z0-9:/.*-]*)",status="[2-5]xx"\}/i
  const admin = await adminAt('127.0.0.1')
  t.teardown(() => admin.close())
  const canary = fc.string({ minLength: 3, maxLength: 12 }).map((text) => encodeURIComponent(`zq${text}`))
  const method = fc.constantFrom<InjectOptions['method'][]>(
    'GET',
    'POST',
    'DELETE',
    'PURGE' as 'GET',
    'PROPFIND' as 'GET',
  )
  await fc.assert(
    fc.asyncProperty(
      method,
      fc.constantFrom('/', '/v1/plans/', '/v1/procedures/', '/docs/', '/v1/plans?q='),
      canary,
      async (method, start, end) => {
        await app.inject({ method: method ?? 'GET', url: start + end })
      },
    ),
    { numRuns: 200 },
  )
  const lines = (await admin.inject('/metrics')).body
    .split('\n')
    .filter((line) => line.startsWith('precert_http_requests_total{'))
  for (const line of lines) t.match(line, known)
  t.notMatch(lines.join('\n'), /zq/)
  t.ok(lines.length < 60, `${lines.length} series`)
})

t.test('on loopback metrics ask for nothing; elsewhere for a credential with their scope', async (t) => {
  const [reader, other] = [
    aKey({ scopes: ['metrics:read'] }),
    aKey({ scopes: ['checks:write', 'admin:keys'] }),
  ]
  const { access } = accessWith([reader.stored, other.stored], [])
  const own = await adminAt('localhost', access)
  const elsewhere = await adminAt('0.0.0.0', access)
  t.teardown(async () => {
    await own.close()
    await elsewhere.close()
  })
  t.equal((await own.inject('/metrics')).statusCode, 200)
  const ask = async (key?: string) =>
    (
      await elsewhere.inject({
        url: '/metrics',
        headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      })
    ).statusCode
  t.strictSame([await ask(), await ask(other.key), await ask(reader.key)], [401, 403, 200])
  for (const admin of [own, elsewhere])
    for (const path of ['/health/live', '/health/ready'])
      t.equal((await admin.inject(path)).statusCode, 200, path)
})

t.test('nothing else is there, and the first listener has no metrics', async (t) => {
  const admin = await adminAt('127.0.0.1')
  t.teardown(() => admin.close())
  for (const url of ['/v1/plans', '/openapi.json', '/docs', '/'])
    t.match((await admin.inject(url)).json(), { status: 404, code: 'route-not-found' }, url)
  t.match((await admin.inject({ method: 'POST', url: '/metrics' })).json(), {
    status: 405,
    code: 'method-not-allowed',
  })
  t.match((await app.inject('/metrics')).json(), { status: 404, code: 'route-not-found' })
})

t.test('health there is that of the process', async (t) => {
  const admin = await adminAt('127.0.0.1')
  t.teardown(() => admin.close())
  closing = true
  t.match((await admin.inject('/health/ready')).json(), { code: 'shutting-down' })
  t.equal((await admin.inject('/health/live')).statusCode, 200)
  closing = false
  const empty = createSnapshot()
  const without = createMetrics({ version: '1', snapshot: empty, isStoreReachable: () => true })
  t.notMatch(without.render(), /precert_policy/)
  without.stop()
})

t.test('a port that is set must be free; without one a second process takes another', async (t) => {
  const holder = createServer().listen(usualAdminPort, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve).once('error', resolve)) // taken by somebody else is taken as well
  const [first, second, third] = [
    await adminAt('127.0.0.1'),
    await adminAt('127.0.0.1'),
    await adminAt('127.0.0.1'),
  ]
  t.teardown(async () => {
    holder.close()
    for (const admin of [first, second, third]) await admin.close()
  })
  const port = await listenAdmin(first, '127.0.0.1', undefined)
  t.not(port, usualAdminPort)
  t.equal((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 200)
  await t.rejects(listenAdmin(second, '127.0.0.1', port), {
    message: `port ${port} of 127.0.0.1 is taken; set ADMIN_PORT to another one`,
  })
  t.ok((await listenAdmin(third, '127.0.0.1', 0)) > 0)
  t.ok((first.server.address() as AddressInfo).port === port)
})
