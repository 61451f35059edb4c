import type { Policy } from '../../../decision/shapes/policy.js'
import type { ImportContext } from '../../importer.js'
import { codeSetsOfPolicies, type LocalContent } from '../policies/policies.js'
import { isImported, policySetId } from '../policies/source.js'
import type { Half } from '../tables/tables.js'
import { codeSetsForPacks, type ReadByHand } from './read-by-hand.js'

/**
 * Policies of earlier imports that stay in force: those of a half (articles or LCDs) that is not among
 * the files, without documents that a pack owns. Their code sets stay too, and so do those that the
 * packs name.
 */
export function keptOf(
  context: Pick<ImportContext, 'held' | 'owners'>,
  byHand: ReadByHand,
  brought: { readonly halves: readonly Half[]; readonly policies: readonly Policy[] },
): LocalContent {
  const replaced = new Set([...brought.policies.map(({ policyId }) => policyId), ...byHand.keys()])
  const policies = context.held.policies.filter(
    (policy) =>
      policy.policySetId === policySetId &&
      !replaced.has(policy.policyId) &&
      policy.versions.every(({ source }) => isImported(source)) &&
      !brought.halves.includes(halfOf(policy)),
  )
  const named = codeSetsOfPolicies(policies)
  return {
    policies,
    codeSets: [
      ...context.held.codeSets.filter(({ codeSetId }) => named.has(codeSetId)),
      ...codeSetsForPacks(byHand, context),
    ],
  }
}

const halfOf = ({ versions }: Policy): Half =>
  versions[0]?.source.url.includes('/lcd.aspx') === true ? 'lcd' : 'article'
