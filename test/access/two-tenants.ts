// Two tenants on a PostgreSQL of their own, each with policy, keys and determinations, behind the application as a process runs it.
import { randomBytes } from 'node:crypto'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { sharedLoop } from '../../scripts/app-on-packs.js'
import { newKey } from '../../src/access/key-format.js'
import { openAccessFor } from '../../src/access/open-access.js'
import { scopes } from '../../src/access/scopes.js'
import { buildApp } from '../../src/process/app.js'
import { createCheck } from '../../src/check.js'
import { createDeterminations } from '../../src/decision-log/determinations.js'
import { openDecisionLog } from '../../src/decision-log/open-decision-log.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { Source } from '../../src/decision/shapes/source.js'
import { createLog } from '../../src/process/log.js'
import { openPolicies } from '../../src/policies/loaded/open-policies.js'
import { createPastRevisions } from '../../src/policies/loaded/past-revisions.js'
import type { Snapshot } from '../../src/policies/loaded/snapshot.js'
import { createSeals } from '../../src/sealing/data-keys.js'
import { installationKeyOf } from '../../src/sealing/installation-key.js'
import { insertKey } from '../../src/store/keys/api-keys.js'
import type { Database } from '../../src/store/database/database.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { createTenant, publicTenant } from '../../src/store/tables/tenants.js'

const source: Source = {
  publisher: 'Themselves',
  title: 'Contract',
  url: 'https://example.org/contract',
  retrievedOn: '2026-11-01',
  grade: 'primary',
}

/** What a tenant has of its own: every id and every text of it names the tenant. */
export function policyOf(tenantId: string): PolicyContent {
  const policySetId = `${tenantId}-set`
  return {
    ...emptyContent,
    payers: [{ payerId: `${tenantId}-payer`, name: `Payer of ${tenantId}`, x12PayerIds: [`${tenantId}9`] }],
    plans: [
      {
        planId: `${tenantId}-plan`,
        payerId: `${tenantId}-payer`,
        name: `Plan of ${tenantId}`,
        lineOfBusiness: 'commercial',
        benefit: 'medical',
        follows: [{ policySetId, role: 'governing' }],
      },
    ],
    policySets: [
      {
        policySetId,
        title: `Rules of ${tenantId}`,
        publisher: tenantId,
        speaksTo: ['prior-authorization', 'diagnosis'],
      },
    ],
    codeSets: [{ codeSetId: `${tenantId}-codes`, title: `Codes of ${tenantId}`, codes: ['D510'] }],
    policies: [
      {
        policyId: `${tenantId}-policy`,
        policySetId,
        title: `Policy of ${tenantId}`,
        versions: [
          {
            versionId: `${tenantId}-v1`,
            from: '2026-01-01',
            source,
            rules: [
              {
                kind: 'prior-authorization',
                ruleId: `${tenantId}-pa`,
                procedures: ['J3420'],
                statement: `Said by ${tenantId}.`,
                cases: [{ requirement: 'required', consequence: 'denial' }],
              },
              {
                kind: 'diagnosis',
                ruleId: `${tenantId}-dx`,
                procedures: ['J3420'],
                statement: `Listed by ${tenantId}.`,
                supports: { diagnosis: { codeSet: `${tenantId}-codes` } },
                others: 'deny',
              },
            ],
          },
        ],
      },
    ],
  }
}

export interface TwoTenants {
  readonly app: FastifyInstance
  readonly database: Database
  readonly snapshot: Snapshot
  readonly keys: ReadonlyMap<string, string>
  readonly close: () => Promise<void>
}

/** Opens the application on the database at `databaseUrl`, with public policy, and with policy and a key of every scope for each tenant, and a key of nobody's. */
export async function openTenants(databaseUrl: string, tenantIds: readonly string[]): Promise<TwoTenants> {
  const log = createLog('silent')
  const { database, snapshot, close } = await openPolicies({
    databaseUrl,
    dataDir: '',
    policiesDir: fileURLToPath(new URL('../../policies', import.meta.url)),
  })
  const keys = new Map<string, string>()
  for (const tenantId of [...tenantIds, publicTenant]) {
    if (tenantId !== publicTenant) {
      await createTenant(database, { tenantId, name: `Clinic ${tenantId}` })
      await publishPacks(database, {
        tenantId,
        description: `by ${tenantId}`,
        packs: [{ packId: 'own', content: policyOf(tenantId) }],
      })
    }
    const { key, keyId, secretHash } = newKey('test')
    await insertKey(database, { tenantId, keyId, name: 'test', secretHash, scopes, expiresAt: null })
    keys.set(tenantId, key)
  }
  await snapshot.load(database)
  const access = await openAccessFor({ host: '127.0.0.1', production: true }, database, log)
  const past = createPastRevisions(database, snapshot)
  const key = installationKeyOf(randomBytes(32))
  const seals = createSeals(database, key)
  const folder = await mkdtemp(join(tmpdir(), 'precert-tenants-'))
  const decisions = await openDecisionLog(
    { mode: 'db', spool: { folder, maxBytes: 0, strict: false } },
    { database, seals, key, tenants: () => [...tenantIds, publicTenant], log },
  )
  const app = await buildApp({
    snapshot,
    past,
    log,
    pressure: sharedLoop,
    access: access.access,
    check: createCheck({ snapshot, past, log: decisions.log }),
    determinations: createDeterminations({ database, seals, log: decisions.log, snapshot, past }),
    limits: { linesPerMinute: 1_000_000 },
  })
  await app.ready()
  return {
    app,
    database,
    snapshot,
    keys,
    close: async () => {
      await app.close()
      await Promise.all([access.stop(), decisions.close()])
      await close()
    },
  }
}
