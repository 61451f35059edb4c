import { timingSafeEqual } from 'node:crypto'
import {
  findKey,
  hasKeys,
  insertKey,
  listKeys,
  revokeKey,
  type StoredKey,
} from '../../store/keys/api-keys.js'
import type { Database } from '../../store/database/database.js'
import { createTenant, listTenants, publicTenant } from '../../store/tables/tenants.js'
import { hashOf, isMistyped, keyIdOf, newKey } from '../../access/key-format.js'
import { KeysRefused, type KeysCommand } from './arguments.js'

type Action<Name extends KeysCommand['action']> = Extract<KeysCommand, { action: Name }>
/** The output: fields for --json, lines for people. */
export interface KeysResult {
  readonly fields: object
  readonly lines: readonly string[]
}

/**
 * Runs the requested action on an open store; `input` reads the key to be checked. Throws
 * KeysRefused for an impossible one.
 */
export async function manageKeys(
  command: Exclude<KeysCommand, { action: 'help' | 'rotate-data-key' }>,
  database: Database,
  input: () => Promise<string>,
): Promise<KeysResult> {
  if (database.kind === 'embedded' && 'tenantId' in command && command.tenantId !== publicTenant) {
    throw new KeysRefused('The embedded store has one tenant. Several need a server: set DATABASE_URL.')
  }
  if (command.action === 'tenant') return await makeTenant(command, database)
  if (command.action === 'tenants') return await tenants(database)
  if (command.action === 'create') return await create(command, database)
  if (command.action === 'list') return await list(command, database)
  return command.action === 'revoke'
    ? await revoke(command, database)
    : await check(command, (await input()).trim(), database)
}

async function makeTenant(
  { tenantId, title, dryRun }: Action<'tenant'>,
  database: Database,
): Promise<KeysResult> {
  await createTenant(database, { tenantId, name: title }, { dryRun })
  if (dryRun)
    return {
      fields: { outcome: 'would-create', tenantId, title },
      lines: [`Would make the tenant ${tenantId} (${title}).`],
    }
  return {
    fields: { outcome: 'created', tenantId, title },
    lines: [
      `Tenant ${tenantId} (${title}) is made. Its first key: precert keys create --tenant ${tenantId} --name first --scopes checks:write,policies:read`,
    ],
  }
}

async function tenants(database: Database): Promise<KeysResult> {
  const all = await listTenants(database)
  return {
    fields: { tenants: all },
    lines: all.map(
      ({ tenantId, name, createdAt }) => `${tenantId.padEnd(24)}  ${createdAt.slice(0, 10)}  ${name}`,
    ),
  }
}

async function create(command: Action<'create'>, database: Database): Promise<KeysResult> {
  const isFirst = !(await hasKeys(database))
  const { key, keyId, secretHash } = newKey(command.environment)
  const { tenantId, name, scopes, expiresAt, dryRun, onlyIfNone } = command
  if (
    !(await insertKey(
      database,
      { tenantId, keyId, name, secretHash, scopes, expiresAt },
      { onlyIfNone, dryRun },
    ))
  ) {
    return {
      fields: { outcome: 'key-exists' },
      lines: ['There are keys already, or were: none was made (precert keys list --all shows them).'],
    }
  }
  const described = `${name}${tenantId === publicTenant ? '' : ` of ${tenantId}`}: ${scopes.join(', ')}; ${expiresAt === null ? 'without expiry' : `until ${expiresAt}`}`
  if (dryRun)
    return {
      fields: { outcome: 'would-create', tenantId, name, scopes, expiresAt },
      lines: [`Would make a key for ${described}.`],
    }
  return {
    fields: { outcome: 'created', tenantId, keyId, name, scopes, expiresAt, key },
    lines: [
      `Key ${keyId} for ${described}.`,
      'It is shown this once and kept as a hash only:',
      '',
      `  ${key}`,
      '',
      ...(expiresAt === null
        ? [
            'WARNING: it never expires (--no-expiry): whoever gets hold of it can use it until it is revoked.',
            '',
          ]
        : []),
      'Send it with every request, as   Authorization: Bearer <key>',
      ...(isFirst ? ['From its next start on, the service asks for a key.'] : []),
    ],
  }
}

async function list({ all, tenantId }: Action<'list'>, database: Database): Promise<KeysResult> {
  const now = new Date().toISOString()
  const keys = (await listKeys(database, tenantId))
    .map((key) => ({ ...withoutHash(key), status: statusOf(key, now) }))
    .filter(({ status }) => all || status === 'live')
  const rows = keys.map(
    ({ keyId, status, name, scopes, createdAt, expiresAt, lastUsedAt }) =>
      `${keyId}  ${status.padEnd(7)}  ${createdAt.slice(0, 10)}  ${(expiresAt ?? 'never').padEnd(24)}  ${(lastUsedAt?.slice(0, 16) ?? 'never').padEnd(16)}  ${name}  ${scopes.join(',')}`,
  )
  return {
    fields: { keys },
    lines:
      rows.length === 0
        ? [`There is no ${all ? '' : 'live '}key.`]
        : [
            `${'id'.padEnd(12)}  status   made        ${'expires'.padEnd(24)}  ${'last used (UTC)'.padEnd(16)}  name  scopes`,
            ...rows,
          ],
  }
}

async function revoke(
  { tenantId, keyId, dryRun }: Action<'revoke'>,
  database: Database,
): Promise<KeysResult> {
  const before = dryRun
    ? await findKey(database, tenantId, keyId)
    : await revokeKey(database, tenantId, keyId)
  if (before === undefined) throw new KeysRefused('There is no key of that id. list --all shows all.')
  if (before.revokedAt !== null)
    return {
      fields: { outcome: 'was-revoked', keyId, revokedAt: before.revokedAt },
      lines: [`Key ${keyId} (${before.name}) has been revoked since ${before.revokedAt}.`],
    }
  if (dryRun)
    return {
      fields: { outcome: 'would-revoke', keyId, name: before.name },
      lines: [`Would revoke key ${keyId} (${before.name}).`],
    }
  return {
    fields: { outcome: 'revoked', keyId, name: before.name },
    lines: [`Key ${keyId} (${before.name}) is revoked. Every process refuses it within 5 seconds.`],
  }
}

/**
 * Only this command tells a typing error from a forgery, because its user has access to the store.
 * Over HTTP no caller learns the difference.
 */
async function check({ tenantId }: Action<'check'>, key: string, database: Database): Promise<KeysResult> {
  const keyId = keyIdOf(key)
  if (keyId === undefined) throw new KeysRefused('That does not have the shape of a key.')
  if (isMistyped(key))
    throw new KeysRefused('That is a key with a slip in it: letters were changed, lost or swapped.')
  const stored = await findKey(database, tenantId, keyId)
  if (stored === undefined || !timingSafeEqual(hashOf(key), Buffer.from(stored.secretHash, 'hex')))
    throw new KeysRefused('That has the shape of a key, and this store does not know it.')
  const status = statusOf(stored, new Date().toISOString())
  return {
    fields: { status, ...withoutHash(stored) },
    lines: [`Key ${keyId} (${stored.name}) is ${status}; scopes: ${stored.scopes.join(', ')}.`],
  }
}

function statusOf({ revokedAt, expiresAt }: StoredKey, now: string): 'revoked' | 'expired' | 'live' {
  return revokedAt !== null ? 'revoked' : expiresAt !== null && expiresAt <= now ? 'expired' : 'live'
}

function withoutHash<Key extends StoredKey>({ secretHash: _hash, ...rest }: Key): Omit<Key, 'secretHash'> {
  return rest
}
