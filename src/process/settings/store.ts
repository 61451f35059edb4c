import { Type, type Static } from 'typebox'
import { isLoopback } from '../../access/start-rule.js'
import { faultOfDatabaseUrl } from '../database-url.js'

/** Where policy and the decision log are stored, and which policy a process decides by. */
export const StoreSettings = Type.Object({
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
})
type StoreSettings = Readonly<Static<typeof StoreSettings>>

/**
 * What is wrong with the address of the database, without the address, which contains a password;
 * undefined where it is well formed.
 */
export function faultOfStoreSettings({ DATABASE_URL }: StoreSettings): string | undefined {
  const unreadable = DATABASE_URL === undefined ? undefined : faultOfDatabaseUrl(DATABASE_URL)
  return unreadable === undefined ? undefined : `DATABASE_URL ${unreadable}`
}

/**
 * A warning about a production database whose identity this process does not verify. Undefined
 * where it does, or where the connection stays on this machine. The warning does not repeat the
 * address.
 */
export function unverifiedDatabase({
  NODE_ENV,
  DATABASE_URL,
}: {
  readonly NODE_ENV?: string
  readonly DATABASE_URL?: string
}): string | undefined {
  if (NODE_ENV !== 'production' || DATABASE_URL === undefined) return undefined
  const url = URL.canParse(DATABASE_URL) ? new URL(DATABASE_URL) : undefined
  const host = url?.searchParams.get('host') ?? url?.hostname.replace(/^\[|\]$/g, '')
  const isLocal = host === '' || host?.startsWith('/') === true || (host !== undefined && isLoopback(host))
  return isLocal || url?.searchParams.get('sslmode') === 'verify-full'
    ? undefined
    : 'DATABASE_URL has no sslmode=verify-full: whoever stands between this process and its database can read and answer in its place; add ?sslmode=verify-full, and sslrootcert=FILE where its certificate is of an authority of your own'
}
