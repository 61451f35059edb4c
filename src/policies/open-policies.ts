import { migrate } from '../store/migrate.js'
import { openDatabase, type Database } from '../store/database.js'
import { loadPolicyContent } from '../store/policy-content.js'
import { publishPacks, type Published } from '../store/publish.js'
import { currentRevision } from '../store/revisions.js'
import { validatePacks, type PackProblem } from './pack.js'
import { readPacks } from './read-packs.js'
import { createSnapshot, type Snapshot } from './snapshot.js'

/** The tenant that public policy belongs to. */
export const publicTenant = 'public'

/** Packs that cannot be loaded: what is wrong, in which file and where. Nothing of them is in force. */
export class PacksRefused extends Error {
  readonly code = 'packs-refused'
  readonly problems: readonly PackProblem[]
  constructor (problems: readonly PackProblem[]) {
    super(`${problems.length} problem(s) in policy packs: ${problems.slice(0, 5).map(({ file, path, reason }) => `${file}${path === '' ? '' : ` at ${path}`}: ${reason}`).join('; ')}`)
    this.problems = problems
  }
}

export interface OpenPolicies { readonly snapshot: Snapshot, readonly database: Database, readonly published: Published | undefined, readonly close: () => Promise<void> }

/**
 * Opens the store, migrates it, loads the starter packs and compiles the newest revision. An embedded store takes the packs
 * of this release at every start; a server, which others may have filled, only when it is empty. Rejects with what stands in the way.
 */
export async function openPolicies (where: { databaseUrl?: string | undefined, dataDir: string, policiesDir: string }): Promise<OpenPolicies> {
  const database = await openDatabase(where)
  try {
    await migrate(database)
    const isEmpty = await currentRevision(database, publicTenant) === 0
    const published = database.kind === 'embedded' || isEmpty ? await publishFolder(database, where.policiesDir) : undefined
    const snapshot = createSnapshot()
    snapshot.replace(await loadPolicyContent(database, { tenantId: publicTenant }))
    return { snapshot, database, published, close: async () => { await database.close() } }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Validates all packs of a folder and makes them what is in force, in one revision; refuses them all when one is wrong. */
export async function publishFolder (database: Database, folder: string): Promise<Published> {
  const { packs, problems } = await readPacks(folder)
  const valid = validatePacks(packs)
  const all = [...problems, ...valid.problems]
  if (all.length > 0) throw new PacksRefused(all)
  return await publishPacks(database, {
    tenantId: publicTenant, description: `policy packs of ${folder.split('/').at(-1) ?? folder}`,
    // What an import took over stays with it, or every start would undo it.
    packs: valid.packs.map(({ pack, content }) => ({ packId: pack.packId, content, whenOwned: 'yield' as const }))
  })
}
