import { hasKeys, liveKeys, type StoredKey } from '../store/keys/api-keys.js'
import type { Database } from '../store/database/database.js'
import { closedAccess, openAccess, type Access } from './access.js'
import { listTenants } from '../store/tables/tenants.js'
import { followKeys } from './follow-keys.js'
import { keepKeyUses } from './key-uses.js'
import { createKeyTable, type KeyTable } from './key-table.js'
import { startRule, type StartConditions } from './start-rule.js'
import type { TokenSettings } from './tokens.js'

const soonMs = 30 * 24 * 60 * 60_000

/** How the issuer of tokens is configured; absent where there is none. */
export type IssuerSettings = Omit<TokenSettings, 'keys' | 'tenants'> & {
  readonly tenantClaim?: string | undefined
} & ({ readonly jwksUrl: string } | { readonly jwksFile: string })

export interface AccessSettings extends Pick<StartConditions, 'host' | 'adminHost' | 'production'> {
  readonly issuer?: IssuerSettings | undefined
}

/** The methods of a log that this file uses. */
interface Log {
  readonly info: (fields: object, message: string) => void
  readonly warn: (fields: object, message: string) => void
}

/** The access of a process, and how to stop following its keys. */
export interface OpenedAccess {
  readonly access: Access
  readonly stop: () => Promise<void>
}

/**
 * The error for a process that must not start, by the table in docs/operate/security.md. The
 * message says what to set.
 */
export class StartRefused extends Error {}

/**
 * Reads the keys, applies the start rule and logs its line. Rejects with StartRefused where the
 * process must not start. On a server the keys are followed until `stop`. An embedded store has one
 * process, so nobody else changes its keys.
 */
export async function openAccessFor(
  settings: AccessSettings,
  database: Database,
  log: Log,
): Promise<OpenedAccess> {
  const [live, had] = [await liveKeys(database), await hasKeys(database)]
  const { host, adminHost, production, issuer } = settings
  const rule = startRule({
    keys: live.length > 0 ? 'live' : had ? 'dead' : 'none',
    tokens: issuer !== undefined,
    host,
    adminHost,
    production,
    store: database.kind,
  })
  if (rule.access === 'refused') throw new StartRefused(rule.line)
  if (rule.line !== undefined) log.warn({ access: rule.access }, rule.line)
  if (rule.access === 'open') return { access: openAccess, stop: async () => {} }
  const table = createKeyTable()
  table.replace(live, await listTenants(database))
  const following = database.kind === 'server' ? followKeys(database, table, log) : undefined
  const uses = keepKeyUses(database, table, log)
  const token = issuer === undefined ? undefined : await verifierFor(issuer, table.isTenant)
  warnOfExpiry(live, log)
  log.info({ access: 'closed', keys: live.length, issuer: issuer?.issuer }, 'credentials are asked for')
  return {
    access: closedAccess({ key: table.verify, token }),
    stop: async () => {
      await Promise.all([following?.stop(), uses.stop()])
    },
  }
}

/** Warns at each start of keys that expire soon. */
function warnOfExpiry(live: readonly StoredKey[], log: Log): void {
  const soon = new Date(Date.now() + soonMs).toISOString()
  for (const { tenantId, keyId, name, expiresAt } of live) {
    if (expiresAt !== null && expiresAt < soon)
      log.warn(
        { tenantId, keyId, name, expiresAt },
        'a key expires within 30 days; make a second one of its name and give it out',
      )
  }
}

async function verifierFor(
  { tenantClaim, ...issuer }: IssuerSettings,
  isTenant: KeyTable['isTenant'],
): Promise<ReturnType<typeof import('./tokens.js').createTokenVerifier>> {
  // Imported only where tokens are configured, because it would make every other start slower.
  const [{ createTokenVerifier }, { keySetOfFile }] = await Promise.all([
    import('./tokens.js'),
    import('./issuer-keys.js'),
  ])
  const tenants = tenantClaim === undefined ? undefined : { claim: tenantClaim, has: isTenant }
  if ('jwksUrl' in issuer) return createTokenVerifier({ ...issuer, tenants, keys: { url: issuer.jwksUrl } })
  try {
    return createTokenVerifier({ ...issuer, tenants, keys: { set: await keySetOfFile(issuer.jwksFile) } })
  } catch {
    throw new StartRefused(
      `JWT_JWKS_FILE: ${issuer.jwksFile} is not a readable JSON Web Key Set with public keys (at most 64 KiB and 100 keys); put the issuer's there`,
    )
  }
}
