import { Type, type Static } from 'typebox'
import { usualAtOnce, usualUnsentMebibytes } from '../../protocols/http/back-pressure.js'
import { isNetwork } from '../../protocols/http/client-address.js'
import { usualPublicPerMinute } from '../../protocols/http/limits.js'
import { usualWriteTimeoutSeconds } from '../../protocols/http/unread-answers.js'

/** Rate limits of callers, and limits on the requests that are answered at the same time. */
export const LimitSettings = Type.Object({
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
})
type LimitSettings = Readonly<Static<typeof LimitSettings>>

/**
 * What is wrong with the proxies, or with two limits of which one makes the other useless;
 * undefined where nothing is.
 */
export function faultOfLimitSettings(config: LimitSettings): string | undefined {
  if (config.TRUSTED_PROXIES?.split(',').every(isNetwork) === false)
    return 'TRUSTED_PROXIES must be addresses or networks separated by commas, such as 10.0.0.5,fd00::/8; not a number of hops, and not everybody (/0)'
  for (const name of ['RATE_LIMIT_TENANT_PER_MINUTE', 'RATE_LIMIT_ISSUER_PER_MINUTE'] as const) {
    const limit = config[name] ?? 0
    if (limit !== 0 && limit < config.RATE_LIMIT_PER_MINUTE)
      return `${name} is less than RATE_LIMIT_PER_MINUTE, which one credential alone may use; set it to that or more, or to 0 for no limit`
  }
  return undefined
}
