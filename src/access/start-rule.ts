import { isIPv4 } from 'node:net'

/** The facts that decide whether a process may start, and whether callers need credentials. */
export interface StartConditions {
  /** `none`: the store never had a key. `dead`: it had keys, but each is revoked or expired. */
  readonly keys: 'none' | 'dead' | 'live'
  /** Whether an issuer of tokens is configured. */
  readonly tokens: boolean
  readonly host: string
  /**
   * The address where metrics are served, if they are. Where others can reach it, it asks for
   * credentials too.
   */
  readonly adminHost?: string | undefined
  readonly store: 'embedded' | 'server'
  readonly production: boolean
}

/**
 * Whether the process serves without credentials, serves with credentials, or does not start.
 * `line` is for the operator.
 */
export type StartRule =
  | { readonly access: 'open' | 'closed'; readonly line?: string }
  | { readonly access: 'refused'; readonly line: string }

const makeAKey = 'precert keys create --name first --scopes checks:write,policies:read'

/**
 * INVARIANT: the process is open only where nobody else can reach it: loopback, embedded store, not
 * in production, never a key (test/access/start-rule.test.ts). The table is in
 * docs/operate/security.md.
 */
export function startRule({ keys, tokens, host, adminHost, store, production }: StartConditions): StartRule {
  if (tokens || keys === 'live') return { access: 'closed' }
  if (keys === 'dead')
    return {
      access: 'closed',
      line: `every key is revoked or expired, so nobody can ask; make one: ${makeAKey}`,
    }
  const asking = [
    ...(production ? ['NODE_ENV=production'] : []),
    ...(isLoopback(host) ? [] : [`HOST=${host}`]),
    ...(adminHost === undefined || isLoopback(adminHost) ? [] : [`ADMIN_HOST=${adminHost}`]),
    ...(store === 'server' ? ['DATABASE_URL'] : []),
  ]
  if (asking.length === 0)
    return {
      access: 'open',
      line: `no credentials are configured: open to every program on this machine, and to none beyond it; to close it: ${makeAKey}`,
    }
  return {
    access: 'refused',
    line: `${listed(asking)} ask${asking.length === 1 ? 's' : ''} for credentials and none are configured; make a key: ${makeAKey} (in the container image: node dist/commands/main.js keys create …), or set JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS_URL`,
  }
}

/**
 * Whether only this machine can reach an address. Any name but localhost, and any unusual form,
 * counts as reachable.
 */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

function listed(words: readonly string[]): string {
  return words.length === 1 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.slice(-1).join()}`
}
