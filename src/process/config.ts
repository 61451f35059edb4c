import { readFileSync } from 'node:fs'
import { envSchema } from 'env-schema'
import { Type, type Static } from 'typebox'
import { isLoopback } from '../access/start-rule.js'
import { isVisible } from '../access/visible-text.js'
import { faultOfDatabaseUrl } from './database-url.js'
import { logLevels } from '../protocols/admin/log-level.js'
import { usualAtOnce, usualUnsentMebibytes } from '../protocols/http/back-pressure.js'
import { isNetwork } from '../protocols/http/client-address.js'
import { usualWriteTimeoutSeconds } from '../protocols/http/unread-answers.js'
import { usualPublicPerMinute } from '../protocols/http/limits.js'

const signature = '((ES|RS|PS)(256|384|512)|EdDSA)'
const hostName = '[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?'
const origin = 'https?://[a-z0-9.-]+(:[0-9]{1,5})?'

/**
 * Every setting of the process, each with a working default. The table in docs/operate/settings.md and .env.example are
 * generated from it.
 */
export const Config = Type.Object(
  {
    HOST: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      description: 'Address to listen on; `0.0.0.0` for all.',
    }),
    PORT: Type.Integer({
      default: 3000,
      minimum: 0,
      maximum: 65535,
      description: 'TCP port to listen on; 0 takes any free port.',
    }),
    ADMIN_HOST: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      description:
        'Address of the second listener, for metrics and health; elsewhere than on loopback metrics ask for a credential. `none`: no such listener.',
    }),
    ADMIN_PORT: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65535,
        description:
          'Its TCP port; 0 takes any free port. Absent: 9464, or any free port where that is taken; the log says which.',
      }),
    ),
    DATABASE_URL: Type.Optional(
      Type.String({
        pattern: '^postgres(ql)?://',
        description:
          'Postgres server (`postgres://…`); absent: an embedded database in `DATA_DIR`. Percent-encode the password (`@` is `%40`), or leave it out and set `PGPASSWORD`.',
      }),
    ),
    DATABASE_URL_FILE: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'File that holds `DATABASE_URL` instead, so that its password stands in no environment; read at start.',
      }),
    ),
    DATA_DIR: Type.String({
      default: './.precert',
      minLength: 1,
      description: 'Folder of the embedded database; one process at a time.',
    }),
    POLICIES_DIR: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Folder of policy packs to load at first start; absent: the packs that come with the program.',
      }),
    ),
    POLICY_MAX_UNCONFIRMED_MINUTES: Type.Number({
      default: 15,
      minimum: 0,
      maximum: 1_000_000,
      description:
        'Minutes for which checks are answered by the policy in memory while the database cannot be reached; then they are refused with 503, since policy may have changed. 0 = for ever.',
    }),
    LOG_LEVEL: Type.Enum(logLevels, {
      default: 'info',
      description:
        'Least severe level that is logged; `PUT /log-level` of the second listener changes it while the process runs.',
    }),
    NODE_ENV: Type.Optional(
      Type.String({ description: '`production`: does not start without credentials, wherever it listens.' }),
    ),
    JWT_ISSUER: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Issuer (`iss`) whose access tokens are taken beside keys; needs `JWT_AUDIENCE` and one of the two below.',
      }),
    ),
    JWT_AUDIENCE: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Audience (`aud`) that a token must be for: this service, as the issuer knows it.',
      }),
    ),
    JWT_JWKS_URL: Type.Optional(
      Type.String({
        pattern: '^(https://|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])[:/])',
        description: 'Where the issuer publishes its keys (https); the only outbound call there is.',
      }),
    ),
    JWT_JWKS_FILE: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'File with the keys of the issuer (a JSON Web Key Set) instead; read at start.',
      }),
    ),
    JWT_ALGORITHMS: Type.String({
      default: 'ES256,ES384,RS256,RS384,EdDSA',
      pattern: `^${signature}(,${signature})*$`,
      description: 'Signature algorithms that are taken, asymmetric ones only.',
    }),
    JWT_TENANT_CLAIM: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Claim whose value is the tenant of a token; a token without it, or of no tenant that there is, is refused. Absent: tokens belong to the public tenant.',
      }),
    ),
    RATE_LIMIT_PER_MINUTE: Type.Integer({
      default: 6000,
      minimum: 0,
      maximum: 100_000_000,
      description:
        'Service lines that one credential may ask about in a minute, a request without lines counting as one; 0 = no limit.',
    }),
    RATE_LIMIT_TENANT_PER_MINUTE: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000_000,
        description:
          'Service lines that all credentials of one tenant together may ask about in a minute; 0 = no limit. Absent: ten times `RATE_LIMIT_PER_MINUTE`.',
      }),
    ),
    RATE_LIMIT_ISSUER_PER_MINUTE: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1_000_000_000,
        description:
          'The same for all tokens of the issuer together, whatever subjects it names. Absent: ten times `RATE_LIMIT_PER_MINUTE`.',
      }),
    ),
    RATE_LIMIT_PUBLIC_PER_MINUTE: Type.Integer({
      default: usualPublicPerMinute,
      minimum: 0,
      maximum: 100_000_000,
      description:
        'Requests for public routes (`/docs`, `/openapi.json`; health is not counted) that one network address, or /64 of IPv6, may send in a minute; 0 = no limit.',
    }),
    MAX_CONCURRENT_REQUESTS: Type.Integer({
      default: usualAtOnce,
      minimum: 1,
      maximum: 100_000,
      description: 'Requests that are answered at the same time; more are refused with 503 and Retry-After.',
    }),
    MAX_UNSENT_MIB: Type.Integer({
      default: usualUnsentMebibytes,
      minimum: 16,
      maximum: 1_000_000,
      description:
        'Answers in MiB that their readers have not taken yet; beyond it requests are refused with 503, and the answers that have waited longest for their readers, 5 seconds at least, are given up.',
    }),
    WRITE_TIMEOUT_SECONDS: Type.Integer({
      default: usualWriteTimeoutSeconds,
      minimum: 1,
      maximum: 3600,
      description:
        'Seconds for which a reader may take nothing of an answer; its connection is ended after that time, at the latest after twice as long.',
    }),
    TRUSTED_PROXIES: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Addresses and networks of the proxies in front, separated by commas (`10.0.0.5,fd00::/8`): failures are counted by the address that they forward. Absent: by the address of the connection.',
      }),
    ),
    TLS_CERT_FILE: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Certificate chain (PEM) to serve HTTPS with; needs `TLS_KEY_FILE`. Absent: HTTP, for a proxy in front.',
      }),
    ),
    TLS_KEY_FILE: Type.Optional(
      Type.String({ minLength: 1, description: 'Private key (PEM) of the certificate.' }),
    ),
    CORS_ORIGINS: Type.Optional(
      Type.String({
        pattern: `^${origin}(,${origin})*$`,
        description:
          'Web origins whose pages may call, exact and separated by commas (`https://desk.example`); absent: none.',
      }),
    ),
    OPEN_HOSTS: Type.Optional(
      Type.String({
        pattern: `^${hostName}(,${hostName})*$`,
        description:
          'Host names, separated by commas, under which a process without credentials is asked, beside `localhost`, `127.0.0.0/8` and `[::1]`; requests under any other name are answered 421.',
      }),
    ),
    API_DOCS: Type.Enum(['on', 'off'], {
      default: 'on',
      description: '`off`: `/docs` and `/openapi.json` are not served.',
    }),
    DATA_KEY: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Key of the installation (32 bytes, base64 or hexadecimal: `openssl rand -base64 32`), with which what callers send is sealed and the decision log signed. Needed with `DATABASE_URL`; absent: made in `DATA_DIR` at first.',
      }),
    ),
    DATA_KEY_FILE: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'File that holds it instead, made if there is none. Keep a copy apart from the database: without it what was recorded cannot be read.',
      }),
    ),
    DATA_KEY_PREVIOUS: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'The key before `DATA_KEY`, while it is changed (`precert keys rotate-data-key`): what it wrapped opens too. Take it away afterwards.',
      }),
    ),
    DATA_KEY_PREVIOUS_FILE: Type.Optional(
      Type.String({ minLength: 1, description: 'File that holds it instead.' }),
    ),
    DECISION_LOG: Type.Enum(['db', 'spool', 'off'], {
      default: 'db',
      description:
        'Where each determination is recorded before its answer is sent: `db` the database, `spool` a file in `SPOOL_DIR` that is shipped to the database, `off` nowhere, and every answer says so.',
    }),
    SPOOL_DIR: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Folder of the spool, one for each process; absent: `spool` in `DATA_DIR`.',
      }),
    ),
    SPOOL_MAX_MIB: Type.Integer({
      default: 1024,
      minimum: 16,
      maximum: 1_000_000,
      description:
        'Size of the spool from which on checks are answered 503, because the database has not taken its rows.',
    }),
    SPOOL_FLUSH: Type.Enum(['grouped', 'strict'], {
      default: 'grouped',
      description:
        '`strict`: an answer waits until its row is flushed to the disk; `grouped`: rows are flushed at most 20 ms later.',
    }),
    DRAIN_SECONDS: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 300,
      description:
        'Seconds for which a process that was told to stop goes on answering, not ready, so that a balancer can notice.',
    }),
  },
  { description: 'Environment of the process.' },
)
export type Config = Readonly<Static<typeof Config>>

/** The environment is unusable. The message is one line that names the key. */
export class ConfigError extends Error {}

/**
 * Reads the environment once, checks it and freezes it. An empty value counts as absent, because compose files write it
 * so.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(
    Object.keys(Config.properties).flatMap((key) =>
      environment[key] === undefined || environment[key] === '' ? [] : [[key, environment[key]]],
    ),
  )
  const config = checked(withSecretsOfFiles(given))
  const lacking = whatIsLacking(config)
  if (lacking !== undefined) throw new ConfigError(lacking)
  return Object.freeze(config)
}

/** Reads settings that are given as files. No message shows the content of a file. */
function withSecretsOfFiles(given: Record<string, string | undefined>): Record<string, string | undefined> {
  const { DATABASE_URL_FILE: file, DATABASE_URL: url } = given
  if (file === undefined) return given
  if (url !== undefined)
    throw new ConfigError('DATABASE_URL and DATABASE_URL_FILE exclude each other: set one')
  const read = secretIn(file, 'DATABASE_URL_FILE')
  if (!/^postgres(ql)?:\/\/\S+$/.test(read))
    throw new ConfigError(
      `DATABASE_URL_FILE: ${file} does not hold an address of PostgreSQL (postgres://…); put one there, and nothing else`,
    )
  return { ...given, DATABASE_URL: read }
}

/** The content of a file, without the end of its line. */
function secretIn(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    const { code = 'failed' } = error as NodeJS.ErrnoException
    throw new ConfigError(
      `${setting}: ${file} cannot be read (${code}); name a file that this process may read`,
    )
  }
}

function checked(given: Record<string, string | undefined>): Config {
  try {
    return envSchema<Static<typeof Config>>({ schema: structuredClone(Config), data: given, env: false })
  } catch (error) {
    throw new ConfigError(
      oneLine(
        error as Error & {
          errors?: { instancePath: string; message?: string; params?: { allowedValues?: string[] } }[]
        },
      ),
    )
  }
}

/**
 * Settings that must come in pairs. One of them alone would leave access open, or close it, without the operator
 * wanting it.
 */
function whatIsLacking(config: Config): string | undefined {
  const unreadable = config.DATABASE_URL === undefined ? undefined : faultOfDatabaseUrl(config.DATABASE_URL)
  if (unreadable !== undefined) return `DATABASE_URL ${unreadable}`
  if ((config.TLS_CERT_FILE === undefined) !== (config.TLS_KEY_FILE === undefined))
    return 'TLS_CERT_FILE and TLS_KEY_FILE belong together: set both or neither'
  if (config.TRUSTED_PROXIES?.split(',').every(isNetwork) === false)
    return 'TRUSTED_PROXIES must be addresses or networks separated by commas, such as 10.0.0.5,fd00::/8; not a number of hops, and not everybody (/0)'
  for (const name of ['RATE_LIMIT_TENANT_PER_MINUTE', 'RATE_LIMIT_ISSUER_PER_MINUTE'] as const) {
    const limit = config[name] ?? 0
    if (limit !== 0 && limit < config.RATE_LIMIT_PER_MINUTE)
      return `${name} is less than RATE_LIMIT_PER_MINUTE, which one credential alone may use; set it to that or more, or to 0 for no limit`
  }
  const token = [config.JWT_ISSUER, config.JWT_AUDIENCE, config.JWT_JWKS_URL ?? config.JWT_JWKS_FILE]
  if (config.JWT_JWKS_URL !== undefined && config.JWT_JWKS_FILE !== undefined)
    return 'JWT_JWKS_URL and JWT_JWKS_FILE exclude each other: set one'
  if (token.includes(undefined) && token.some((value) => value !== undefined))
    return 'JWT_ISSUER, JWT_AUDIENCE and one of JWT_JWKS_URL and JWT_JWKS_FILE belong together: set three or none'
  if (config.JWT_ISSUER !== undefined && !isVisible(config.JWT_ISSUER))
    return 'JWT_ISSUER must be text that can be seen, words parted by single spaces: it stands in the decision log'
  if (config.JWT_TENANT_CLAIM !== undefined && config.JWT_ISSUER === undefined)
    return 'JWT_TENANT_CLAIM means nothing without JWT_ISSUER: set both or neither'
  if (config.DATA_KEY !== undefined && config.DATA_KEY_FILE !== undefined)
    return 'DATA_KEY and DATA_KEY_FILE exclude each other: set one'
  if (config.DATA_KEY_PREVIOUS !== undefined && config.DATA_KEY_PREVIOUS_FILE !== undefined)
    return 'DATA_KEY_PREVIOUS and DATA_KEY_PREVIOUS_FILE exclude each other: set one'
  const [key, previous] = [
    config.DATA_KEY ?? config.DATA_KEY_FILE,
    config.DATA_KEY_PREVIOUS ?? config.DATA_KEY_PREVIOUS_FILE,
  ]
  if (previous !== undefined && key === undefined)
    return 'DATA_KEY_PREVIOUS means nothing without the new key: set DATA_KEY or DATA_KEY_FILE too'
  return undefined
}

/** Where the settings take the installation key from. */
export function keySourceOf(config: Config, store: 'embedded' | 'server') {
  return {
    given: config.DATA_KEY,
    file: config.DATA_KEY_FILE,
    previous: config.DATA_KEY_PREVIOUS,
    previousFile: config.DATA_KEY_PREVIOUS_FILE,
    dataDir: config.DATA_DIR,
    store,
  } as const
}

/**
 * A warning about a production database whose identity this process does not verify. Undefined where it does, or where
 * the connection stays on this machine. The warning does not repeat the address.
 */
export function unverifiedDatabase({ NODE_ENV, DATABASE_URL }: Config): string | undefined {
  if (NODE_ENV !== 'production' || DATABASE_URL === undefined) return undefined
  const url = URL.canParse(DATABASE_URL) ? new URL(DATABASE_URL) : undefined
  const host = url?.searchParams.get('host') ?? url?.hostname.replace(/^\[|\]$/g, '')
  const isLocal = host === '' || host?.startsWith('/') === true || (host !== undefined && isLoopback(host))
  return isLocal || url?.searchParams.get('sslmode') === 'verify-full'
    ? undefined
    : 'DATABASE_URL has no sslmode=verify-full: whoever stands between this process and its database can read and answer in its place; add ?sslmode=verify-full, and sslrootcert=FILE where its certificate is of an authority of your own'
}

// Without the value: DATABASE_URL holds a password.
function oneLine(
  error: Error & {
    errors?: { instancePath: string; message?: string; params?: { allowedValues?: string[] } }[]
  },
): string {
  const [first] = error.errors ?? []
  if (first === undefined) return 'The environment could not be read'
  const allowed = first.params?.allowedValues
  return `${first.instancePath.slice(1)} ${first.message ?? 'is not valid'}${allowed === undefined ? '' : `: ${allowed.join(', ')}`}`
}
