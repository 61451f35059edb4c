import { errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import { IssuerUnreachable } from './access.js'
import { publicTenant, type Caller } from './caller.js'
import { givenKeys, publishedKeys } from './issuer-keys.js'
import { isScope, type Scope } from './scopes.js'
import { isVisible } from './visible-text.js'

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
const longestSubject = 255

/**
 * Verifies the access tokens of one issuer: signature by a listed algorithm and a published key, issuer, audience, times, subject.
 * Answers undefined for every other token, and rejects with IssuerUnreachable when the published keys cannot be had.
 */
export function createTokenVerifier(
  { issuer, audience, algorithms, keys, tenants }: TokenSettings,
  now: () => number = Date.now,
): (token: string) => Promise<Caller | undefined> {
  const keyFor = 'url' in keys ? publishedKeys(keys.url) : givenKeys(keys.set)
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
      return isAccessToken(payload, protectedHeader.typ, audience) && isInTime(payload, now())
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

// A token for several services could be used here by any of them, and an ID or logout token is none for an API. The library looks at
// what a claim says and not at its kind: a list of one text passes for that text.
function isAccessToken({ iss, aud, sub }: JWTPayload, typ: unknown, audience: string): boolean {
  return (
    [aud].flat().every((one) => one === audience) &&
    typeof iss === 'string' &&
    (typ === undefined || (typeof typ === 'string' && /^(application\/)?(at\+)?jwt$/i.test(typ))) &&
    typeof sub === 'string' &&
    sub.length <= longestSubject &&
    isVisible(sub)
  )
}

/** Issued already, by a clock that may be a minute ahead, and for a day at most, so that it ends within a day from now. */
function isInTime({ iat = 0, exp = 0 }: JWTPayload, now: number): boolean {
  return iat <= now / 1000 + clockTolerance && exp - iat <= longestLife
}

function callerOf(
  payload: JWTPayload,
  issuer: string,
  tenants: TokenSettings['tenants'],
): Caller | undefined {
  const tenantId = tenants === undefined ? publicTenant : payload[tenants.claim]
  if (typeof tenantId !== 'string' || tenants?.has(tenantId) === false) return undefined
  return { tenantId, callerId: `jwt:${issuer}#${payload.sub ?? ''}`, scopes: scopesOf(payload), issuer }
}

/** `scope` as OAuth writes it, words in one text; `scp` as some issuers do, or a list. What is not known allows nothing. */
function scopesOf({ scope, scp }: JWTPayload): ReadonlySet<Scope> {
  const words = [scope, scp].flat().flatMap((value) => (typeof value === 'string' ? value.split(' ') : []))
  return new Set(words.filter(isScope))
}
