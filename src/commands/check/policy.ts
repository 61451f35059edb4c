import { readConfig } from '../../process/config.js'
import type { PolicyContent } from '../../decision/shapes/policy.js'
import { openPolicies, PacksRefused } from '../../policies/loaded/open-policies.js'
import { mergeContent, validatePacks } from '../../policies/packs/pack.js'
import { readPacks } from '../../policies/packs/read-packs.js'
import { CheckRefused } from './arguments.js'

export interface PolicyPlace {
  readonly packs: string | undefined
  readonly dataDir: string | undefined
  readonly tenantId: string | undefined
}

/**
 * The policy to answer by: of a folder of packs, or of the newest revision of a store, which is
 * then closed. Rejects where there is none.
 */
export async function policyFrom(
  { packs, dataDir, tenantId }: PolicyPlace,
  starterPacks: string,
): Promise<{ readonly revision: number; readonly content: PolicyContent }> {
  if (packs !== undefined) return { revision: 1, content: await contentOf(packs) }
  const config = readConfig()
  const { snapshot, close } = await openPolicies({
    databaseUrl: dataDir === undefined ? config.DATABASE_URL : undefined,
    dataDir: dataDir ?? config.DATA_DIR,
    policiesDir: config.POLICIES_DIR ?? starterPacks,
  })
  try {
    const current = snapshot.current(tenantId)
    if (current === undefined)
      throw new CheckRefused(
        tenantId === undefined ? 'No policy is current.' : `There is no tenant ${tenantId} in this store.`,
      )
    return {
      revision: current.revision,
      content: { ...current.content, policies: [...current.content.policies] },
    }
  } finally {
    await close()
  }
}

async function contentOf(folder: string): Promise<PolicyContent> {
  const { packs, problems } = await readPacks(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    throw new CheckRefused(`${error.path ?? folder} is not there; --packs names a folder of policy packs.`)
  })
  const valid = validatePacks(packs)
  const all = [...problems, ...valid.problems]
  if (all.length > 0) throw new PacksRefused(all)
  if (packs.length === 0) throw new CheckRefused(`There are no policy packs in ${folder}.`)
  return mergeContent(valid.packs.map(({ content }) => content))
}
