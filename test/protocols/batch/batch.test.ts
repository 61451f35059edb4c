// Many checks in one request say what each would say alone, and one that is refused does not touch the others.
import t from 'tap'
import { appOnPacks, sharedLoop } from '../../../scripts/app-on-packs.js'
import { openAccess } from '../../../src/access/access.js'
import { buildApp } from '../../../src/process/app.js'
import { createCheck } from '../../../src/check.js'
import { noDecisionLog } from '../../../src/decision-log/decision-log.js'
import { LogUnavailable } from '../../../src/decision-log/writer.js'
import { createLog } from '../../../src/process/log.js'
import { createMetrics } from '../../../src/metrics/metrics.js'
import { createSnapshot } from '../../../src/policies/loaded/snapshot.js'
import { accessWith, aKey } from '../../access/credentials.js'
import { pairOf, pairs } from '../../oracle/generate.js'
import { conformance } from '../conformance.js'
import { aCheck } from '../requests.js'

const url = '/v1/authorization-checks/batch'
const ndjson = { 'content-type': 'application/x-ndjson', 'x-request-id': 'same-for-all' }
const one = {
  method: 'POST',
  url: '/v1/authorization-checks',
  headers: { 'content-type': 'application/json', 'x-request-id': 'same-for-all' },
} as const

const { app, snapshot } = await appOnPacks(() => 'same')
t.teardown(() => app.close())

/** What a line would be answered as a request of its own; as a problem, with the place at which it stands. */
async function alone(line: string | Buffer, place: number, query = ''): Promise<string> {
  const { statusCode, body } = await app.inject({ ...one, url: `${one.url}${query}`, payload: line })
  return statusCode === 200 ? body : JSON.stringify({ ...(JSON.parse(body) as object), line: place })
}

const good = JSON.stringify(aCheck())
const lines: Array<[title: string, line: string | Buffer, code?: string]> = [
  ['a request', good],
  ['another answer', JSON.stringify(aCheck({ diagnosisCodes: ['E44.0'] }))],
  ['letters beyond ASCII', JSON.stringify(aCheck({ coverage: { planId: 'é' } })), 'invalid-request'],
  ['a mark of byte order', `\ufeff${good}`],
  ['not JSON', '{"coverage":', 'malformed-body'],
  ['two objects', `${good}${good}`, 'malformed-body'],
  ['a key twice', '{"coverage":{"planId":"a","planId":"b"}}', 'malformed-body'],
  ['a forbidden key', '{"__proto__":{}}', 'malformed-body'],
  ['a control character', '{"coverage":{"planId":"\\u0000"}}', 'malformed-body'],
  ['too deep', `${'['.repeat(40)}${']'.repeat(40)}`, 'malformed-body'],
  ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'malformed-body'],
  ['an array', '[]', 'invalid-request'],
  ['null', 'null', 'invalid-request'],
  ['an unknown field', JSON.stringify({ ...aCheck(), service_history: [] }), 'invalid-request'],
  ['a number as text, which nobody converts', good.replace('"units":1', '"units":"1"'), 'invalid-request'],
  ['null for a number, which is not 0', good.replace('"units":1', '"units":null'), 'invalid-request'],
  ['no lines', JSON.stringify(aCheck({ serviceLines: [] })), 'invalid-request'],
  [
    'a contradiction',
    JSON.stringify(aCheck({ serviceLines: [...aCheck().serviceLines, ...aCheck().serviceLines] })),
    'contradictory-request',
  ],
  ['larger than a request may be', `{"coverage":"${'a'.repeat(1_100_000)}"}`, 'body-too-large'],
  ['a request after all that', good],
]

/** What names no view, and each that there is. */
const queries = ['', '?view=summary', '?view=full']
const lineOf = (body: string): object => (JSON.parse(body) as { lines: object[] }).lines[0] ?? {}

t.test('each line is answered as a request of its own, byte for byte, and in its place', async (t) => {
  const body = Buffer.concat(lines.flatMap(([, line]) => [Buffer.from(line), Buffer.from('\n')]))
  for (const query of queries) {
    const answer = await app.inject({ method: 'POST', url: `${url}${query}`, headers: ndjson, payload: body })
    t.match(answer, {
      statusCode: 200,
      headers: {
        'content-type': 'application/x-ndjson',
        'cache-control': 'no-store',
        'policy-revision': '1',
        'x-request-id': 'same-for-all',
      },
    })
    const answers = answer.body.split('\n')
    t.equal(answers.pop(), '', 'the last line has its end')
    t.equal(answers.length, lines.length)
    for (const [at, [title, line, code]] of lines.entries()) {
      t.equal(answers[at], await alone(line, at + 1, query), `${title} ${query}`)
      t.equal(
        (JSON.parse(answers[at] ?? '') as { code?: string }).code,
        code,
        `${title}: ${code ?? 'answered'}`,
      )
    }
  }
  const [first = '', second = '', third = ''] = await Promise.all(
    queries.map(async (query) => await alone(good, 1, query)),
  )
  t.equal(first, second, 'the summary is the default')
  t.notOk('findings' in lineOf(second))
  t.ok('findings' in lineOf(third))
})

t.test('generated requests: the same bytes as one by one', async (t) => {
  const { content } = pairOf(7)
  const snapshot = createSnapshot()
  snapshot.replace({ revision: 1, content })
  const generated = await buildApp({
    snapshot,
    check: createCheck({ snapshot, newId: () => 'det_same' }),
    log: createLog('silent'),
    pressure: sharedLoop,
    access: openAccess,
  })
  t.teardown(() => generated.close())
  const texts = [...pairs(1, 150)].map(({ request }) =>
    JSON.stringify({ ...request, coverage: { planId: content.plans[0]?.planId ?? 'none' } }),
  )
  const { body } = await generated.inject({ method: 'POST', url, headers: ndjson, payload: texts.join('\n') })
  const answers = body.split('\n')
  for (const [at, text] of texts.entries()) {
    const { statusCode, body: expected } = await generated.inject({ ...one, payload: text })
    const got = statusCode === 200 ? answers[at] : (answers[at] ?? '').replace(`,"line":${at + 1}}`, '}')
    if (got !== expected) return t.equal(got, expected, `line ${at + 1}`)
  }
  t.pass(`${texts.length} compared`)
})

t.test('an array is answered with an array, each element like a request of its own', async (t) => {
  const elements = lines
    .map(([, line]) => line)
    .filter((line) => {
      try {
        return (
          typeof line === 'string' &&
          JSON.parse(line) !== undefined &&
          !/__proto__|planId":"b|\[\[\[|u0000/.test(line)
        )
      } catch {
        return false
      }
    }) as string[]
  const answer = await app.inject({
    method: 'POST',
    url,
    headers: { ...ndjson, 'content-type': 'application/json' },
    payload: ` [\n${elements.join(' ,\n')} ] `,
  })
  t.match(answer, {
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'policy-revision': '1' },
  })
  t.equal(
    answer.body,
    `[${(await Promise.all(elements.map(async (element, at) => await alone(element, at + 1)))).join()}]`,
  )
  t.same(conformance(app)('POST', url, answer), [])
  t.ok(elements.length >= 9, `${elements.length} elements`)
})

const wholes: Array<
  [title: string, type: string | undefined, body: string, status: number, more: object | string]
> = [
  ['no lines', 'application/x-ndjson', '', 200, ''],
  ['blank lines only', 'application/jsonl; charset=utf-8', '\n\r\n \n', 200, ''],
  ['no elements', 'application/json', '[]', 200, '[]'],
  [
    'an object where an array is read',
    'application/json',
    good,
    400,
    { code: 'invalid-request', errors: [{ pointer: '', code: 'wrong-type' }] },
  ],
  ['an array that does not end', 'application/json', `[${good}`, 400, { code: 'malformed-body' }],
  [
    'one element that is not JSON spoils the array, which is then no JSON',
    'application/json',
    `[${good},x]`,
    400,
    { code: 'malformed-body' },
  ],
  ['a key twice in an element', 'application/json', '[{"a":1,"a":2}]', 400, { code: 'malformed-body' }],
  [
    'a thousand elements',
    'application/json',
    `[${Array.from({ length: 1000 }, () => '0').join()}]`,
    200,
    /"line":1000\}\]$/ as never,
  ],
  [
    'one more',
    'application/json',
    `[${Array.from({ length: 1001 }, () => '0').join()}]`,
    400,
    { code: 'invalid-request', errors: [{ pointer: '', code: 'too-many' }] },
  ],
  [
    'more than 8 MiB',
    'application/json',
    `["${'a'.repeat(8 * 1024 * 1024)}"]`,
    413,
    { code: 'body-too-large' },
  ],
  ['another type', 'text/csv', 'a', 415, { code: 'unsupported-media-type', detail: /ndjson/ }],
  ['no type', undefined, 'a', 415, { code: 'unsupported-media-type' }],
  ['another charset', 'application/x-ndjson; charset=latin1', 'a', 415, { code: 'unsupported-media-type' }],
]
for (const [title, type, payload, status, more] of wholes) {
  t.test(`${title}: ${status}`, async (t) => {
    const answer = await app.inject({
      method: 'POST',
      url,
      headers: type === undefined ? {} : { 'content-type': type },
      payload,
    })
    t.equal(answer.statusCode, status)
    t.match(typeof more === 'string' || more instanceof RegExp ? answer.body : answer.json(), more)
    if (more === '') t.equal(answer.body, '')
  })
}

t.test('lines are read on this route alone, and compressed on none', async (t) => {
  t.equal((await app.inject({ ...one, headers: ndjson, payload: good })).statusCode, 415)
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url,
        headers: { ...ndjson, 'content-encoding': 'gzip' },
        payload: good,
      })
    ).statusCode,
    415,
  )
})

t.test('an Idempotency-Key is not taken as if it were kept', async (t) => {
  const answer = await app.inject({
    method: 'POST',
    url,
    headers: { ...ndjson, 'idempotency-key': '"a"' },
    payload: good,
  })
  t.match(answer.json(), {
    status: 400,
    code: 'invalid-request',
    errors: [{ in: 'header', pointer: '/idempotency-key', code: 'not-taken' }],
  })
})

t.test('the whole batch is decided by one revision, whatever is published meanwhile', async (t) => {
  const snapshot = createSnapshot()
  const { content } = pairOf(7)
  let decided = 0
  snapshot.replace({ revision: 1, content })
  const check = createCheck({
    snapshot,
    newId: () => {
      if (++decided === 3) snapshot.replace({ revision: 2, content })
      return `det_${decided}`
    },
  })
  const changing = await buildApp({ snapshot, check, log: createLog('silent'), access: openAccess })
  t.teardown(() => changing.close())
  for (const [type, payload] of [
    ['application/x-ndjson', `${good}\n`.repeat(6)],
    ['application/json', `[${Array.from({ length: 6 }, () => good).join()}]`],
  ] as const) {
    const { headers, body } = await changing.inject({
      method: 'POST',
      url,
      headers: { 'content-type': type },
      payload,
    })
    const expected = type === 'application/json' ? 2 : 1
    t.equal(headers['policy-revision'], String(expected))
    t.same(
      new Set([...body.matchAll(/"policyRevision":(\d+)/g)].map(([, revision]) => Number(revision))),
      new Set([expected]),
    )
  }
  t.equal(
    (await changing.inject({ method: 'POST', url: `${url}?knownAt=99`, headers: ndjson, payload: good }))
      .statusCode,
    404,
    'a revision that never was refuses the batch',
  )
})

t.test(
  'what cannot be recorded is not answered, line by line; nothing is given before it is recorded',
  async (t) => {
    const events: string[] = []
    let asked = 0
    const log = {
      ...noDecisionLog,
      records: true,
      record: async () => {
        const number = ++asked
        await new Promise((resolve) => {
          setTimeout(resolve, number % 2 === 0 ? 20 : 5)
        })
        events.push(`${number}`)
        if (number % 3 === 0) throw new LogUnavailable()
      },
    }
    const { app: recording } = await appOnPacks(() => 'same', { decisionLog: log })
    t.teardown(() => recording.close())
    const metrics = createMetrics({ version: '1', snapshot, isStoreReachable: () => true })
    t.teardown(metrics.stop)
    const { body } = await recording.inject({
      method: 'POST',
      url,
      headers: ndjson,
      payload: `${good}\n`.repeat(9),
    })
    const codes = body
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { code, outcome, line: place, retryable } = JSON.parse(line) as Record<string, unknown>
        return code === undefined ? outcome : [code, place, retryable]
      })
    const [third, sixth, ninth] = [3, 6, 9].map((place) => ['log-unavailable', place, true])
    t.same(codes, ['proceed', 'proceed', third, 'proceed', 'proceed', sixth, 'proceed', 'proceed', ninth])
    t.equal(events.length, 9)
    // Counted is what was given.
    const counted = metrics.counted(
      createCheck({
        snapshot,
        log: {
          ...log,
          record: async () => {
            throw new LogUnavailable()
          },
        },
      }),
    )
    const batch = await counted.batch({
      tenantId: 'public',
      callerId: 'x',
      channel: 'rest',
      kind: 'authorization',
      view: 'summary',
      requestId: 'x',
    })
    await batch.decide(aCheck()).recorded?.catch(() => {})
    t.notMatch(metrics.render(), /precert_determinations_total\{/)
    const open = await metrics.counted(createCheck({ snapshot })).batch({
      tenantId: 'public',
      callerId: 'x',
      channel: 'rest',
      kind: 'authorization',
      view: 'summary',
      requestId: 'x',
    })
    open.decide(aCheck())
    t.match(metrics.render(), /precert_determinations_total\{kind="authorization",outcome="proceed"\} 1/)
  },
)

t.test('a failure of one line is that line, and the log says so', async (t) => {
  const logged: string[] = []
  let made = 0
  const failing = createCheck({
    snapshot,
    newId: () => {
      if (++made === 2) throw new Error('Jane Doe')
      return 'det_same'
    },
  })
  const { app: broken } = await appOnPacks(() => 'same', {
    check: failing,
    log: createLog('info', {
      write: (line) => {
        logged.push(line)
      },
    }),
  })
  t.teardown(() => broken.close())
  const { body } = await broken.inject({
    method: 'POST',
    url,
    headers: ndjson,
    payload: `${good}\n${good}\n{}\n${good}\n`,
  })
  t.same(
    body
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { code?: string }).code),
    [undefined, 'internal-error', 'invalid-request', undefined],
  )
  t.notMatch(body + logged.join(''), /Jane/)
  t.match(
    logged.map((line) => JSON.parse(line) as object),
    [
      { msg: 'line failed', requestId: 'same-for-all' },
      { msg: 'request', route: url, status: 200, lines: { answered: 2, refused: 2 } },
    ],
  )
})

t.test(
  'beyond the rate limit lines wait and an array is refused; a line costs its service lines',
  async (t) => {
    let clock = 0
    const keys = [aKey({ scopes: ['checks:write'] }), aKey({ scopes: ['checks:write'] })] as const
    const { access } = accessWith(
      keys.map(({ stored }) => stored),
      [],
    )
    const { app: limited } = await appOnPacks(() => 'same', {
      access,
      limits: { linesPerMinute: 60, now: () => clock },
    })
    t.teardown(() => limited.close())
    const ask = async (key: string, type: string, payload: string) =>
      await limited.inject({
        method: 'POST',
        url,
        headers: { 'content-type': type, authorization: `Bearer ${key}` },
        payload,
      })
    const two = JSON.stringify(
      aCheck({
        serviceLines: [1, 2].map((lineNumber) => ({
          ...(aCheck().serviceLines[0] as object),
          lineNumber,
        })) as never,
      }),
    )
    t.equal(
      (await ask(keys[0].key, 'application/json', `[${Array.from({ length: 29 }, () => two).join()}]`))
        .headers.ratelimit,
      '"lines";r=2;t=58',
    )
    t.match(await ask(keys[0].key, 'application/json', `[${two},1]`), {
      statusCode: 429,
      headers: { 'retry-after': '1' },
    })
    const ticking = setInterval(() => {
      clock += 1_000
    }, 100)
    const { body } = await ask(keys[1].key, 'application/x-ndjson', `${two}\n`.repeat(40))
    clearInterval(ticking)
    t.equal(
      body
        .trimEnd()
        .split('\n')
        .filter((line) => line.startsWith('{"determinationId"')).length,
      40,
      'all are answered',
    )
    t.ok(clock >= 20_000, 'the last ones when a minute had room for 80 lines')
  },
)
