// A row that the database refuses for good (a text that it cannot hold) is set aside: others beside it are recorded and answered, chains go on, also after a restart.
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Access } from '../../src/access/access.js'
import { anonymous } from '../../src/access/caller.js'
import { createRefusedRows } from '../../src/decision-log/refused-rows.js'
import { startShipping } from '../../src/decision-log/shipper.js'
import { chainStart, hashOf, link, type LogRecord } from '../../src/decision-log/record.js'
import { Spool } from '../../src/decision-log/spool.js'
import { verifyLog, type Verification } from '../../src/decision-log/verify.js'
import { createLog } from '../../src/process/log.js'
import { installationKeyOf } from '../../src/sealing/installation-key.js'
import type { Database } from '../../src/store/database/database.js'
import { readRefusedRows } from '../../src/store/log/refused-rows.js'
import { openServer } from '../../src/store/database/server.js'
import { serverTarget } from '../importers/crash-targets.js'
import { claim, content } from '../oracle/worked-example.js'
import { asOwner } from '../store/emptied.js'
import { openMigratedMemory } from '../support/embedded.js'
import { recordedService, type Recorded } from '../support/recorded.js'
import { readWholeLog } from './found-log.js'
import { entry } from './rows.js'

const server = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const required = process.env['CI'] === 'true' || process.env['TEST_DATABASE_URL'] !== undefined
const key = installationKeyOf(Buffer.alloc(32, 5))

/** Callers whose id the database cannot hold: the door refuses such tokens, and this log must not rest on that. */
const poisons: Readonly<Record<string, string>> = {
  nul: 'jwt:https://issuer#a\u0000b',
  'high-surrogate': 'jwt:https://issuer#\ud800',
  'low-surrogate': 'jwt:https://issuer#x\udc00y',
}
const access: Access = {
  isOpen: () => true,
  authenticate: (authorization) => ({
    ...anonymous,
    callerId: poisons[authorization ?? ''] ?? anonymous.callerId,
  }),
}

interface Answered {
  readonly poison: string | undefined
  readonly status: number
  readonly body: { readonly code?: string; readonly retryable?: boolean; readonly determinationId?: string }
}

/** Sixty checks at once, every twentieth by a caller who cannot be recorded. */
async function askAtOnce({ app }: Recorded): Promise<Answered[]> {
  const names = Object.keys(poisons)
  return await Promise.all(
    Array.from({ length: 60 }, async (_, at) => {
      const poison = at % 20 === 7 ? names[Math.floor(at / 20)] : undefined
      const answer = await app.inject({
        method: 'POST',
        url: '/v1/authorization-checks',
        payload: claim(),
        headers: poison === undefined ? {} : { authorization: poison },
      })
      return { poison, status: answer.statusCode, body: answer.json<Answered['body']>() }
    }),
  )
}

const verify = async (database: Database): Promise<Verification> =>
  await verifyLog({ database, tenantId: 'public', verifying: key.verifying, now: Date.now() + 3_600_000 })

const stores: Readonly<
  Record<string, () => Promise<{ database: Database; close: () => Promise<void> } | undefined>>
> = {
  embedded: async () => {
    const database = await openMigratedMemory()
    return { database, close: async () => await database.close() }
  },
  server: async () => {
    const found = await serverTarget(server)
    if (found === undefined) return undefined
    const database = openServer(found.target.environment['DATABASE_URL'] ?? '', { asApplication: true })
    return {
      database,
      close: async () => {
        await database.close()
        await found.drop()
      },
    }
  },
}

for (const [kind, open] of Object.entries(stores)) {
  for (const mode of ['db', 'spool'] as const) {
    t.test(`${kind}, ${mode}: one refused row among many`, async (t) => {
      const store = await open()
      if (store === undefined) {
        if (required) t.fail(`no PostgreSQL at ${new URL(server).host}`)
        else t.pass(`no PostgreSQL at ${new URL(server).host}: not run`)
        return
      }
      const { database } = store
      t.teardown(store.close)
      const lines: string[] = []
      const log = createLog('trace', { write: (line: string) => void lines.push(line) })
      const service = await recordedService(content, { mode, log, access, database, key })
      const answers = await askAtOnce(service)
      const after = await service.app.inject({
        method: 'POST',
        url: '/v1/authorization-checks',
        payload: claim(),
      })
      t.equal(after.statusCode, 200, 'who asks afterwards is answered')
      const good = answers.filter(({ poison }) => poison === undefined)
      const bad = answers.filter(({ poison }) => poison !== undefined)
      t.strictSame([...new Set(good.map(({ status }) => status))], [200], 'nobody else is touched')
      t.equal(bad.length, 3)
      for (const { status, body } of bad)
        if (mode === 'db')
          t.match({ status, ...body }, { status: 500, code: 'record-refused', retryable: false })
        else t.equal(status, 200, 'it is on record in the spool')
      await service.close()
      const metrics = service.metrics.render()
      t.match(metrics, /\nprecert_decision_log_refused_rows_total 3\n/, 'they are counted')
      t.match(metrics, /\nprecert_decision_log_waiting_bytes 0\n/, 'nothing waits')
      const recorded = await readWholeLog(database, 'public')
      t.strictSame(
        good.filter(({ body }) => !recorded.ids.has(body.determinationId ?? '')),
        [],
        'every other answer is in the log',
      )
      const aside = await readRefusedRows(database, 'public')
      t.strictSame(
        [
          aside.length,
          new Set(aside.map(({ answered }) => answered)),
          new Set(aside.map(({ seq }) => seq)).size,
        ],
        [3, new Set([mode === 'spool']), aside.length],
      )
      t.strictSame(
        aside.map(({ record }) => (JSON.parse(record) as LogRecord).callerId).sort(),
        Object.values(poisons).sort(),
        'what could not be stored stands there whole',
      )
      const said = lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter(({ sqlState }) => sqlState !== undefined)
      t.equal(said.length, 3)
      for (const line of said) t.match(line, { sqlState: /^22/, determinationId: /^det_/, msg: /set aside/ })
      t.notMatch(lines.join(''), /D51|2026-11-03|issuer#/, 'nothing of patients or callers in the log')
      t.match(await verify(database), { refusedRows: mode === 'spool' ? 3 : 0, faults: [] })
      // The next start finds a whole log and signs on.
      const next = await recordedService(content, { mode, log, access, database, key })
      t.equal((await askAtOnce(next)).filter(({ status }) => status === 200).length, mode === 'db' ? 57 : 60)
      await next.close()
      t.match(await verify(database), { refusedRows: mode === 'spool' ? 6 : 0, faults: [] })
    })
  }
}

t.test('a spool that was left with such rows is emptied by the next start', async (t) => {
  const database = await openMigratedMemory()
  t.teardown(async () => {
    await database.close()
  })
  const folder = await mkdtemp(join(tmpdir(), 'precert-spool-'))
  const rows: LogRecord[] = []
  for (let at = 1; at <= 1_300; at++) {
    // The first, the last, two after each other, and one of a month that is not there yet.
    const poisoned = [1, 600, 601, 1_300].includes(at)
    rows.push(
      link(
        { ...entry(), at: '2019-02-03T04:05:06.789Z', ...(poisoned ? { callerId: 'a\u0000' } : {}) },
        'killed',
        rows.at(-1) ?? chainStart,
      ),
    )
  }
  await writeFile(join(folder, '1-000001.rows'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const spool = await Spool.open({ folder, maxBytes: 64 * 1024 * 1024, strict: false })
  const refused: string[] = []
  const shipping = startShipping({
    database,
    spool,
    refused: createRefusedRows({
      database,
      key,
      log: {
        warn: (fields) => {
          refused.push((fields as LogRecord).determinationId ?? '')
        },
      },
    }),
    onStored: () => {},
    log: { info: () => {}, warn: () => {} },
  })
  await shipping.stop()
  t.equal(spool.waitingBytes, 0)
  await spool.close()
  t.strictSame(
    refused,
    [0, 599, 600, 1_299].map((at) => rows[at]?.determinationId),
  )
  t.strictSame(
    (await readdir(folder)).filter((name) => name.includes('.rows')),
    [],
  )
  t.equal((await readWholeLog(database, 'public')).determinations, 1_296)
  const found = await verify(database)
  t.match(found, { rows: 1_296, refusedRows: 4 })
  t.strictSame(
    found.faults.map(({ kind }) => kind),
    ['unsigned'],
    'no row is missing; nobody has signed the chain yet',
  )

  for (const [what, sql] of [
    ['another text', "UPDATE log_refused_row SET record = 'x'::bytea WHERE seq = 600"],
    ['another hash', "UPDATE log_refused_row SET hash = repeat('a', 64) WHERE seq = 600"],
    ['taken out', 'DELETE FROM log_refused_row WHERE seq = 600'],
  ] as const) {
    const kinds: string[] = []
    await database
      .transaction(
        async (tx) => {
          await tx.query("SELECT set_config('session_replication_role', 'replica', true)")
          await tx.query(sql)
          const inside = {
            ...database,
            ...tx,
            transaction: async (work: (on: typeof tx) => Promise<unknown>) => await work(tx),
          }
          kinds.push(...(await verify(inside as unknown as Database)).faults.map(({ kind }) => kind))
          throw new Error('undone')
        },
        { role: 'owner' },
      )
      .catch(() => {})
    t.ok(
      kinds.includes(what === 'taken out' ? 'missing' : 'refused-row-forged'),
      `what was set aside is guarded like the log: ${what}: ${kinds.join()}`,
    )
  }
  await t.rejects(asOwner(database).query('DELETE FROM log_refused_row'), /immutable/)
})

t.test('a row that cannot even be set aside', async (t) => {
  const database = await openMigratedMemory()
  t.teardown(async () => {
    await database.close()
  })
  const away: Database = {
    ...database,
    transaction: async () => {
      throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
    },
  }
  const said: string[] = []
  const log = { info: () => {}, warn: (_fields: object, message: string) => void said.push(message) }

  const refused = createRefusedRows({ database: away, key, log })
  const row = link(entry(), 'a-writer', chainStart)
  await t.rejects(refused.setAside(row, '22P05', true), { code: 'ECONNREFUSED' }, 'its answer was given')
  t.strictSame([refused.count, said], [0, []])
  await refused.setAside(row, '22P05', false)
  t.equal(refused.count, 1)
  t.match(said, [/could not be set aside; its answer was not given/])

  // In a spool: one that no table can hold, as no such program writes it, and a good one after it.
  const { hash: _, ...unnumbered } = { ...row, seq: null as unknown as number }
  const other = link(entry(), 'another-writer', chainStart)
  const folder = await mkdtemp(join(tmpdir(), 'precert-spool-'))
  await writeFile(
    join(folder, '1-000001.rows'),
    [{ ...unnumbered, hash: hashOf(unnumbered) }, other].map((one) => `${JSON.stringify(one)}\n`).join(''),
  )
  const spool = await Spool.open({ folder, maxBytes: 64 * 1024 * 1024, strict: false })
  const shipAll = async (setAside: (record: LogRecord, why: string) => Promise<void>): Promise<void> => {
    said.length = 0
    await startShipping({ database, spool, refused: { setAside }, onStored: () => {}, log }).stop()
  }
  await shipAll(async () => {
    throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
  })
  t.match(said, [/cannot be shipped to the store; rows wait/], 'while the store is away')
  t.ok(spool.waitingBytes > 0)
  const setAside: string[] = []
  await shipAll(async (record, why) => {
    setAside.push(why)
    await createRefusedRows({ database, key, log }).setAside(record, why, true)
  })
  t.strictSame(setAside, ['23502'])
  t.match(said, [/rows of the spool were damaged/], 'its file is kept, and is not in the way')
  t.equal(spool.waitingBytes, 0)
  await spool.close()
  t.ok((await readdir(folder)).includes('1-000001.rows.damaged'))
  t.ok((await readWholeLog(database, 'public')).ids.has(other.determinationId ?? ''))
})

t.test('a batch gives the place of such a line to a problem, and answers the others', async (t) => {
  const service = await recordedService(content, { access, key })
  t.teardown(async () => {
    await service.close()
  })
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/authorization-checks/batch',
    headers: { authorization: 'nul' },
    payload: [claim(), claim()],
  })
  const lines = answer.json<{ code?: string }[]>()
  t.strictSame(
    lines.map(({ code }) => code),
    ['record-refused', 'record-refused'],
  )
})
