import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose'
import { IssuerUnreachable } from './access.js'
import { publicTenant, type Caller } from './caller.js'
import { isScope, type Scope } from './scopes.js'

export interface TokenSettings {
  readonly issuer: string
  readonly audience: string
  /** Claim whose value is the tenant, and who is one; absent: every token is of the public tenant. */
  readonly tenants?: { readonly claim: string; readonly has: (tenantId: string) => boolean } | undefined
  /** Signatures that are taken; only asymmetric ones have a place here. */
  readonly algorithms: readonly string[]
  /** Where the issuer publishes its keys, or the keys themselves. */
  readonly keys: { readonly url: string } | { readonly set: JSONWebKeySet }
}

const clockTolerance = 60 // seconds by which two clocks may differ
const longestLife = 24 * 60 * 60 // seconds; a token cannot be revoked here, so it must end by itself
const fetching = { timeoutDuration: 3_000, cooldownDuration: 60_000, cacheMaxAge: 10 * 60_000 } // ms
const restAfterFailure = 10_000 // ms
const largestKeySet = 64 * 1024 // characters

/**
 * Verifies the access tokens of one issuer: signature by a listed algorithm and a published key, issuer, audience, times, subject.
 * Answers undefined for every other token, and rejects with IssuerUnreachable when the published keys cannot be had.
 */
export function createTokenVerifier(
  { issuer, audience, algorithms, keys, tenants }: TokenSettings,
  now: () => number = Date.now,
): (token: string) => Promise<Caller | undefined> {
  const keyFor = 'url' in keys ? published(keys.url) : createLocalJWKSet(keys.set)
  return async (token) => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keyFor, {
        issuer,
        audience,
        algorithms: [...algorithms],
        clockTolerance,
        currentDate: new Date(now()),
        requiredClaims: ['exp', 'iat', 'sub'],
      })
      return isAccessToken(payload, protectedHeader.typ, audience)
        ? callerOf(payload, issuer, tenants)
        : undefined
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      // What jose cannot read at all it may throw as an error of the runtime; only a failed fetch is not the token's fault.
      if (error instanceof IssuerUnreachable) throw error
      return undefined
    }
  }
}

/** The keys that the issuer publishes, fetched when first needed, every ten minutes, and for an unknown key id at most once a minute. */
function published(url: string): JWTVerifyGetKey {
  const fetched = createRemoteJWKSet(new URL(url), { ...fetching, [customFetch]: sparingFetch() })
  return async (header, token) => {
    try {
      return await fetched(header, token)
    } catch (error) {
      const isOfTheToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported
      throw isOfTheToken ? error : new IssuerUnreachable()
    }
  }
}

/** Fetches with a limit of size, without redirects, and not again at once after a failure: forged tokens must not become requests to the issuer. */
function sparingFetch(): FetchImplementation {
  let restUntil = 0
  return async (url, options) => {
    if (Date.now() < restUntil) throw new IssuerUnreachable()
    restUntil = Date.now() + restAfterFailure
    const response = await fetch(url, options)
    const text = await response.text()
    if (response.status !== 200 || text.length > largestKeySet) throw new IssuerUnreachable()
    createLocalJWKSet(JSON.parse(text) as JSONWebKeySet) // throws for what is no set of public keys, which is a failure too
    restUntil = 0
    return new Response(text)
  }
}

// A token for several services could be used here by any of them, and an ID or logout token is none for an API.
function isAccessToken(
  { aud, iat = 0, exp = 0, sub }: JWTPayload,
  typ: string | undefined,
  audience: string,
): boolean {
  return (
    [aud].flat().every((one) => one === audience) &&
    exp - iat <= longestLife &&
    (typ === undefined || /^(application\/)?(at\+)?jwt$/i.test(typ)) &&
    sub !== undefined &&
    sub !== '' &&
    sub.length <= 255
  )
}

function callerOf(
  payload: JWTPayload,
  issuer: string,
  tenants: TokenSettings['tenants'],
): Caller | undefined {
  const tenantId = tenants === undefined ? publicTenant : payload[tenants.claim]
  if (typeof tenantId !== 'string' || tenants?.has(tenantId) === false) return undefined
  return { tenantId, callerId: `jwt:${issuer}#${payload.sub ?? ''}`, scopes: scopesOf(payload) }
}

/** `scope` as OAuth writes it, words in one text; `scp` as some issuers do, or a list. What is not known allows nothing. */
function scopesOf({ scope, scp }: JWTPayload): ReadonlySet<Scope> {
  const words = [scope, scp].flat().flatMap((value) => (typeof value === 'string' ? value.split(' ') : []))
  return new Set(words.filter(isScope))
}
