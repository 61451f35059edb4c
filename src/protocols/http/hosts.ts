import type { IncomingMessage } from 'node:http'
import { isIPv4 } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { ProblemError } from './problem.js'

/** An open listener, which asks for no credentials, and the names under which it may be called. */
export interface OpenListener {
  /** Whether the listener is open. A function, because it is known only once the store is open. */
  readonly isOpen: () => boolean
  /** Host names beside those of this machine, without a port: `OPEN_HOSTS`. */
  readonly hosts?: readonly string[]
  /** Web origins whose pages may call: `CORS_ORIGINS`. */
  readonly origins?: readonly string[]
}

/**
 * Guards an open listener against web pages in a browser on this machine. DNS rebinding, where a
 * page points its own name at 127.0.0.1, is answered 421, because the host is foreign. A request
 * from a page of another site (`Sec-Fetch-Site`) is answered 403. A request with two Host headers
 * is answered 400 on every listener, because a proxy and this process could read different ones.
 */
export function useHosts(app: FastifyInstance, { isOpen, hosts = [], origins = [] }: OpenListener): void {
  const named = new Set(hosts.map((host) => host.toLowerCase()))
  const allowed = new Set(origins)
  app.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request
    if (hasTwoHosts(raw))
      return done(new ProblemError('unreadable-request', 'There is more than one Host header. Send one.'))
    if (!isOpen()) return done()
    if (!authoritiesOf(raw).every((authority) => isOwnName(authority, named))) return done(misdirected())
    done(isFromAnotherSite(raw, allowed) ? fromAnotherSite() : undefined)
  })
}

// A target of the form http://host/path names the host a second time (RFC 9112, 3.2.2). It is
// unknown which of the two a browser or proxy meant.
function authoritiesOf({ headers, url = '' }: IncomingMessage): readonly (string | undefined)[] {
  if (url.startsWith('/') || url === '*') return [headers.host]
  return [headers.host, /^https?:\/\/([^/?#]*)/i.exec(url)?.[1]]
}

function isOwnName(authority: string | undefined, named: ReadonlySet<string>): boolean {
  const host = /^(\[::1\]|[a-z0-9.-]+)(?::\d{1,5})?$/i.exec(authority ?? '')?.[1]?.toLowerCase()
  if (host === undefined) return false
  return (
    host === 'localhost' || host === '[::1]' || (isIPv4(host) && host.startsWith('127.')) || named.has(host)
  )
}

function isFromAnotherSite({ headers, method }: IncomingMessage, allowed: ReadonlySet<string>): boolean {
  if (headers['sec-fetch-site'] !== 'cross-site') return false
  if (headers.origin !== undefined && allowed.has(headers.origin)) return false
  // A followed link shows the answer to the person, not to the page that had the link.
  return !(method === 'GET' && headers['sec-fetch-mode'] === 'navigate')
}

function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts > 1
}

const misdirected = (): ProblemError =>
  new ProblemError(
    'misdirected-request',
    'No credentials are asked for here, so requests are taken under localhost, 127.0.0.1 or [::1] only. Use one of them, or name this host in OPEN_HOSTS.',
  )

const fromAnotherSite = (): ProblemError =>
  new ProblemError(
    'cross-site-request',
    'No credentials are asked for here, so a web page of another site may not ask. Name its origin in CORS_ORIGINS to allow it.',
  )
