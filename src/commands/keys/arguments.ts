import { flag, isDay, listOf, readAction, text, usualOptions } from '../arguments.js'
import { CommandRefused } from '../command.js'
import { publicTenant } from '../../access/caller.js'
import { environments, keyIdOf, type Environment } from '../../access/key-format.js'
import { isScope, scopes, type Scope } from '../../access/scopes.js'

interface Manner {
  readonly json: boolean
  readonly dryRun: boolean
}
interface OfTenant extends Manner {
  readonly tenantId: string
}

/** The parsed command line. */
export type KeysCommand =
  | { readonly action: 'help' }
  | (OfTenant & {
      readonly action: 'create'
      readonly name: string
      readonly scopes: readonly Scope[]
      readonly expiresAt: string | null
      readonly environment: Environment
      readonly onlyIfNone: boolean
    })
  | (OfTenant & { readonly action: 'list'; readonly all: boolean })
  | (OfTenant & { readonly action: 'revoke'; readonly keyId: string })
  | (OfTenant & { readonly action: 'check' })
  | (OfTenant & { readonly action: 'tenant'; readonly title: string })
  | (Manner & { readonly action: 'tenants' })
  | (Manner & { readonly action: 'rotate-data-key' })

/**
 * Arguments that are not understood, or an impossible request. The message says what to write
 * instead.
 */
export class KeysRefused extends CommandRefused {}

export const keysHelp = `precert keys create --name NAME --scopes LIST [options]    makes a key and shows it, once
precert keys list [--all]                                  live keys; with --all also revoked and expired ones
precert keys revoke ID                                     ends a key, for good; every process refuses it within 5 seconds
precert keys check < FILE                                  tells what a key is: mistyped, unknown, revoked, expired or live
precert keys tenant NAME [--title TEXT]                    makes a tenant, on a server (DATABASE_URL), for good
precert keys tenants                                       all tenants
precert keys rotate-data-key                               wraps what seals the decision log with a new key of the installation:
                                                              from DATA_KEY_PREVIOUS to DATA_KEY, or for a key file of an embedded store to one made now

  --name NAME          who uses it: small letters, digits and hyphens. Two keys of one name can be live, to change over from one to the other
  --scopes LIST        ${scopes.join(', ')}
  --expires DATE       the day, or the instant, from which it is refused: 2027-01-01 (at 00:00 UTC) or 2027-01-01T08:00:00-05:00; in a year if absent
  --no-expiry          it holds until it is revoked: for what nobody can give a new key in time
  --environment NAME   ${environments.join(' or ')} (${environments[0]} if absent): a word in the key by which people tell installations apart
  --tenant NAME        whose key it is, for create, list, revoke and check; '${publicTenant}' if absent. The key alone says who asks: it sees public policy and its tenant's
  --title TEXT         what the tenant is called, for people; its NAME if absent
  --if-none            make a key only if the tenant never had one; done, without a key, if it had
  --dry-run            say what would be done, and do nothing
  --json               the result as JSON
  --help               this text

The store is the one of the service (DATABASE_URL, or DATA_DIR, which one process at a time may use: stop the service, make the key, and
start it again). A key is kept as a hash: whoever loses it makes another one.
Exit codes: 0 done; 1 failed; 2 arguments not understood or refused; 78 configuration.`

const usualLifeMs = 365 * 24 * 60 * 60_000

const options = {
  name: text,
  tenant: text,
  title: text,
  scopes: text,
  expires: text,
  'no-expiry': flag,
  environment: text,
  'if-none': flag,
  all: flag,
  'dry-run': flag,
  ...usualOptions,
} as const
const taken = {
  create: ['name', 'tenant', 'scopes', 'expires', 'no-expiry', 'environment', 'if-none'],
  list: ['all', 'tenant'],
  revoke: ['tenant'],
  check: ['tenant'],
  tenant: ['title'],
  tenants: [],
  'rotate-data-key': [],
} as const

// Actions that take an argument besides options, and the message where it is missing.
const argumentOf: { readonly [action in Read['action']]?: string } = {
  revoke: 'Name one key by its id, as list shows it.',
  tenant: 'Name the tenant: precert keys tenant north-clinic.',
}

type Read = NonNullable<ReturnType<typeof read>>
type Values = Read['values']

function read(args: readonly string[]) {
  return readAction(args, { options, taken, always: ['json', 'dry-run'], Refused: KeysRefused })
}

/** Reads the arguments of the keys command. Throws KeysRefused for what it does not understand. */
export function parseKeysCommand(args: readonly string[], now: Date): KeysCommand {
  const given = read(args)
  if (given === undefined) return { action: 'help' }
  const { action, values, rest } = given
  const asked = argumentOf[action]
  if (rest.length !== (asked === undefined ? 0 : 1))
    throw new KeysRefused(
      asked ??
        `${action} takes no such argument; a key is never given on the command line, where others can read it.`,
    )
  const manner = { json: values.json === true, dryRun: values['dry-run'] === true }
  if (action === 'tenants') return { action, ...manner }
  if (action === 'rotate-data-key') return { action, ...manner }
  if (action === 'tenant')
    return { action, ...manner, tenantId: tenantFrom(rest[0]), title: values.title ?? rest[0] ?? '' }
  const ofTenant = { ...manner, tenantId: tenantFrom(values.tenant) }
  if (action === 'list') return { action, ...ofTenant, all: values.all === true }
  if (action === 'check') return { action, ...ofTenant }
  if (action === 'revoke') return { action, ...ofTenant, keyId: idFrom(rest[0] ?? '') }
  return {
    action: 'create',
    ...ofTenant,
    name: nameFrom(values),
    scopes: scopesFrom(values),
    expiresAt: expiryFrom(values, now),
    environment: environmentFrom(values),
    onlyIfNone: values['if-none'] === true,
  }
}

// To revoke a leaked key one has the key itself, so its id is read from it.
function idFrom(given: string): string {
  const keyId = keyIdOf(given) ?? given
  if (!/^[0-9A-Za-z]{12}$/.test(keyId))
    throw new KeysRefused('That is not the id of a key: 12 letters and digits, as list shows it.')
  return keyId
}

function tenantFrom(name: string = publicTenant): string {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    throw new KeysRefused('A tenant is named by small letters, digits and hyphens: north-clinic.')
  return name
}

function nameFrom({ name }: Values): string {
  if (name === undefined || !/^[a-z0-9][a-z0-9-]{0,62}$/.test(name))
    throw new KeysRefused('Say who will use the key: --name billing (small letters, digits and hyphens).')
  return name
}

function scopesFrom({ scopes: list = '' }: Values): Scope[] {
  const given = [...new Set(listOf(list))]
  const unknown = given.find((entry) => !isScope(entry))
  if (unknown !== undefined)
    throw new KeysRefused(`There is no scope ${unknown}; there are ${scopes.join(', ')}.`)
  if (given.length === 0)
    throw new KeysRefused(
      `Say what the key may do: --scopes checks:write,policies:read (there are ${scopes.join(', ')}).`,
    )
  return given.filter(isScope)
}

function expiryFrom({ expires, 'no-expiry': never }: Values, now: Date): string | null {
  if (never === true && expires !== undefined)
    throw new KeysRefused('--expires and --no-expiry exclude each other: give one.')
  if (never === true) return null
  if (expires === undefined) return new Date(now.getTime() + usualLifeMs).toISOString()
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(expires) ? `${expires}T00:00:00Z` : expires
  const isInstant =
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(instant) &&
    isDay(instant.slice(0, 10)) &&
    !Number.isNaN(Date.parse(instant))
  if (!isInstant)
    throw new KeysRefused(
      `--expires ${expires} is neither a date such as 2027-01-01 nor an instant with its zone such as 2027-01-01T08:00:00Z.`,
    )
  if (Date.parse(instant) <= now.getTime()) throw new KeysRefused(`--expires ${expires} is past.`)
  return new Date(instant).toISOString()
}

function environmentFrom({ environment = environments[0] }: Values): Environment {
  const found = environments.find((one) => one === environment)
  if (found === undefined) throw new KeysRefused(`--environment is ${environments.join(' or ')}.`)
  return found
}
