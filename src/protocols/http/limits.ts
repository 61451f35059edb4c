import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { anonymous, type Caller } from '../../access/caller.js'
import { CallerLimits, type LimitReached, type LineLimits } from '../../access/caller-limits.js'
import { TokenBuckets } from '../../access/token-buckets.js'
import { clientAddress, networkOf } from './client-address.js'
import { ProblemError } from './problem.js'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Takes service lines that become known while the request is answered. Answers 0, or the
     * seconds until they are available; then nothing is taken.
     */
    takeLines: (serviceLines: number) => number
  }
  interface FastifyContextConfig {
    /** How many service lines a valid body has; a route without it costs one. */
    lines?: (body: unknown) => number
    /** A public route without a limit: restarting a busy process makes the overload worse. */
    isProbe?: boolean
  }
}

// Guessing 256 bits is hopeless at any rate. The limit bounds what failures cost us, and is high
// enough for a misconfigured engine behind a shared address.
const failuresPerMinute = 120
// A page of /docs is six requests.
export const usualPublicPerMinute = 600

/** Rate limits. A request beyond its limit is refused with a problem to throw. */
export interface Limits {
  /**
   * Takes `cost` from the caller's limit, minus what is `returned`, and writes the remainder to the
   * headers.
   */
  readonly refuse: (
    caller: Caller,
    cost: number,
    reply: FastifyReply,
    returned?: number,
  ) => ProblemError | undefined
  /** Takes `cost` and answers 0; or takes nothing and answers the seconds until it is available. */
  readonly take: (caller: Caller, cost: number) => number
  /** The network of the caller, by which failures are counted. */
  readonly networkOf: (request: FastifyRequest) => string
  /** Counts a request without a good credential, by its address. */
  readonly refuseFailure: (request: FastifyRequest) => ProblemError | undefined
  /** Counts a request for a public route, by its address. */
  readonly refusePublic: (request: FastifyRequest) => ProblemError | undefined
}

export interface LimitSettings extends LineLimits {
  readonly failuresPerMinute?: number
  /** Requests for public routes per address; 0 = no limit. */
  readonly publicPerMinute?: number
  /** Addresses and networks of the proxies whose X-Forwarded-For is trusted. */
  readonly trustedProxies?: readonly string[]
  readonly now?: () => number
}

/**
 * The limits of one process. Each process counts for itself, so two behind a balancer allow twice
 * as much.
 */
export function createLimits(settings: LimitSettings = {}): Limits {
  const failures = new TokenBuckets(settings.failuresPerMinute ?? failuresPerMinute, settings.now)
  const addressOf = clientAddress(settings.trustedProxies)
  const publicPerMinute = settings.publicPerMinute ?? usualPublicPerMinute
  const publicRequests = publicPerMinute === 0 ? undefined : new TokenBuckets(publicPerMinute, settings.now)
  const network: Limits['networkOf'] = ({ raw }) => networkOf(addressOf(raw))
  const take = (buckets: TokenBuckets, request: FastifyRequest, detail: string): ProblemError | undefined => {
    const wait = buckets.take(network(request), 1)
    return wait === 0 ? undefined : tooMany(wait, detail)
  }
  return {
    ...byCaller(new CallerLimits(settings, settings.now)),
    networkOf: network,
    refuseFailure: (request) =>
      take(failures, request, 'Too many requests without a good credential came from this address.'),
    refusePublic: (request) =>
      publicRequests === undefined || request.routeOptions.config.isProbe === true
        ? undefined
        : take(
            publicRequests,
            request,
            `An address may ask for public pages ${publicPerMinute} times a minute.`,
          ),
  }
}

function byCaller(limits: CallerLimits): Pick<Limits, 'refuse' | 'take'> {
  const own = limits.ofCredentials
  const policy = own === undefined ? '' : `"lines";q=${own.perMinute};w=60`
  return {
    // An open process cannot tell callers apart, so it limits none.
    take: (caller, cost) => (caller === anonymous ? 0 : (limits.take(caller, cost)?.wait ?? 0)),
    refuse(caller, cost, reply, returned) {
      if (caller === anonymous) return undefined
      const reached = limits.take(caller, cost, returned)
      if (own !== undefined) {
        const { left, fullIn } = own.balance(caller.callerId)
        reply.header('ratelimit-policy', policy).header('ratelimit', `"lines";r=${left};t=${fullIn}`)
      }
      return reached === undefined ? undefined : tooMany(reached.wait, detailOf(reached))
    },
  }
}

const who: Readonly<Record<LimitReached['whose'], string>> = {
  credential: 'This credential',
  tenant: 'All credentials of this tenant together',
  issuer: 'All tokens of this issuer together',
}

function detailOf({ whose, perMinute }: LimitReached): string {
  return `${who[whose]} may ask about ${perMinute} service lines a minute.`
}

/**
 * Charges the service lines of a valid body, in place of the one that was taken before the body was
 * read.
 */
export function useLineCosts(app: FastifyInstance, limits: Limits): void {
  app.decorateRequest('takeLines', function (serviceLines) {
    return limits.take(this.caller, serviceLines)
  })
  app.addHook('preHandler', (request, reply, done) => {
    const lines = request.routeOptions.config.lines?.(request.body) ?? 1
    done(lines > 1 ? limits.refuse(request.caller, lines, reply, 1) : undefined)
  })
}

function tooMany(wait: number, detail: string): ProblemError {
  return new ProblemError('too-many-requests', `${detail} Try again in ${wait} seconds.`, [], {
    'retry-after': String(wait),
  })
}
