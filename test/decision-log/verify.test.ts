// Whatever is done to one row of the log, verification names it: 100 tamperings, each on a log that was whole before.
import t from 'tap'
import { hashOf, link } from '../../src/decision-log/record.js'
import { verifyLog } from '../../src/decision-log/verify.js'
import { installationKeyOf } from '../../src/sealing/installation-key.js'
import type { Database, Queryable } from '../../src/store/database/database.js'
import { readChain } from '../../src/store/log/decision-log.js'
import { readCheckpoints } from '../../src/store/log/checkpoints.js'
import { claim, content } from '../oracle/worked-example.js'
import { recordedService } from '../support/recorded.js'

const rows = 40
const service = await recordedService(content)
for (let at = 1; at < rows; at++)
  await service.app.inject({ method: 'POST', url: '/v1/authorization-checks', payload: claim() })
await service.app.inject({ url: '/v1/determinations?pageSize=1' })
await service.app.close()
await service.decisions.close()
const { database, key } = service
t.teardown(async () => {
  await database.close()
})

const verify = async (db: Database, later = 0) =>
  await verifyLog({ database: db, tenantId: 'public', verifying: key.verifying, now: Date.now() + later })

t.test('a log that nobody touched is whole', async (t) => {
  t.match(await verify(database, 3_600_000), { rows, chains: 1, checkpoints: 1, unsignedRows: 0, faults: [] })
})

/** A tampering by somebody who can write every table; it says which rows it touched. */
type Tamper = (tx: Queryable, seq: number) => Promise<readonly number[]>

const setTo =
  (assignment: string): Tamper =>
  async (tx, seq) => {
    await tx.query(`UPDATE decision_log SET ${assignment} WHERE seq = $1`, [seq])
    return [seq]
  }

const rest = `action, determination_id, caller_id, channel, request_id, check_kind, engine_version, policy_revision, plan_id, procedure_codes, outcome, reason_codes,
  reference_marks, key_id, sealed, previous_hash, hash`

const tamperings: Record<string, Tamper> = {
  'another outcome': setTo("outcome = 'expect-denial'"),
  'another plan': setTo("plan_id = 'another-plan'"),
  'another caller': setTo("caller_id = 'key:000000000000'"),
  'another time': setTo("at = at + interval '1 second'"),
  'another policy revision': setTo('policy_revision = 99'),
  'another engine': setTo("engine_version = '9.9.9'"),
  'another id': setTo("determination_id = 'det_00000000000070008000000000000000'"),
  'one code more': setTo("procedure_codes = procedure_codes || '{J3425}'::text[]"),
  'a reason more': setTo("reason_codes = reason_codes || '{made-up}'::text[]"),
  'another channel': setTo("channel = 'batch'"),
  'another request id': setTo("request_id = 'req_other'"),
  'another kind of check': setTo("check_kind = 'frequency'"),
  'another key id': setTo("key_id = '0000000000000000'"),
  'a mark more': setTo("reference_marks = '{ab}'::text[]"),
  'a determination made a reading': setTo(
    "action = CASE action WHEN 'reading' THEN 'replay' ELSE 'reading' END",
  ),
  'one bit of what is sealed': setTo('sealed = set_bit(sealed, 17, 1 - get_bit(sealed, 17))'),
  'another hash': setTo("hash = repeat('a', 64)"),
  'another hash before': setTo("previous_hash = repeat('b', 64)"),
  'another writer': async (tx, seq) => {
    await tx.query("UPDATE decision_log SET writer_id = 'somebody' WHERE seq = $1", [seq])
    return [seq]
  },
  'taken out': async (tx, seq) => {
    await tx.query('DELETE FROM decision_log WHERE seq = $1', [seq])
    return [seq]
  },
  'swapped with the next': async (tx, seq) => {
    const [a, b] = seq === rows ? [seq - 1, seq] : [seq, seq + 1]
    await tx.query(
      `UPDATE decision_log SET seq = CASE seq WHEN $1::int8 THEN $2::int8 ELSE $1::int8 END, at = (SELECT max(at) FROM decision_log) + seq * interval '1 second' WHERE seq IN ($1::int8, $2::int8)`,
      [a, b],
    )
    return [a, b]
  },
  'put in twice': async (tx, seq) => {
    await tx.query(
      `INSERT INTO decision_log SELECT tenant_id, writer_id, seq, at + interval '1 ms', ${rest} FROM decision_log WHERE seq = $1`,
      [seq],
    )
    return [seq]
  },
  'put in after the end': async (tx, seq) => {
    await tx.query(
      `INSERT INTO decision_log SELECT tenant_id, writer_id, ${rows + 1}, at, ${rest} FROM decision_log WHERE seq = $1`,
      [seq],
    )
    return [rows + 1]
  },
  'replaced by another row': async (tx, seq) => {
    const from = seq === 1 ? 2 : seq - 1
    await tx.query(
      `UPDATE decision_log AS d SET outcome = o.outcome, sealed = o.sealed, determination_id = o.determination_id, hash = o.hash FROM decision_log AS o WHERE d.seq = $1 AND o.seq = $2`,
      [seq, from],
    )
    return [seq]
  },
  'the tail cut': async (tx, seq) => {
    await tx.query('DELETE FROM decision_log WHERE seq >= $1', [seq])
    return [seq]
  },
}
/** A transaction that takes itself for the database. */
const insideOf = (tx: Queryable): Database => ({
  kind: 'embedded',
  query: tx.query.bind(tx),
  script: tx.script.bind(tx),
  close: async () => {},
  transaction: async (work) => await work(tx),
  statement: tx.query.bind(tx),
  listen: () => ({ isConnected: () => false, stop: async () => {} }),
})

class Undone extends Error {}

/** Tampers, verifies, and puts everything back. */
async function after(
  tamper: Tamper,
  seq: number,
): Promise<{ touched: readonly number[]; found: Awaited<ReturnType<typeof verify>> }> {
  let result: { touched: readonly number[]; found: Awaited<ReturnType<typeof verify>> } | undefined
  await database
    .transaction(
      async (tx) => {
        await tx.query("SELECT set_config('session_replication_role', 'replica', true)") // no triggers: they would refuse
        const touched = await tamper(tx, seq)
        result = { touched, found: await verify(insideOf(tx), 3_600_000) }
        throw new Undone()
      },
      { role: 'owner' },
    )
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error
    })
  if (result === undefined) throw new Error('nothing was verified')
  return result
}

t.test('100 of 100 tamperings are found, and the row is named', async (t) => {
  const kinds = Object.entries(tamperings)
  let named = 0
  for (let number = 0; number < 100; number++) {
    const [name, tamper] = kinds[number % kinds.length] as [string, Tamper]
    const seq = [1, rows, 7, 23][Math.floor(number / kinds.length)] as number
    const { touched, found } = await after(tamper, seq)
    // A row is named by its number, or as part of what is missing.
    const isNamed = touched.some((one) =>
      found.faults.some((fault) => fault.seq === one || new RegExp(`\\b${one}\\b`).test(fault.detail)),
    )
    if (isNamed) named++
    else t.fail(`${name}, row ${seq}: ${JSON.stringify(found.faults)}`)
  }
  t.equal(named, 100, `${named} of 100`)
  t.match(await verify(database, 3_600_000), { faults: [] }, 'and everything was put back')
})

t.test('a row that was altered and given its own hash anew: the next one does not follow', async (t) => {
  const altered =
    (action: 'alone' | 'with the next before it'): Tamper =>
    async (tx, seq) => {
      const [{ writerId } = { writerId: '' }] = await tx.query<{ writerId: string }>(
        'SELECT writer_id AS "writerId" FROM decision_log LIMIT 1',
      )
      const chain = await readChain(
        insideOf(tx),
        'public',
        writerId,
        { seq: -1, at: '1970-01-01T00:00:00Z' },
        rows,
      )
      const [before, row] = [seq - 1, seq].map((wanted) => chain.find((one) => one.seq === wanted))
      if (before === undefined || row === undefined) throw new Error(`no row ${seq}`)
      // Its own hash is right again; what stands after it still says the hash that it had.
      const next =
        action === 'alone'
          ? link({ ...row, outcome: 'expect-denial' }, writerId, before)
          : link(row, writerId, { ...before, hash: '1'.repeat(64) })
      t.equal(hashOf(next), next.hash)
      await tx.query('UPDATE decision_log SET outcome = $2, previous_hash = $3, hash = $4 WHERE seq = $1', [
        seq,
        next.outcome,
        next.previousHash,
        next.hash,
      ])
      return [seq]
    }
  t.strictSame(
    (await after(altered('alone'), 11)).found.faults.map(({ kind, seq }) => [kind, seq]),
    [['does-not-follow', 12]],
  )
  t.strictSame(
    (await after(altered('with the next before it'), 11)).found.faults.map(({ kind, seq }) => [kind, seq]),
    [
      ['does-not-follow', 11],
      ['does-not-follow', 12],
    ],
    'nor does a row follow that names another hash before it',
  )
})

t.test('somebody who links every later row anew is found by the signed head', async (t) => {
  const rewritten: Tamper = async (tx, seq) => {
    const [{ writerId } = { writerId: '' }] = await tx.query<{ writerId: string }>(
      'SELECT writer_id AS "writerId" FROM decision_log LIMIT 1',
    )
    const chain = await readChain(
      insideOf(tx),
      'public',
      writerId,
      { seq: -1, at: '1970-01-01T00:00:00Z' },
      rows,
    )
    let head = { seq: 0, hash: '0'.repeat(64), at: '' }
    for (const row of chain) {
      const next = link(row.seq === seq ? { ...row, outcome: 'expect-denial' } : row, writerId, head)
      t.equal(hashOf(next), next.hash)
      await tx.query('UPDATE decision_log SET outcome = $2, previous_hash = $3, hash = $4 WHERE seq = $1', [
        row.seq,
        next.outcome,
        next.previousHash,
        next.hash,
      ])
      head = next
    }
    return [seq]
  }
  t.match((await after(rewritten, 11)).found.faults, [{ kind: 'replaced', seq: rows }])
})

t.test('a checkpoint that was altered, taken out, or signed by somebody else', async (t) => {
  t.match(
    (
      await after(async (tx) => {
        await tx.query('UPDATE log_checkpoint SET seq = seq - 1')
        return []
      }, 1)
    ).found.faults,
    [{ kind: 'checkpoint-forged' }, { kind: 'unsigned', seq: 1 }],
  )
  t.match(
    (
      await after(async (tx) => {
        await tx.query('DELETE FROM log_checkpoint')
        return []
      }, 1)
    ).found.faults,
    [{ kind: 'unsigned', seq: 1 }],
  )
  const other = installationKeyOf(Buffer.alloc(32, 7))
  t.match(await verifyLog({ database, tenantId: 'public', verifying: other.verifying, now: Date.now() }), {
    faults: [{ kind: 'checkpoint-forged' }],
  })
})

t.test('an end of retention that this installation did not sign is none', async (t) => {
  const { faults } = (
    await after(async (tx) => {
      await tx.query('DELETE FROM decision_log WHERE seq <= 5')
      await tx.query(
        `INSERT INTO log_retirement (tenant_id, writer_id, seq, hash, at, signer, signature)
         SELECT tenant_id, writer_id, 5, hash, at, signer, signature FROM log_checkpoint`,
      )
      return []
    }, 1)
  ).found
  t.match(faults, [
    { kind: 'retirement-forged', seq: 5 },
    { kind: 'missing', seq: 1, detail: 'Rows 1 to 5 were taken out.' },
  ])
})

t.test('a chain that is gone with its checkpoints is found by those that were kept elsewhere', async (t) => {
  const copies = await readCheckpoints(database, 'public')
  t.equal(copies.length, 1)
  const empty = insideOf({ query: async () => [], script: async () => {} })
  const gone = await verifyLog({
    database: empty,
    tenantId: 'public',
    verifying: key.verifying,
    copies,
    now: Date.now(),
  })
  t.match(gone.faults, [{ kind: 'cut', detail: /Rows 1 to 40 are gone/ }])
})
