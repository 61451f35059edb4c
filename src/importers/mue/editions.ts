import { addDays, addMonths } from '../../decision/plain-date.js'
import type { PolicyContent, PolicySet, Source, UnitLimitEdition } from '../../decision/policy.js'
import { nextQuarter, type TableIdentity } from './file-name.js'

/** The policy set that plans follow; the starter pack of the same name brings it. */
export const muePolicySetId = 'cms-mue'

const publisher = 'Centers for Medicare & Medicaid Services'
const page = 'https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits/medicare-ncci-medically-unlikely-edits-mues'
const monthsUsable = 6

/** The set as this import brings it where no starter pack does. Its title tells the two apart, so that it is brought again by the next import. */
const ownSet: PolicySet = { policySetId: muePolicySetId, title: 'Medicare medically unlikely edits (imported tables)', publisher, speaksTo: ['units'] }

/** One table as an edition; `to` is left to `inSuccession`, since it hangs on what else is held. */
export function editionFrom ({ setting, edition, from }: TableIdentity, rows: UnitLimitEdition['rows'], retrievedOn: string): UnitLimitEdition {
  return { policySetId: muePolicySetId, edition, setting, from, source: sourceOf({ setting, edition, from }, retrievedOn), rows }
}

function sourceOf ({ setting, edition, from }: TableIdentity, retrievedOn: string): Source {
  const coversThrough = addDays(nextQuarter(from), -1)
  return {
    publisher, documentNumber: 'NCCI MUE table', documentVersion: edition.replace('-', ' '),
    title: `Medically unlikely edits: ${setting.replace('-', ' ')} services`, url: page, retrievedOn, grade: 'primary',
    coversThrough, usableThrough: addDays(addMonths(nextQuarter(from), monthsUsable), -1),
    note: `The whole table as published for ${edition}. Some edits are confidential, so a code without a row is not a code without a limit. That the table is used for ${monthsUsable} months after its quarter, and flagged, is our choice.`
  }
}

const key = ({ setting, edition }: UnitLimitEdition): string => `${setting} ${edition}`

/** The content of the import's pack: every edition held of the set, those of the same quarter and setting replaced by the new ones. */
export function mergeEditions (held: PolicyContent, imported: readonly UnitLimitEdition[]): Pick<PolicyContent, 'policySets' | 'unitLimits'> {
  const replaced = new Set(imported.map(key))
  const kept = held.unitLimits.filter(edition => edition.policySetId === muePolicySetId && !replaced.has(key(edition)))
  const heldSet = held.policySets.find(({ policySetId }) => policySetId === muePolicySetId)
  return {
    policySets: heldSet === undefined || heldSet.title === ownSet.title ? [ownSet] : [],
    unitLimits: inSuccession([...kept, ...imported])
  }
}

/**
 * Editions of each setting one after the other: one that is followed by a later one ends with its own quarter, so that none overlap and
 * a quarter that is missing stays a gap. The last one is open: until when it may be used stands in its source.
 */
function inSuccession (editions: readonly UnitLimitEdition[]): UnitLimitEdition[] {
  const ordered = [...editions].sort((a, b) => a.setting === b.setting ? a.from < b.from ? -1 : 1 : a.setting < b.setting ? -1 : 1)
  return ordered.map((edition, at) => {
    const { to: _, ...rest } = edition
    const next = ordered[at + 1]
    if (next?.setting !== edition.setting) return rest
    const end = nextQuarter(edition.from)
    return { ...rest, to: next.from < end ? next.from : end }
  })
}
