import type { Database } from '../database/connection.js'

/**
 * The packs that now own the policies of a set and the code sets of a tenant itself, by the id of
 * the object.
 */
export async function ownersIn(
  db: Database,
  { tenantId, policySetId }: { readonly tenantId: string; readonly policySetId: string },
): Promise<Record<'policies' | 'codeSets', ReadonlyMap<string, string>>> {
  return await db.transaction(
    async (tx) => ({
      policies: byId(
        await tx.query<Owned>(
          `SELECT policy_id AS id, pack_id AS "packId" FROM policy
            WHERE tenant_id = $1 AND upper_inf(revisions) AND content->>'policySetId' = $2`,
          [tenantId, policySetId],
        ),
      ),
      codeSets: byId(
        await tx.query<Owned>(
          `SELECT code_set_id AS id, pack_id AS "packId" FROM code_set_name
            WHERE tenant_id = $1 AND upper_inf(revisions)`,
          [tenantId],
        ),
      ),
    }),
    { tenantId },
  )
}

interface Owned {
  readonly id: string
  readonly packId: string
}

const byId = (rows: readonly Owned[]): ReadonlyMap<string, string> =>
  new Map(rows.map(({ id, packId }) => [id, packId]))
