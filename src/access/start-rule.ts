import { isIPv4 } from 'node:net'

/** Everything that decides whether a process may start, and whether it asks for credentials. */
export interface StartConditions {
  /** `none`: there was never a key in the store. `dead`: there were, but each is revoked or expired. */
  readonly keys: 'none' | 'dead' | 'live'
  /** Whether an issuer of tokens is configured. */
  readonly tokens: boolean
  readonly host: string
  /** Where metrics are served, if they are: reachable from elsewhere they ask for credentials too. */
  readonly adminHost?: string | undefined
  readonly store: 'embedded' | 'server'
  readonly production: boolean
}

/** Open to everybody on this machine, closed to whoever has no credential, or not started; `line` is for the operator. */
export type StartRule =
  | { readonly access: 'open' | 'closed'; readonly line?: string }
  | { readonly access: 'refused'; readonly line: string }

const makeAKey = 'precert keys create --name first --scopes checks:write,policies:read'

/** The table of docs/operate/security.md. Open is only what nobody else can reach: loopback, embedded store, not in production, never a key. */
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

/** Whether only this machine can reach an address. Names other than localhost, and everything unusual, count as reachable. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

function listed(words: readonly string[]): string {
  return words.length === 1 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`
}
