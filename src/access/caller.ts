import { publicTenant } from '../store/tables/tenants.js'
import { scopes, type Scope } from './scopes.js'

/** Who asks, as the credential says: a request carries it from the door to the answer, and nothing that a caller sends can change it. */
export interface Caller {
  readonly tenantId: string
  /** `key:` and the id of the key, or `jwt:`, the issuer, `#` and the subject; never a secret. */
  readonly callerId: string
  readonly scopes: ReadonlySet<Scope>
  /** Who issued the token; absent for a key. */
  readonly issuer?: string
}

export { publicTenant }

/** Whoever asks where no credentials are configured. */
export const anonymous: Caller = Object.freeze({
  tenantId: publicTenant,
  callerId: 'anonymous',
  scopes: new Set(scopes),
})
