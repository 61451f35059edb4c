import { Type, type Static } from 'typebox'
import { isVisible } from '../../access/visible-text.js'

const signature = '((ES|RS|PS)(256|384|512)|EdDSA)'

/** The issuer whose access tokens are accepted in addition to keys. */
export const TokenSettings = Type.Object({
  JWT_ISSUER: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Issuer (`iss`) whose access tokens are taken beside keys; needs `JWT_AUDIENCE` and one of the two below.',
    }),
  ),
  JWT_AUDIENCE: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Audience (`aud`) that a token must be for: this service, as the issuer knows it.',
    }),
  ),
  JWT_JWKS_URL: Type.Optional(
    Type.String({
      pattern: '^(https://|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])[:/])',
      description: 'Where the issuer publishes its keys (https); the only outbound call there is.',
    }),
  ),
  JWT_JWKS_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'File with the keys of the issuer (a JSON Web Key Set) instead; read at start.',
    }),
  ),
  JWT_ALGORITHMS: Type.String({
    default: 'ES256,ES384,RS256,RS384,EdDSA',
    pattern: `^${signature}(,${signature})*$`,
    description: 'Signature algorithms that are taken, asymmetric ones only.',
  }),
  JWT_TENANT_CLAIM: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Claim whose value is the tenant of a token; a token without it, or of no tenant that there is, is refused. Absent: tokens belong to the public tenant.',
    }),
  ),
})
type TokenSettings = Readonly<Static<typeof TokenSettings>>

/**
 * Which of these settings lacks another one, or excludes it, and what to set; undefined where they
 * go together.
 */
export function faultOfTokenSettings(config: TokenSettings): string | undefined {
  const token = [config.JWT_ISSUER, config.JWT_AUDIENCE, config.JWT_JWKS_URL ?? config.JWT_JWKS_FILE]
  if (config.JWT_JWKS_URL !== undefined && config.JWT_JWKS_FILE !== undefined)
    return 'JWT_JWKS_URL and JWT_JWKS_FILE exclude each other: set one'
  if (token.includes(undefined) && token.some((value) => value !== undefined))
    return 'JWT_ISSUER, JWT_AUDIENCE and one of JWT_JWKS_URL and JWT_JWKS_FILE belong together: set three or none'
  if (config.JWT_ISSUER !== undefined && !isVisible(config.JWT_ISSUER))
    return 'JWT_ISSUER must be text that can be seen, words parted by single spaces: it stands in the decision log'
  if (config.JWT_TENANT_CLAIM !== undefined && config.JWT_ISSUER === undefined)
    return 'JWT_TENANT_CLAIM means nothing without JWT_ISSUER: set both or neither'
  return undefined
}
