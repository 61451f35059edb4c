// A service with two keys and an issuer of its own making: what tests of access stand on. Nothing here is a secret of anybody.
import { SignJWT, exportJWK, generateKeyPair, type JWTPayload } from 'jose'
import { closedAccess, type Access } from '../../src/access/access.js'
import { newKey } from '../../src/access/key-format.js'
import { createKeyTable, type KeyTable } from '../../src/access/key-table.js'
import { createTokenVerifier } from '../../src/access/tokens.js'
import type { StoredKey } from '../../src/store/keys/api-keys.js'

export const now = Date.parse('2026-11-24T12:00:00Z')
export const issuer = 'https://issuer.example/'
export const audience = 'https://precert.example'
const seconds = now / 1000

/** A key and the row that is kept of it. */
export function aKey(differing: Partial<StoredKey> = {}): {
  readonly key: string
  readonly stored: StoredKey
} {
  const { key, keyId, secretHash } = newKey('live')
  return {
    key,
    stored: {
      tenantId: 'public',
      keyId,
      name: 'test',
      secretHash,
      scopes: ['policies:read'],
      createdAt: '2026-01-01T00:00:00.000Z',
      expiresAt: null,
      revokedAt: null,
      ...differing,
    },
  }
}

export type Signer = Awaited<ReturnType<typeof signer>>

/** A key pair under a key id, and what it signs. */
export async function signer(algorithm: string, kid: string) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' }
  return {
    jwk,
    privateKey,
    publicKey,
    sign: async (claims: Readonly<Record<string, unknown>> = {}, header: object = {}) =>
      await new SignJWT({ ...goodClaims, ...claims })
        .setProtectedHeader({ alg: algorithm, kid, typ: 'at+jwt', ...header })
        .sign(privateKey),
  }
}

export const goodClaims: JWTPayload = {
  iss: issuer,
  aud: audience,
  sub: 'engine-1',
  iat: seconds,
  exp: seconds + 300,
  scope: 'policies:read openid',
}

/** Access as a process with credentials has it, with a clock that the test sets. */
export function accessWith(
  keys: readonly StoredKey[],
  signers: readonly Signer[],
  clock: () => number = () => now,
): { readonly access: Access; readonly table: KeyTable } {
  const table = createKeyTable(clock)
  table.replace(keys)
  const token = createTokenVerifier(
    {
      issuer,
      audience,
      algorithms: ['ES256', 'RS256', 'EdDSA'],
      keys: { set: { keys: signers.map(({ jwk }) => jwk) } },
    },
    clock,
  )
  return { access: closedAccess({ key: table.verify, token }), table }
}
