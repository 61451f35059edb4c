// npm run keys: makes, lists and ends the keys that the service asks for. The arguments are read in access/keys-command-line.ts.
import { text as readAll } from 'node:stream/consumers'
import { timingSafeEqual } from 'node:crypto'
import { publicTenant } from './access/caller.js'
import { hashOf, isMistyped, keyIdOf, newKey } from './access/key-format.js'
import { keysHelp, KeysRefused, parseKeysCommand, type KeysCommand } from './access/keys-command-line.js'
import { ConfigError, readConfig } from './config.js'
import { findKey, hasKeys, insertKey, listKeys, revokeKey, type StoredKey } from './store/api-keys.js'
import { openDatabase, type Database } from './store/database.js'
import { migrate } from './store/migrate.js'
import { StoreError } from './store/store-error.js'

const exitCodes = { done: 0, failed: 1, refused: 2, configuration: 78 } as const // 78 is EX_CONFIG of sysexits.h
const wantsJson = process.argv.includes('--json')

type Action<Name extends KeysCommand['action']> = Extract<KeysCommand, { action: Name }>
/** What is printed: fields for --json, lines for people. */
interface Result { readonly fields: object, readonly lines: readonly string[] }

try {
  const command = parseKeysCommand(process.argv.slice(2), new Date())
  if (command.action === 'help') process.stdout.write(`${keysHelp}\n`)
  else {
    const { fields, lines } = await perform(command)
    process.stdout.write(`${command.json ? JSON.stringify(fields, null, 2) : lines.join('\n')}\n`)
  }
} catch (error) {
  process.exitCode = say(error)
}

async function perform (command: Exclude<KeysCommand, { action: 'help' }>): Promise<Result> {
  const config = readConfig()
  const database = await openDatabase({ databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR })
  try {
    await migrate(database)
    if (command.action === 'create') return await create(command, database)
    if (command.action === 'list') return await list(command, database)
    return command.action === 'revoke' ? await revoke(command, database) : await check(database)
  } finally {
    await database.close()
  }
}

async function create (command: Action<'create'>, database: Database): Promise<Result> {
  const isFirst = !await hasKeys(database)
  const { key, keyId, secretHash } = newKey(command.environment)
  const { name, scopes, expiresAt, dryRun, onlyIfNone } = command
  if (!await insertKey(database, { tenantId: publicTenant, keyId, name, secretHash, scopes, expiresAt }, { onlyIfNone, dryRun })) {
    return { fields: { outcome: 'key-exists' }, lines: ['There are keys already, or were: none was made (npm run keys -- list --all shows them).'] }
  }
  const described = `${name}: ${scopes.join(', ')}; ${expiresAt === null ? 'without expiry' : `until ${expiresAt}`}`
  if (dryRun) return { fields: { outcome: 'would-create', name, scopes, expiresAt }, lines: [`Would make a key for ${described}.`] }
  return {
    fields: { outcome: 'created', keyId, name, scopes, expiresAt, key },
    lines: [
      `Key ${keyId} for ${described}.`, 'It is shown this once and kept as a hash only:', '', `  ${key}`, '', 'Send it with every request, as   Authorization: Bearer <key>',
      ...isFirst ? ['From its next start on, the service asks for a key.'] : []
    ]
  }
}

async function list ({ all }: Action<'list'>, database: Database): Promise<Result> {
  const now = new Date().toISOString()
  const keys = (await listKeys(database, publicTenant)).map(key => ({ ...withoutHash(key), status: statusOf(key, now) })).filter(({ status }) => all || status === 'live')
  const rows = keys.map(({ keyId, status, name, scopes, createdAt, expiresAt }) => `${keyId}  ${status.padEnd(7)}  ${createdAt.slice(0, 10)}  ${(expiresAt ?? '-').padEnd(24)}  ${name}  ${scopes.join(',')}`)
  return { fields: { keys }, lines: rows.length === 0 ? [`There is no ${all ? '' : 'live '}key.`] : [`${'id'.padEnd(12)}  status   made        ${'expires'.padEnd(24)}  name  scopes`, ...rows] }
}

async function revoke ({ keyId, dryRun }: Action<'revoke'>, database: Database): Promise<Result> {
  const before = dryRun ? await findKey(database, publicTenant, keyId) : await revokeKey(database, publicTenant, keyId)
  if (before === undefined) throw new KeysRefused('There is no key of that id. list --all shows all.')
  if (before.revokedAt !== null) return { fields: { outcome: 'was-revoked', keyId, revokedAt: before.revokedAt }, lines: [`Key ${keyId} (${before.name}) has been revoked since ${before.revokedAt}.`] }
  if (dryRun) return { fields: { outcome: 'would-revoke', keyId, name: before.name }, lines: [`Would revoke key ${keyId} (${before.name}).`] }
  return { fields: { outcome: 'revoked', keyId, name: before.name }, lines: [`Key ${keyId} (${before.name}) is revoked. Every process refuses it within 5 seconds.`] }
}

/** Only here is a slip in typing told from a forgery: whoever holds the store may know; over HTTP nobody is told. */
async function check (database: Database): Promise<Result> {
  const key = (await readAll(process.stdin)).trim()
  const keyId = keyIdOf(key)
  if (keyId === undefined) throw new KeysRefused('That does not have the shape of a key.')
  if (isMistyped(key)) throw new KeysRefused('That is a key with a slip in it: letters were changed, lost or swapped.')
  const held = await findKey(database, publicTenant, keyId)
  if (held === undefined || !timingSafeEqual(hashOf(key), Buffer.from(held.secretHash, 'hex'))) throw new KeysRefused('That has the shape of a key, and this store does not know it.')
  const status = statusOf(held, new Date().toISOString())
  return { fields: { status, ...withoutHash(held) }, lines: [`Key ${keyId} (${held.name}) is ${status}; scopes: ${held.scopes.join(', ')}.`] }
}

function statusOf ({ revokedAt, expiresAt }: StoredKey, now: string): 'revoked' | 'expired' | 'live' {
  return revokedAt !== null ? 'revoked' : expiresAt !== null && expiresAt <= now ? 'expired' : 'live'
}

function withoutHash ({ secretHash: _hash, ...rest }: StoredKey): Omit<StoredKey, 'secretHash'> {
  return rest
}

function say (error: unknown): number {
  const isRefused = error instanceof KeysRefused || (error instanceof StoreError && error.code === 'key-name-taken')
  const advice = error instanceof StoreError && error.code === 'data-dir-in-use' ? ' If it is the service: stop it, run this, and start it again.' : ''
  const message = (error instanceof Error ? error.message : String(error)) + advice
  if (wantsJson) process.stdout.write(`${JSON.stringify({ outcome: isRefused ? 'refused' : 'failed', message })}\n`)
  else process.stderr.write(`precert keys: ${message}\n`)
  return error instanceof ConfigError ? exitCodes.configuration : isRefused ? exitCodes.refused : exitCodes.failed
}
