import type { FailureCode } from '../error-codes.js'
import { anonymous, type Caller } from './caller.js'
import type { AuthenticationFailure } from './failure-log.js'
import { keyIdOf, keyPrefix } from './key-format.js'

/**
 * Finds the caller from the Authorization header. Returns undefined for every credential that is
 * not valid, whatever is wrong with it.
 */
export interface Access {
  readonly authenticate: (
    authorization: string | undefined,
  ) => Caller | undefined | Promise<Caller | undefined>
  /** Whether callers need no credential. */
  readonly isOpen: () => boolean
}

/** The published keys of a token issuer cannot be fetched now, so no token can be verified. */
export class IssuerUnreachable extends Error {
  readonly code = 'issuer-unreachable' satisfies FailureCode
  constructor() {
    super('The keys of the token issuer cannot be fetched.')
  }
}

/**
 * Access without credentials: every caller may do everything. Only on this machine, see
 * `start-rule.ts`.
 */
export const openAccess: Access = { authenticate: () => anonymous, isOpen: () => true }

export interface Verifiers {
  /** Returns the caller of a key; undefined for a key that is not valid. */
  readonly key: (key: string) => Caller | undefined
  /**
   * Returns the caller that a token names; undefined for a token that is not valid. Absent if no
   * issuer is configured.
   */
  readonly token?: ((token: string) => Promise<Caller | undefined>) | undefined
}

const bearer = /^Bearer +([\w.~+/=-]{1,8192})$/i

/**
 * Access with keys, and with tokens where an issuer is configured. Both are sent as `Authorization:
 * Bearer`. A key is verified without a promise.
 */
export function closedAccess({ key, token }: Verifiers): Access {
  return {
    isOpen: () => false,
    authenticate(authorization) {
      const credential = authorization === undefined ? undefined : bearer.exec(authorization)?.[1]
      if (credential === undefined) return undefined
      return credential.startsWith(keyPrefix) ? key(credential) : token?.(credential)
    },
  }
}

/**
 * The facts about a bad credential that the log may have: its kind, and the public id if it has the
 * form of a key.
 */
export function kindOfCredential(
  authorization: string | undefined,
): Pick<AuthenticationFailure, 'credential' | 'keyId'> {
  if (authorization === undefined) return { credential: 'none' }
  const credential = bearer.exec(authorization)?.[1]
  if (credential?.startsWith(keyPrefix) === true) return { credential: 'key', keyId: keyIdOf(credential) }
  return { credential: credential?.split('.').length === 3 ? 'token' : 'other' }
}
