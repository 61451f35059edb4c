// What an Idempotency-Key promises, through the whole application, on whichever store. Cases are data; the rest says what must hold always.
import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import * as fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { appOnPacks, sharedLoop } from '../../scripts/app-on-packs.js'
import { buildApp } from '../../src/process/app.js'
import { createCheck, type Check } from '../../src/check.js'
import { createLog } from '../../src/process/log.js'
import { createRepeats } from '../../src/repeats/repeats.js'
import { keepRemovingExpired } from '../../src/repeats/remove-expired.js'
import type { Database } from '../../src/store/database/database.js'
import { leaseKey, storeAnswer, removeExpired } from '../../src/store/log/repeated-requests.js'
import { accessWith, aKey } from '../access/credentials.js'
import { aCheck } from '../protocols/requests.js'
import { sealsOf } from './seals.js'

export const callers = {
  one: aKey({ scopes: ['checks:write'] }),
  two: aKey({ scopes: ['checks:write'] }),
  elsewhere: aKey({ scopes: ['checks:write'], tenantId: 'clinic-b' }),
}
const packs = await appOnPacks(() => '1')
await packs.app.close()
const snapshot = { current: () => packs.snapshot.current() } // the same policy for every tenant
const { access } = accessWith(
  Object.values(callers).map(({ stored }) => stored),
  [],
)
const routes = ['/v1/authorization-checks', '/v1/medical-necessity-checks', '/v1/frequency-checks'] as const

interface Sent {
  readonly caller?: keyof typeof callers
  readonly key?: string
  readonly route?: (typeof routes)[number]
  readonly body?: object | string
  readonly query?: string
}
interface Answer {
  readonly status: number
  readonly text: string
  readonly id: string | undefined
  readonly replayed: string | undefined
  readonly wait: string | undefined
  readonly code: string | undefined
}

/** One process: its application, how often it decided, and a way to send it a check. */
export async function aProcess(database: Database, options: { before?: () => Promise<void> } = {}) {
  let decided = 0
  const decide = createCheck({ snapshot })
  const one = async (...asked: Parameters<Check>): ReturnType<Check> => {
    await options.before?.()
    decided++
    return await decide(...asked)
  }
  const check: Check = Object.assign(one, { batch: decide.batch })
  const app = await buildApp({
    snapshot,
    check,
    access,
    log: createLog('silent'),
    pressure: sharedLoop,
    repeats: createRepeats({ database, seals: sealsOf() }),
  })
  return { app, decided: () => decided, send: async (sent: Sent) => await send(app, sent) }
}

async function send(
  app: FastifyInstance,
  { caller = 'one', key, route = routes[0], body = aCheck(), query = '' }: Sent,
): Promise<Answer> {
  const {
    statusCode: status,
    headers,
    body: text,
  } = await app.inject({
    method: 'POST',
    url: `${route}${query}`,
    payload: typeof body === 'string' ? body : JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${callers[caller].key}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
  })
  const { determinationId: id, code } = JSON.parse(text) as { determinationId?: string; code?: string }
  return {
    status,
    text,
    id,
    code,
    replayed: headers['idempotency-replayed'] as string | undefined,
    wait: headers['retry-after'],
  }
}

/** Holds a decision up, tells when one is there, and lets it go on or fail. */
function aGate() {
  const events = new EventEmitter()
  const [opened, reached] = [once(events, 'open'), once(events, 'reached')]
  return {
    reached,
    open: () => events.emit('open'),
    fail: () => events.emit('error', new Error('gone')),
    reach: async () => {
      events.emit('reached')
      await opened
    },
  }
}

async function inTenant<Row>(database: Database, tenantId: string, sql: string): Promise<Row[]> {
  return await database.transaction(async (tx) => await tx.query<Row>(sql, [tenantId]), { tenantId })
}

// Time passes in the table, so that no test depends on how fast the machine is.
const endLeases = async (database: Database) =>
  await inTenant(
    database,
    'public',
    'UPDATE repeated_request SET leased_until = now() WHERE tenant_id = $1 AND answer IS NULL',
  )
const passADay = async (database: Database, tenantId: string) =>
  await inTenant(database, tenantId, 'UPDATE repeated_request SET expires_at = now() WHERE tenant_id = $1')
const inBatches = (at: number) => ({
  tenantId: 'batches',
  keyMark: at.toString(16).padStart(64, '0'),
  requestMark: '0'.repeat(64),
  holder: 'h',
})
const other = { ...aCheck(), diagnosisCodes: ['E44.0'] }
const reordered = JSON.stringify(Object.fromEntries(Object.entries(aCheck()).reverse()), null, 1)
// What is sent after a first request of caller one under the key, and what comes back. `same`: the very bytes of the first.
const cases: [title: string, second: Sent, wanted: 'same' | 'new' | number][] = [
  ['the same again', {}, 'same'],
  ['the same, the key without its quotes', { key: 'bare' }, 'same'],
  ['the same, written in another order and with blanks', { body: reordered }, 'same'],
  ['another body', { body: other }, 422],
  ['another route', { route: routes[1] }, 422],
  ['as policy was known at another revision', { query: '?knownAt=1' }, 422],
  ['in another view', { query: '?view=full' }, 422],
  ['another key', { key: '"another"' }, 'new'],
  ['a key that differs in case', { key: '"Bare"' }, 'new'],
  ['another caller with the same key', { caller: 'two' }, 'new'],
  ['another tenant with the same key', { caller: 'elsewhere' }, 'new'],
  ['no key', { key: '' }, 400],
]
const malformed = [
  '""',
  '"a',
  'a b',
  '"a b"',
  '"a"b"',
  '"a";p=1',
  'a\u00e9',
  'a'.repeat(256),
  `"${'a'.repeat(256)}"`,
  '"\\a"',
  '\t',
  'a, b',
  '"a", "b"',
]
const good = [
  'a',
  '"a"',
  'a'.repeat(255),
  `"${'a'.repeat(255)}"`,
  '"\\"\\\\"',
  '8e03978e-40d5-43e8-bc93-6894a57f9324',
  "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
]

export async function repeatsContract(t: Test, database: Database): Promise<void> {
  const one = await aProcess(database)
  t.teardown(() => one.app.close())

  await t.test('cases', async (t) => {
    for (const [title, second, wanted] of cases) {
      const key = `"${title.replace(/\W/g, '-')}"`
      const first = await one.send({ key })
      t.match(first, { status: 200, replayed: undefined }, title)
      const before = one.decided()
      const named = second.key === 'bare' ? key.slice(1, -1) : (second.key ?? key)
      const again = await one.send({ ...second, key: named })
      if (wanted === 'same') {
        t.strictSame(
          [again.status, again.text, again.replayed, one.decided() - before],
          [200, first.text, 'true', 0],
          title,
        )
      } else if (wanted === 'new') {
        t.match(again, { status: 200, replayed: undefined }, title)
        t.not(again.id, first.id, title)
      } else {
        t.strictSame([again.status, again.replayed, one.decided() - before], [wanted, undefined, 0], title)
        t.match(again.code, wanted === 422 ? 'idempotency-key-reused' : 'invalid-request', title)
      }
    }
  })

  await t.test('without the header nothing is remembered, on each route it is', async (t) => {
    t.not((await one.send({})).id, (await one.send({})).id)
    for (const route of routes) {
      const first = await one.send({ key: `on-${route.slice(4)}`, route })
      t.strictSame((await one.send({ key: `on-${route.slice(4)}`, route })).text, first.text, route)
    }
  })

  await t.test('a view belongs to its key', async (t) => {
    const full = { key: 'in-full', query: '?view=full' }
    const first = await one.send(full)
    t.match(JSON.parse(first.text), { lines: [{ findings: Array }] })
    t.strictSame(
      await one.send(full).then(({ text, replayed }) => [text, replayed]),
      [first.text, 'true'],
      'the same view again',
    )
    t.match(await one.send({ key: 'in-full' }), { status: 422, code: 'idempotency-key-reused' })
    t.match(await one.send({ key: 'in-full', query: '?view=other' }), {
      status: 400,
      code: 'invalid-request',
    })
  })

  await t.test('a key that is none is refused and named; each that is one is taken', async (t) => {
    for (const key of malformed) {
      const answer = await one.send({ key })
      t.match(answer, { status: 400, code: 'invalid-request' }, key)
      t.match(
        JSON.parse(answer.text),
        { errors: [{ in: 'header', pointer: '/idempotency-key', code: 'wrong-format' }] },
        key,
      )
    }
    for (const key of good) t.equal((await one.send({ key })).status, 200, key)
    t.equal((await one.send({ key: '"\\"\\\\"' })).replayed, 'true')
  })

  await t.test('what failed frees the key', async (t) => {
    const contradictory = { ...aCheck(), serviceLines: [...aCheck().serviceLines, ...aCheck().serviceLines] }
    t.match(await one.send({ key: 'failed-1', body: contradictory }), {
      status: 422,
      code: 'contradictory-request',
    })
    t.match(await one.send({ key: 'failed-1', body: { misspelt: 1 } }), { status: 400 })
    t.match(await one.send({ key: 'failed-1' }), { status: 200, replayed: undefined }, 'for another body too')
    let broken = true
    const failing = await aProcess(database, {
      before: async () => {
        if (broken) throw new Error('broken')
      },
    })
    t.teardown(() => failing.app.close())
    t.match(await failing.send({ key: 'failed-2' }), { status: 500, code: 'internal-error' })
    broken = false
    t.match(await failing.send({ key: 'failed-2' }), { status: 200, replayed: undefined })
  })

  await t.test('while it is running: 409 that says when to come again', async (t) => {
    const gate = aGate()
    const slow = await aProcess(database, { before: gate.reach })
    t.teardown(() => slow.app.close())
    const first = slow.send({ key: 'slow' })
    await gate.reached
    const twin = await one.send({ key: 'slow' })
    t.match(twin, { status: 409, code: 'request-in-progress', wait: '1' })
    t.match(JSON.parse(twin.text), { retryable: true })
    t.match(await one.send({ key: 'slow', body: other }), { status: 422 }, 'another body is refused at once')
    gate.open()
    const { text, status } = await first
    t.equal(status, 200)
    t.strictSame(await one.send({ key: 'slow' }).then(({ text, replayed }) => [text, replayed]), [
      text,
      'true',
    ])
  })

  await t.test('a holder that is gone blocks its key no longer than its lease', async (t) => {
    const gate = aGate()
    const stuck = await aProcess(database, { before: gate.reach })
    t.teardown(() => stuck.app.close())
    const lost = stuck.send({ key: 'gone' })
    await gate.reached
    t.match(await one.send({ key: 'gone' }), { status: 409 })
    await endLeases(database)
    t.match(await one.send({ key: 'gone', body: other }), { status: 422 }, 'not for another request')
    const over = await one.send({ key: 'gone' })
    t.match(over, { status: 200, replayed: undefined }, 'taken over')
    gate.fail()
    t.equal((await lost).status, 500)
    t.equal((await one.send({ key: 'gone' })).text, over.text, 'the end of the first takes nothing away')
  })

  await t.test('who answers after another has taken over is not heard', async (t) => {
    const gate = aGate()
    const late = await aProcess(database, { before: gate.reach })
    t.teardown(() => late.app.close())
    const first = late.send({ key: 'late' })
    await gate.reached
    await endLeases(database)
    const second = await one.send({ key: 'late' })
    t.equal(second.status, 200)
    gate.open()
    t.match(await first, { status: 409, code: 'request-in-progress' })
    t.equal((await one.send({ key: 'late' })).text, second.text)
  })

  await t.test('an answer that could not be kept is not given', async (t) => {
    let left = Infinity
    const failing: Database = {
      ...database,
      transaction: async (work, options) => {
        if (left-- <= 0) throw Object.assign(new Error('terminating connection'), { code: '57P01' })
        return await database.transaction(work, options)
      },
    }
    const process = await aProcess(failing)
    t.teardown(() => process.app.close())
    left = 1
    t.match(await process.send({ key: 'not-kept' }), { status: 503, code: 'store-unavailable' })
    left = Infinity
    t.match(await one.send({ key: 'not-kept' }), { status: 409 }, 'another process waits for the lease')
    const answer = await process.send({ key: 'not-kept' })
    t.match(answer, { status: 200, replayed: undefined })
    t.equal((await process.send({ key: 'not-kept' })).text, answer.text)
  })

  await t.test('a lease of which the store did not tell is released by the next attempt', async (t) => {
    let isAway = false
    const silent: Database = {
      ...database,
      transaction: async (work, options) => {
        const done = await database.transaction(work, options)
        if (isAway) throw Object.assign(new Error('terminating connection'), { code: '57P01' })
        return done
      },
    }
    const process = await aProcess(silent)
    t.teardown(() => process.app.close())
    isAway = true
    for (const attempt of [1, 2, 3])
      t.match(
        await process.send({ key: 'untold' }),
        { status: 503, code: 'store-unavailable' },
        String(attempt),
      )
    isAway = false
    const answer = await process.send({ key: 'untold' })
    t.match(answer, { status: 200, replayed: undefined })
    t.equal((await one.send({ key: 'untold' })).text, answer.text)
  })

  await t.test('after its day a key is new, and its row is removed in the background', async (t) => {
    const first = await one.send({ key: 'a-day', caller: 'elsewhere' })
    await passADay(database, 'clinic-b')
    const second = await one.send({ key: 'a-day', body: other, caller: 'elsewhere' })
    t.match(second, { status: 200, replayed: undefined })
    t.not(second.id, first.id)
    await passADay(database, 'clinic-b')
    t.equal((await one.send({ key: 'fresh', caller: 'elsewhere' })).status, 200)
    const rows = async () =>
      (
        await inTenant<{ n: number }>(
          database,
          'clinic-b',
          'SELECT count(*) AS n FROM repeated_request WHERE tenant_id = $1',
        )
      )[0]?.n
    t.ok(((await rows()) ?? 0) > 1)
    const removing = keepRemovingExpired({
      database,
      tenants: () => ['clinic-b'],
      log: {
        warn: () => {
          t.fail('failed')
        },
      },
      intervalMs: 20,
    })
    for (let tries = 0; tries < 500 && (await rows()) !== 1; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20))
    await removing.stop()
    t.equal(
      (await one.send({ key: 'fresh', caller: 'elsewhere' })).replayed,
      'true',
      'only what has expired is gone',
    )
    for (let at = 0; at < 5; at++)
      await leaseKey(database, inBatches(at), { leaseSeconds: 0, storedSeconds: at === 0 ? 60 : 0 })
    t.strictSame(
      [
        await removeExpired(database, 'batches', 3),
        await removeExpired(database, 'batches', 3),
        await removeExpired(database, 'batches', 3),
      ],
      [3, 1, 0],
    )
    t.equal(
      await storeAnswer(database, inBatches(4), Buffer.from('x')),
      false,
      'nothing is kept in a row that is gone',
    )
  })

  await t.test("nothing of a request is in the table, and another tenant's key opens nothing", async (t) => {
    await one.send({
      key: 'canary-key',
      body: { ...aCheck(), serviceLines: [{ ...aCheck().serviceLines[0], dateOfService: '2026-11-05' }] },
    })
    const rows = await inTenant<{ row: string; answer: string }>(
      database,
      'public',
      "SELECT to_jsonb(r)::text AS row, encode(answer, 'escape') AS answer FROM repeated_request AS r WHERE tenant_id = $1",
    )
    t.ok(rows.length > 10)
    for (const { row, answer } of rows)
      t.notMatch(row + answer, /canary|2026-11-05|J3420|D51\.0|determination|medicare/)
    const app = await buildApp({
      snapshot,
      check: createCheck({ snapshot }),
      access,
      log: createLog('silent'),
      pressure: sharedLoop,
      repeats: createRepeats({ database, seals: sealsOf(8) }),
    })
    t.teardown(() => app.close())
    t.match(
      await send(app, { key: 'canary-key' }),
      { status: 200, replayed: undefined },
      'with another data key nothing is found',
    )
  })

  await t.test(
    'whatever is sent in whatever order, the first good request of a caller and key is the one',
    async (t) => {
      const bodies = [
        aCheck(),
        other,
        {
          ...aCheck(),
          serviceHistory: [
            { procedureCode: 'J3420', dateOfService: '2026-10-01', units: 1, claimStatus: 'paid' },
          ],
        },
        { misspelt: true },
      ]
      const step = fc.record({
        caller: fc.constantFrom('one', 'two', 'elsewhere'),
        key: fc.constantFrom('k1', '"k1"', 'k2', undefined),
        route: fc.constantFrom(...routes),
        body: fc.nat(bodies.length - 1),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
          const run = randomUUID() // a world of its own: keys of other runs are others
          const first = new Map<string, { text: string; asked: string }>()
          for (const { caller, key, route, body } of steps as {
            caller: keyof typeof callers
            key: string | undefined
            route: (typeof routes)[number]
            body: number
          }[]) {
            const bare = key?.replaceAll('"', '')
            const named =
              key === undefined ? undefined : key.startsWith('"') ? `"${bare}-${run}"` : `${bare}-${run}`
            const answer = await one.send({
              caller,
              route,
              body: bodies[body] ?? {},
              ...(named === undefined ? {} : { key: named }),
            })
            const [who, asked] = [`${caller} ${bare}`, `${route} ${body}`]
            const held = bare === undefined ? undefined : first.get(who)
            if (body === 3) equal(answer.status, 400)
            else if (held === undefined) {
              equal([answer.status, answer.replayed], [200, undefined])
              if (bare !== undefined) first.set(who, { text: answer.text, asked })
            } else if (held.asked === asked)
              equal([answer.status, answer.replayed, answer.text], [200, 'true', held.text])
            else equal([answer.status, answer.code], [422, 'idempotency-key-reused'])
          }
        }),
        { numRuns: Number(process.env.PROPERTY_RUNS ?? 100) > 100 ? 500 : 40 },
      )
      t.pass('40 sequences')
    },
  )
}

/** Two processes on one store are asked `count` times at the same moment: one determination, which all get in the end. */
export async function atTheSameMoment(
  t: Test,
  database: Database,
  second: Database,
  count = 50,
): Promise<void> {
  const [a, b] = [await aProcess(database), await aProcess(second)]
  t.teardown(async () => {
    await a.app.close()
    await b.app.close()
  })
  for (let round = 0; round < 5; round++) {
    const key = `moment-${round}`
    const before = a.decided() + b.decided()
    const answers = await Promise.all(
      Array.from({ length: count }, async (_, at) => await (at % 2 === 0 ? a : b).send({ key })),
    )
    for (const { status, code } of answers)
      t.ok(status === 200 || (status === 409 && code === 'request-in-progress'), `${status} ${code}`)
    const last = await b.send({ key })
    const ids = new Set([...answers, last].flatMap(({ id }) => id ?? []))
    t.strictSame(
      [ids.size, last.status, a.decided() + b.decided() - before],
      [1, 200, 1],
      `round ${round}: ${answers.filter(({ status }) => status === 200).length} of ${count} answered at once`,
    )
    t.equal(
      new Set(answers.filter(({ status }) => status === 200).map(({ text }) => text)).size,
      1,
      'the very bytes',
    )
  }
}

function equal(found: unknown, wanted: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`${JSON.stringify(found)} where ${JSON.stringify(wanted)} should be`)
}
