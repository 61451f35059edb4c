import t from 'tap'
import { hashOf, isMistyped, keyIdOf, newKey } from '../../src/access/key-format.js'
import { followKeys } from '../../src/access/follow-keys.js'
import { createKeyTable } from '../../src/access/key-table.js'
import {
  hasKeys,
  insertKey,
  listKeys,
  liveKeys,
  revokeKey,
  type NewKey,
} from '../../src/store/keys/api-keys.js'
import type { Database } from '../../src/store/database/database.js'
import { asOwner } from '../store/emptied.js'
import { openMigratedMemory } from '../support/embedded.js'
import { accessWith, aKey } from './credentials.js'

t.test('a key has a prefix, a public id, 256 bits and a checksum', async (t) => {
  const made = Array.from({ length: 2000 }, () => newKey('live'))
  for (const { key, keyId, secretHash } of made) {
    if (
      !/^pck_live_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/.test(key) ||
      keyIdOf(key) !== keyId ||
      isMistyped(key) ||
      hashOf(key).toString('hex') !== secretHash
    )
      t.fail(key)
  }
  t.equal(new Set(made.map(({ keyId }) => keyId)).size, made.length)
  t.match(newKey('test').key, /^pck_test_/)
  const { key } = newKey('live')
  for (let at = 22; at < key.length; at++) {
    const slip = key.slice(0, at) + (key[at] === '7' ? '8' : '7') + key.slice(at + 1)
    if (!isMistyped(slip)) t.fail(`a slip at ${at}`)
  }
  for (const other of ['', 'pck_live_', `${key}A`, key.slice(1), `${key}\n`, key.replace('live', 'prod')])
    t.equal(keyIdOf(other), undefined, other)
})

t.test('a key expires at the exact moment, by the clock of the process', async (t) => {
  let clock = 0
  const { key, stored } = aKey({ expiresAt: '2026-11-24T12:00:00.000Z' })
  const { table } = accessWith([stored], [], () => clock)
  for (const [instant, holds] of [
    ['2026-11-24T11:59:59.999Z', true],
    ['2026-11-24T12:00:00.000Z', false],
    ['2026-11-24T12:00:01.000Z', false],
  ] as const) {
    clock = Date.parse(instant)
    t.equal(table.verify(key) !== undefined, holds, instant)
  }
})

t.test('a table says who asks, and knows nothing of the last table', async (t) => {
  const { key, stored } = aKey({ tenantId: 'north', scopes: ['checks:write', 'a-scope-of-tomorrow'] })
  const table = createKeyTable()
  t.equal(table.verify(key), undefined)
  table.replace([stored])
  const caller = table.verify(key)
  t.match(caller, { tenantId: 'north', callerId: `key:${stored.keyId}` })
  t.strictSame([...(caller?.scopes ?? [])], ['checks:write'])
  table.replace([])
  t.equal(table.verify(key), undefined)
})

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 10))
}

const database = await openMigratedMemory()
t.teardown(async () => {
  await database.close()
})
const row = ({
  stored: { tenantId, keyId, name, secretHash, scopes, expiresAt },
}: ReturnType<typeof aKey>): NewKey => ({ tenantId, keyId, name, secretHash, scopes, expiresAt })

t.test('the store keeps no secret', async (t) => {
  t.notOk(await hasKeys(database))
  const made = aKey({ name: 'at-rest' })
  await insertKey(database, row(made))
  const dump = Buffer.from(await (await database.dump()).arrayBuffer()).toString('latin1')
  t.ok(dump.includes(made.stored.secretHash), 'the hash is there')
  t.notOk(dump.includes(made.key.split('_')[3] ?? '-'), 'the secret is not')
  t.ok(await hasKeys(database))
})

t.test('two keys of one name are live, not three; a revoked or expired one makes room', async (t) => {
  const [first, second, third] = [aKey({ name: 'twins' }), aKey({ name: 'twins' }), aKey({ name: 'twins' })]
  await insertKey(database, row(first))
  await insertKey(database, row(second))
  await t.rejects(insertKey(database, row(third)), {
    code: 'key-name-taken',
    message: new RegExp(first.stored.keyId),
  })
  await t.rejects(insertKey(database, row(third), { dryRun: true }), { code: 'key-name-taken' })
  t.match(await revokeKey(database, 'public', first.stored.keyId), { revokedAt: null })
  t.match(await revokeKey(database, 'public', first.stored.keyId), { revokedAt: String }, 'twice is once')
  t.equal(await revokeKey(database, 'another', second.stored.keyId), undefined, 'not by another tenant')
  t.ok(await insertKey(database, row(third), { dryRun: true }))
  t.ok(await insertKey(database, row(third)))
  t.notOk(await insertKey(database, row(aKey({ name: 'fourth' })), { onlyIfNone: true }))
  const live = (await liveKeys(database)).map(({ keyId }) => keyId)
  t.strictSame(
    [first, second, third].map(({ stored }) => live.includes(stored.keyId)),
    [false, true, true],
  )
  t.equal((await listKeys(database, 'public')).filter(({ name }) => name === 'twins').length, 3)
})

t.test('a row is written once, revoked once, and never removed', async (t) => {
  const owner = asOwner(database)
  const { stored } = aKey({ name: 'history' })
  await insertKey(database, row({ key: '', stored }))
  for (const change of [
    "scopes = '{admin:keys}'",
    "name = 'other', revoked_at = now()",
    `secret_hash = '${'0'.repeat(64)}'`,
  ]) {
    await t.rejects(
      owner.query(`UPDATE api_key SET ${change} WHERE key_id = $1`, [stored.keyId]),
      { code: '23001' },
      change,
    )
  }
  await revokeKey(database, 'public', stored.keyId)
  await t.rejects(
    owner.query('UPDATE api_key SET revoked_at = NULL WHERE key_id = $1', [stored.keyId]),
    { code: '23001' },
    'no way back',
  )
  await t.rejects(owner.query('DELETE FROM api_key WHERE key_id = $1', [stored.keyId]), { code: '23001' })
  await t.rejects(owner.query('TRUNCATE api_key CASCADE'), { code: '23001' })
})

t.test(
  'keys are followed; a store that is away leaves the last table, is said once, and expiry holds',
  async (t) => {
    let [away, clock] = [false, Date.now()]
    const soon = new Date(clock + 3_600_000).toISOString()
    const [lasting, ending] = [aKey({ name: 'lasting' }), aKey({ name: 'ending', expiresAt: soon })]
    const said: string[] = []
    const guarded: Pick<Database, 'transaction'> = {
      transaction: async (work, options) => {
        if (away) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
        return await database.transaction(work, options)
      },
    }
    const { table } = accessWith([], [], () => clock)
    const following = followKeys(
      guarded as Database,
      table,
      {
        info: (_, line) => {
          said.push(line)
        },
        warn: (_, line) => {
          said.push(line)
        },
      },
      10,
    )
    t.teardown(async () => {
      await following.stop()
    })
    await insertKey(database, row(lasting))
    await insertKey(database, row(ending))
    await until(() => table.verify(lasting.key) !== undefined && table.verify(ending.key) !== undefined)
    t.ok(table.verify(lasting.key))
    away = true
    await until(() => said.length > 0)
    await revokeKey(database, 'public', lasting.stored.keyId)
    await new Promise((resolve) => setTimeout(resolve, 60))
    t.equal(said.length, 1)
    t.ok(table.verify(lasting.key), 'the last table stands')
    clock = Date.parse(soon)
    t.equal(table.verify(ending.key), undefined, 'expiry holds')
    away = false
    await until(() => table.verify(lasting.key) === undefined)
    t.equal(table.verify(lasting.key), undefined, 'and the revocation arrives')
    t.match(said, [/cannot be read/, /read again/])
  },
)
