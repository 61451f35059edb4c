import type { Database, Queryable } from '../../src/store/database/database.js'
import { packsInForce } from '../../src/store/publishing/packs-in-force.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { currentRevision } from '../../src/store/tables/revisions.js'
import { nothing } from './sample.js'

/** Ends all public policy, so that a test begins with none; answers the revision after which its own come. */
export async function emptied(db: Database): Promise<number> {
  const packs = (await packsInForce(db, 'public')).map((packId) => ({ packId, content: nothing }))
  await publishPacks(db, { tenantId: 'public', description: 'emptied', packs })
  return await currentRevision(db, 'public')
}

/** Runs statements as whoever owns the tables, in the name of a tenant: for what no part of the program may do. */
export function asOwner(db: Database, tenantId = 'public'): Pick<Queryable, 'query'> {
  return {
    query: async (sql, parameters) =>
      await db.transaction(async (tx) => await tx.query(sql, parameters), { role: 'owner', tenantId }),
  }
}
