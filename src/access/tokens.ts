import { errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose'
import { IssuerUnreachable } from './access.js'
import { publicTenant, type Caller } from './caller.js'
import { givenKeys, publishedKeys } from './issuer-keys.js'
import { isScope, type Scope } from './scopes.js'
import { isVisible } from './visible-text.js'

export interface TokenSettings {
  readonly issuer: string
  readonly audience: string
  /**
   * The claim that names the tenant, and the check of its value. Absent: every token belongs to the
   * public tenant.
   */
  readonly tenants?: { readonly claim: string; readonly has: (tenantId: string) => boolean } | undefined
  /** The accepted signature algorithms. Only asymmetric ones may be listed. */
  readonly algorithms: readonly string[]
  /** Where the issuer publishes its keys, or the keys themselves. */
  readonly keys: { readonly url: string } | { readonly set: JSONWebKeySet }
}

const clockTolerance = 60 // seconds by which two clocks may differ
// seconds; a token cannot be revoked here, so it must end by itself
const longestLife = 24 * 60 * 60
const longestSubject = 255

/**
 * Verifies the access tokens of one issuer: signature by a listed algorithm and a published key,
 * issuer, audience, times, subject. Returns undefined for every other token. Rejects with
 * IssuerUnreachable when the published keys cannot be fetched.
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
      // The library may throw runtime errors for malformed tokens. Only a failed fetch is not the
      // token's fault.
      if (error instanceof IssuerUnreachable) throw error
      return undefined
    }
  }
}

// A token for several services could be replayed here by any of them. An ID or logout token is not
// meant for an API. The library compares values and not types: it takes a list of one text for that
// text.
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

/**
 * Whether a token was issued in the past (by a clock that may be a minute ahead) and is valid for
 * at most a day. So it ends within a day from now.
 */
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

/**
 * The scopes of a token: `scope` as OAuth writes it, words in one text, or `scp` as some issuers
 * do, also as a list. Unknown scopes allow nothing.
 */
function scopesOf({ scope, scp }: JWTPayload): ReadonlySet<Scope> {
  const words = [scope, scp].flat().flatMap((value) => (typeof value === 'string' ? value.split(' ') : []))
  return new Set(words.filter(isScope))
}
