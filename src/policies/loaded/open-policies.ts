import { basename } from 'node:path'
import { openDatabase, type Database } from '../../store/database/database.js'
import { packsInForce } from '../../store/publishing/packs-in-force.js'
import type { OnLoading } from '../../store/tables/loading.js'
import { publishPacks, type Published } from '../../store/publishing/publish.js'
import { currentRevision } from '../../store/tables/revisions.js'
import { publicTenant } from '../../store/tables/tenants.js'
import { validatePacks, type PackProblem } from '../packs/pack.js'
import { readPacks } from '../packs/read-packs.js'
import { createSnapshot, type Snapshot } from './snapshot.js'

export { publicTenant }

/**
 * The error for packs that cannot be loaded. `problems` say what is wrong, in which file and where.
 * None of the packs is in force.
 */
export class PacksRefused extends Error {
  readonly code = 'packs-refused'
  readonly problems: readonly PackProblem[]
  constructor(problems: readonly PackProblem[]) {
    super(
      `${problems.length} problem(s) in policy packs: ${problems
        .slice(0, 5)
        .map(({ file, path, reason }) => `${file}${path === '' ? '' : ` at ${path}`}: ${reason}`)
        .join('; ')}`,
    )
    this.problems = problems
  }
}

export interface OpenPolicies {
  readonly snapshot: Snapshot
  readonly database: Database
  readonly published: Published | undefined
  readonly close: () => Promise<void>
}

export interface StoreLocation {
  readonly databaseUrl?: string | undefined
  readonly dataDir: string
  readonly policiesDir: string
}

/** A function that runs on the migrated store before policy is loaded. It may reject. */
export type WhenOpen = (database: Database) => Promise<void>

/**
 * Opens the store, migrates it, loads the starter packs and compiles the newest revision of every
 * tenant. An embedded store takes the packs of this release at every start. A server, which others
 * may have filled, takes them only when it is empty. `whenOpen` is called with the migrated store
 * before anything is published or loaded, and may reject. `onLoading` is called with the progress.
 */
export async function openPolicies(
  where: StoreLocation,
  onLoading?: OnLoading,
  whenOpen?: WhenOpen,
): Promise<OpenPolicies> {
  const { database, published } = await openStore(where, 'at-every-start', whenOpen)
  try {
    const snapshot = createSnapshot()
    await snapshot.load(database, onLoading)
    return {
      snapshot,
      database,
      published,
      close: async () => {
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/**
 * Opens and migrates the store and loads the starter packs: into one that is empty, or into an
 * embedded one at every start.
 */
export async function openStore(
  where: StoreLocation,
  starters: 'at-every-start' | 'when-empty',
  whenOpen?: WhenOpen,
): Promise<{ database: Database; published: Published | undefined }> {
  const database = await openDatabase(where)
  try {
    await whenOpen?.(database)
    const isEmpty = (await currentRevision(database, publicTenant)) === 0
    const load = isEmpty || (starters === 'at-every-start' && database.kind === 'embedded')
    return { database, published: load ? await publishFolder(database, where.policiesDir) : undefined }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The id in the store of an imported pack that replaces a starter pack. */
export const replacementOf = (packId: string): string => `pack:${packId}`

/**
 * Validates all packs of a folder and publishes them in one revision. Refuses them all when one is
 * wrong.
 */
export async function publishFolder(database: Database, folder: string): Promise<Published> {
  const { packs, problems } = await readPacks(folder)
  const valid = validatePacks(packs)
  const all = [...problems, ...valid.problems]
  if (all.length > 0) throw new PacksRefused(all)
  const inForce = new Set(await packsInForce(database, publicTenant))
  return await publishPacks(database, {
    tenantId: publicTenant,
    description: `policy packs of ${basename(folder)}`,
    // A pack that an import replaced is left out. Otherwise every start would undo the import.
    packs: valid.packs
      .filter(({ pack }) => !inForce.has(replacementOf(pack.packId)))
      .map(({ pack, content }) => ({ packId: pack.packId, content, whenOwned: 'yield' as const })),
  })
}
