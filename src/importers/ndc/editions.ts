import type { PolicyContent, PolicySet } from '../../decision/shapes/policy.js'
import type { Source } from '../../decision/shapes/source.js'
import type { NdcEdition } from '../../decision/shapes/tables.js'
import { firstDayOf, inSuccession, monthsUsable, usableAround } from '../quarterly.js'

/** The policy set that plans follow. */
export const ndcPolicySetId = 'cms-asp-ndc'

const publisher = 'CMS'
const page = 'https://www.cms.gov/medicare/payment/part-b-drugs/asp-pricing-files'

/**
 * The policy set that this import writes where no other pack has one. By its title the next import
 * recognizes it as its own and writes it again.
 */
const ownSet: PolicySet = {
  policySetId: ndcPolicySetId,
  title: 'Medicare Part B drugs: NDC to HCPCS (imported tables)',
  publisher,
  speaksTo: ['claim-line'],
}

/** One crosswalk as an edition, without `to`: `inSuccession` sets it, since it depends on other editions. */
export function editionFrom(edition: string, rows: NdcEdition['rows'], retrievedOn: string): NdcEdition {
  return {
    policySetId: ndcPolicySetId,
    edition,
    from: firstDayOf(edition),
    source: sourceOf(edition, retrievedOn),
    rows,
  }
}

function sourceOf(edition: string, retrievedOn: string): Source {
  return {
    publisher,
    documentNumber: 'ASP NDC-HCPCS crosswalk',
    documentVersion: edition.replace('-', ' '),
    title: 'NDC to HCPCS crosswalk for Medicare Part B drugs (ASP)',
    url: page,
    retrievedOn,
    grade: 'primary',
    ...usableAround(firstDayOf(edition)),
    note: `The crosswalk as published for ${edition}. It lists drugs that are paid by average sales price: one that it does not list may have a code all the same. That it is used for ${monthsUsable} months after its quarter, and flagged, is our choice.`,
  }
}

/**
 * The content of the pack of this import: the loaded editions of the set with the new ones, which replace
 * those of the same quarter.
 */
export function mergeEditions(
  held: PolicyContent,
  imported: readonly NdcEdition[],
): Pick<PolicyContent, 'policySets' | 'ndcEditions'> {
  const replaced = new Set(imported.map(({ edition }) => edition))
  const kept = held.ndcEditions.filter(
    ({ policySetId, edition, from }) =>
      policySetId === ndcPolicySetId && !replaced.has(edition) && !imported.some((one) => one.from === from),
  )
  const heldSet = held.policySets.find(({ policySetId }) => policySetId === ndcPolicySetId)
  return {
    policySets: heldSet === undefined || heldSet.title === ownSet.title ? [ownSet] : [],
    ndcEditions: inSuccession([...kept, ...imported], ({ policySetId }) => policySetId),
  }
}
