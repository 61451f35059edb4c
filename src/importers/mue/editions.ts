import type { PolicyContent, PolicySet } from '../../decision/shapes/policy.js'
import type { Source } from '../../decision/shapes/source.js'
import type { UnitLimitEdition } from '../../decision/shapes/tables.js'
import { inSuccession, monthsUsable, usableAround } from '../quarterly.js'
import type { TableIdentity } from './file-name.js'

/** The policy set that plans follow. A starter pack has a set with the same id. */
export const muePolicySetId = 'cms-mue'

const publisher = 'CMS'
const page =
  'https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits/medicare-ncci-medically-unlikely-edits-mues'

/**
 * The policy set that this import writes where no starter pack has one. By its title the next import
 * recognizes it as its own and writes it again.
 */
const ownSet: PolicySet = {
  policySetId: muePolicySetId,
  title: 'Medicare medically unlikely edits (imported tables)',
  publisher,
  speaksTo: ['units'],
  tables: ['unit-limits'],
  originalMedicareOnly: true,
}

/** One table as an edition, without `to`: `inSuccession` sets it, since it depends on other editions. */
export function editionFrom(
  { setting, edition, from }: TableIdentity,
  rows: UnitLimitEdition['rows'],
  retrievedOn: string,
): UnitLimitEdition {
  return {
    policySetId: muePolicySetId,
    edition,
    setting,
    from,
    source: sourceOf({ setting, edition, from }, retrievedOn),
    rows,
  }
}

function sourceOf({ setting, edition, from }: TableIdentity, retrievedOn: string): Source {
  return {
    publisher,
    documentNumber: 'NCCI MUE table',
    documentVersion: edition.replace('-', ' '),
    title: `Medically unlikely edits: ${setting.replace('-', ' ')} services`,
    url: page,
    retrievedOn,
    grade: 'primary',
    ...usableAround(from),
    note: `The whole table as published for ${edition}. Some edits are confidential, so a code without a row is not a code without a limit. That the table is used for ${monthsUsable} months after its quarter, and flagged, is our choice.`,
  }
}

const key = ({ setting, edition }: UnitLimitEdition): string => `${setting} ${edition}`

/**
 * The content of the pack of this import: the loaded editions of the set with the new ones, which replace
 * those of the same quarter and setting.
 */
export function mergeEditions(
  held: PolicyContent,
  imported: readonly UnitLimitEdition[],
): Pick<PolicyContent, 'policySets' | 'unitLimits'> {
  const replaced = new Set(imported.map(key))
  const kept = held.unitLimits.filter(
    (edition) => edition.policySetId === muePolicySetId && !replaced.has(key(edition)),
  )
  const heldSet = held.policySets.find(({ policySetId }) => policySetId === muePolicySetId)
  return {
    policySets: heldSet === undefined || heldSet.title === ownSet.title ? [ownSet] : [],
    unitLimits: inSuccession([...kept, ...imported], ({ setting }) => setting),
  }
}
