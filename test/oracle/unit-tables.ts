// Unit-limit tables as policies of kind `units`: section 8 of the specification.
import type { Speaker } from './selection.js'
import { isIn } from './dates.js'
import { procedureOf, type Case } from './facts.js'

const settingOf = {
  professional: 'practitioner',
  institutional: 'outpatient-hospital',
  dme: 'dme-supplier',
} as const

/** What the tables of a set say of the procedure of a line in the setting of its claim. */
export function tableSpeakers(policySetId: string, at: Case): Speaker[] {
  const code = procedureOf(at.line)
  const date = at.line.dateOfService
  const ofSet = at.content.unitLimits.filter((edition) => edition.policySetId === policySetId)
  const origin = { policySetId, policyId: 'unit-limits' }
  const claimType = at.request.claimType
  if (claimType === undefined) {
    const anyRow = ofSet.some((edition) => edition.rows.some((row) => row.procedureCode === code))
    return anyRow ? [{ ...origin, voice: { is: 'claim-type-absent' } }] : []
  }
  const editions = ofSet.filter((edition) => edition.setting === settingOf[claimType])
  const inForce = editions.find((edition) => isIn(date, edition))
  if (inForce === undefined) {
    const laterEdition = editions.some((edition) => date < edition.from)
    const anyRow = editions.some((edition) => edition.rows.some((row) => row.procedureCode === code))
    return laterEdition && anyRow ? [{ ...origin, voice: { is: 'not-held', rules: [] } }] : []
  }
  const rows = inForce.rows.filter((row) => row.procedureCode === code)
  const { usableThrough, grade } = inForce.source
  if (rows.length > 0 && usableThrough !== undefined && date > usableThrough)
    return [{ ...origin, voice: { is: 'stale', rules: [] } }]
  return rows.map((row) => ({
    ...origin,
    grade,
    voice: { is: 'row', maximum: row.maximum, adjudicationIndicator: row.adjudicationIndicator },
  }))
}
