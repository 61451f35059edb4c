import { sealWith, type Seal } from '../../src/sealing/seal.js'

/** Data keys that every process of a test has alike, without a store. */
export const sealsOf = (secret = 7): { of: (tenantId: string) => { current: Seal } } => ({
  of: (tenantId) => ({
    current: sealWith('test', {
      encrypting: Buffer.alloc(32, `${secret}${tenantId}`),
      marking: Buffer.alloc(32, `${secret}m${tenantId}`),
    }),
  }),
})
