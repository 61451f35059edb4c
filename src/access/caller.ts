import { publicTenant } from '../store/tables/tenants.js'
import { scopes, type Scope } from './scopes.js'

/**
 * The caller as the credential names it. It is fixed for the whole request; nothing in the body or
 * query can change it.
 */
export interface Caller {
  readonly tenantId: string
  /** `key:` and the id of the key, or `jwt:`, the issuer, `#` and the subject; never a secret. */
  readonly callerId: string
  readonly scopes: ReadonlySet<Scope>
  /** Who issued the token; absent for a key. */
  readonly issuer?: string
}

export { publicTenant }

/** The caller of a process without credentials. */
export const anonymous: Caller = Object.freeze({
  tenantId: publicTenant,
  callerId: 'anonymous',
  scopes: new Set(scopes),
})
