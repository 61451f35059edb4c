import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  RouteOptions,
} from 'fastify'
import { kindOfCredential, type Access } from '../../access/access.js'
import { anonymous, type Caller } from '../../access/caller.js'
import { FailureLog, type AuthenticationFailure } from '../../access/failure-log.js'
import type { RouteAccess, Scope } from '../../access/scopes.js'
import type { Limits } from './limits.js'
import { documentAccess } from './documented-access.js'
import { ProblemError } from './problem.js'

/**
 * The access that a route may declare. `any-credential` is for the 405 of a route: every caller
 * with a credential may learn its methods.
 */
export type DeclaredAccess = RouteAccess | 'any-credential'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: DeclaredAccess
    /** The scope with which a caller reaches here what is its own; the route sees `onlyOwn`. */
    accessToOwn?: Scope
  }
  interface FastifyRequest {
    /** The caller; `anonymous` on public routes. */
    caller: Caller
    /** The credential reaches only what is the caller's own. */
    onlyOwn: boolean
  }
}

/**
 * Access control, deny by default. A route that declares no access is not registered, and a request
 * needs a credential with the scope of its route. Runs before every hook that looks at the request,
 * so without a credential all routes answer alike.
 */
export function useAccess(app: FastifyInstance, access: Access, limits: Limits): void {
  app.decorateRequest('caller')
  app.decorateRequest('onlyOwn', false)
  app.addHook('onRoute', (route) => {
    requireDeclaration(route)
    documentAccess(route)
  })
  const failures = new FailureLog(app.log)
  app.addHook('onRequest', admission(access, limits, failures))
  app.addHook('onClose', async () => {
    failures.stop()
  })
}

function requireDeclaration({ method, url, config }: RouteOptions): void {
  if (config?.access === undefined)
    throw new Error(
      `the route ${[method].flat().join()} ${url} declares no access: give it config.access, a scope or 'public'`,
    )
}

function admission(access: Access, limits: Limits, failures: FailureLog): onRequestHookHandler {
  return (request, reply, done) => {
    request.caller = anonymous
    // The list of routes is public, so a 404 reveals nothing.
    if (request.is404) return done()
    if (request.routeOptions.config.access === 'public') return done(limits.refusePublic(request))
    const admit = (caller: Caller | undefined): void => {
      if (caller === undefined) failures.note(failureOf(request, limits.networkOf(request)))
      done(refusalOf(caller, request, reply, limits))
    }
    const found = access.authenticate(onlyAuthorization(request.raw))
    if (found instanceof Promise) found.then(admit, done)
    else admit(found)
  }
}

// Of two Authorization headers Node keeps the first, and a proxy may keep the last. So two are
// refused like none.
function onlyAuthorization(request: FastifyRequest['raw']): string | undefined {
  return hasSeveral(request) ? undefined : request.headers.authorization
}

function hasSeveral({ rawHeaders }: FastifyRequest['raw']): boolean {
  let sent = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length === 13 && name.toLowerCase() === 'authorization') sent++
  }
  return sent > 1
}

function failureOf(
  { id, method, raw, routeOptions }: FastifyRequest,
  network: string,
): AuthenticationFailure {
  return {
    network,
    method,
    route: routeOptions.url,
    requestId: id,
    ...(hasSeveral(raw) ? { credential: 'several' as const } : kindOfCredential(raw.headers.authorization)),
  }
}

function refusalOf(
  caller: Caller | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
  limits: Limits,
): ProblemError | undefined {
  if (caller === undefined) return limits.refuseFailure(request) ?? unauthenticated()
  request.caller = caller
  const { access, accessToOwn } = request.routeOptions.config
  const missing = missingScope(caller, access)
  request.onlyOwn = missing !== undefined && accessToOwn !== undefined && caller.scopes.has(accessToOwn)
  return (request.onlyOwn ? undefined : missing) ?? limits.refuse(caller, 1, reply)
}

// One answer for every bad credential: the reason would help a forger.
function unauthenticated(): ProblemError {
  return new ProblemError(
    'unauthenticated',
    'Send a key or token that is in force, as "Authorization: Bearer" and the key or token. Whoever runs the service gives keys out.',
    [],
    { 'www-authenticate': 'Bearer' },
  )
}

function missingScope({ scopes }: Caller, needed: DeclaredAccess | undefined): ProblemError | undefined {
  if (needed === 'any-credential' || (needed !== undefined && needed !== 'public' && scopes.has(needed)))
    return undefined
  const scope = String(needed)
  return new ProblemError(
    'scope-missing',
    `This route needs the scope ${scope}, which the credential does not have.`,
    [],
    { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  )
}
