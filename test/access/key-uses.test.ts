// When a key was used last, and when it ends.
import t from 'tap'
import { parseKeysCommand, type KeysCommand } from '../../src/commands/keys/arguments.js'
import { keepKeyUses } from '../../src/access/key-uses.js'
import { manageKeys } from '../../src/commands/keys/manage-keys.js'
import { liveKeys } from '../../src/store/keys/api-keys.js'
import type { Database } from '../../src/store/database/database.js'
import { openMigratedMemory } from '../support/embedded.js'
import { accessWith, aKey } from './credentials.js'

const database = await openMigratedMemory()
t.teardown(async () => {
  await database.close()
})
const run = async (...args: string[]) => {
  const command = parseKeysCommand(args, new Date()) as Exclude<
    KeysCommand,
    { action: 'help' | 'rotate-data-key' }
  >
  const { fields, lines } = await manageKeys(command, database, async () => '')
  return { fields: fields as Record<string, string | null>, text: lines.join('\n') }
}
const listed = async (): Promise<Record<string, unknown>> => {
  const { fields } = await run('list')
  const keys = fields['keys'] as unknown as { keyId: string; lastUsedAt: string | null }[]
  return Object.fromEntries(keys.map(({ keyId, lastUsedAt }) => [keyId, lastUsedAt]))
}

t.test('a key ends in a year unless it is said otherwise, and never ends aloud', async (t) => {
  const create = ['create', '--name', 'billing', '--scopes', 'checks:write']
  const now = new Date('2026-11-24T12:00:00Z')
  t.match(parseKeysCommand(create, now), { expiresAt: '2027-11-24T12:00:00.000Z' })
  t.match(parseKeysCommand([...create, '--no-expiry'], now), { expiresAt: null })
  t.throws(() => parseKeysCommand([...create, '--no-expiry', '--expires', '2027-01-01'], now), {
    message: /exclude each other/,
  })
  const usual = await run('create', '--name', 'usual', '--scopes', 'policies:read')
  t.notMatch(usual.text, /never expires/)
  const endless = await run('create', '--name', 'endless', '--scopes', 'policies:read', '--no-expiry')
  t.match(endless.text, /WARNING: it never expires \(--no-expiry\)/)
  t.equal(endless.fields['expiresAt'], null)
})

t.test('the last use of each key is written now and then, and listed', async (t) => {
  let clock = Date.parse('2026-11-24T12:00:00Z')
  const [one, two] = [
    await run('create', '--name', 'one', '--scopes', 'policies:read'),
    await run('create', '--name', 'two', '--scopes', 'policies:read'),
  ]
  const [key, keyId, otherId] = [
    String(one.fields['key']),
    String(one.fields['keyId']),
    String(two.fields['keyId']),
  ]
  const { table } = accessWith(await liveKeys(database), [], () => clock)
  const said: string[] = []
  let away = false
  const counted = { transactions: 0 }
  const guarded = {
    transaction: async (...given: Parameters<Database['transaction']>) => {
      counted.transactions++
      if (away) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })
      return await database.transaction(...given)
    },
  } as Database
  const keeping = () => keepKeyUses(guarded, table, { warn: (_, line) => void said.push(line) }, 3_600_000)

  await keeping().stop()
  t.equal(counted.transactions, 0, 'nothing is written where nothing was used')
  for (let at = 0; at < 1_000; at++) table.verify(key)
  table.verify(`${key.slice(0, -1)}~`)
  t.match(await listed(), { [keyId]: null }, 'a request writes nothing')
  await keeping().stop()
  t.equal(counted.transactions, 1)
  t.match(await listed(), { [keyId]: '2026-11-24T12:00:00.000Z', [otherId]: null })
  t.match((await run('list')).text, /last used \(UTC\)[^]*2026-11-24T12:00[^\n]* one /)

  clock += 60_000
  table.verify(key)
  away = true
  table.replace(await liveKeys(database))
  const failing = keeping()
  await failing.stop()
  await failing.stop()
  t.match(said, [/last use of keys could not be written/])
  t.equal(said.length, 1, 'said once, however often it fails')
  away = false
  await keeping().stop()
  t.match(await listed(), { [keyId]: '2026-11-24T12:01:00.000Z' }, 'what failed is written with the next')
  clock -= 3_600_000
  table.verify(key)
  await keeping().stop()
  t.match(
    await listed(),
    { [keyId]: '2026-11-24T12:01:00.000Z' },
    'a process whose clock is behind takes nothing back',
  )
})

t.test('the last use of a key that was revoked before it could be written is let go', async (t) => {
  const [kept, revoked] = [aKey({}), aKey({})]
  const at = Date.parse('2026-11-24T12:00:00Z')
  const { table } = accessWith([kept.stored, revoked.stored], [], () => at)
  table.verify(kept.key)
  table.verify(revoked.key)
  const uses = table.takeUses()
  t.equal(uses.length, 2)
  table.replace([kept.stored])
  table.putBackUses(uses)
  t.strictSame(table.takeUses(), [
    { tenantId: kept.stored.tenantId, keyId: kept.stored.keyId, at: '2026-11-24T12:00:00.000Z' },
  ])
})
