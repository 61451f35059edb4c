import type { Database } from '../database/connection.js'

/** The ids of the tenant's own packs that own content in force now. */
export async function packsInForce(db: Database, tenantId: string): Promise<string[]> {
  // Versions, code rows, unit limits, pairs and NDC codes belong to the pack of their parent.
  const rows = await db.transaction(
    async (tx) =>
      await tx.query<{ packId: string }>(
        `
    SELECT pack_id AS "packId" FROM (
      SELECT tenant_id, revisions, pack_id FROM payer
      UNION ALL SELECT tenant_id, revisions, pack_id FROM plan
      UNION ALL SELECT tenant_id, revisions, pack_id FROM policy_set
      UNION ALL SELECT tenant_id, revisions, pack_id FROM policy
      UNION ALL SELECT tenant_id, revisions, pack_id FROM code_set_name
      UNION ALL SELECT tenant_id, revisions, pack_id FROM code_table
      UNION ALL SELECT tenant_id, revisions, pack_id FROM unit_limit_edition
      UNION ALL SELECT tenant_id, revisions, pack_id FROM procedure_pair_edition
      UNION ALL SELECT tenant_id, revisions, pack_id FROM ndc_edition
    ) AS content WHERE tenant_id = $1 AND upper_inf(revisions) GROUP BY pack_id ORDER BY pack_id COLLATE "C"`,
        [tenantId],
      ),
    { tenantId },
  )
  return rows.map((row) => row.packId)
}
