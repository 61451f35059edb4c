import type { ScopeFacts } from '../facts/facts.js'
import { inRange } from '../shapes/plain-date.js'
import { isAfter, originOfEdition, unusableTable, type Provision } from './provision.js'
import type { UnitLimitLookup } from '../shapes/view.js'

// CMS publishes one MUE table for each of three settings; the claim form tells which one applies (NCCI Policy Manual ch. I §V).
export const unitSettingOf = {
  professional: 'practitioner',
  institutional: 'outpatient-hospital',
  dme: 'dme-supplier',
} as const

/** The provisions in a set's unit-limit tables for the line, in the setting of its claim. */
export function provisionsOfUnitLimits(policySetId: string, facts: ScopeFacts): Provision[] {
  const { claimType, line, view } = facts
  if (claimType === undefined) {
    const any = Object.values(unitSettingOf)
      .flatMap((setting) => view.unitLimits(policySetId, setting, line.code))
      .find(({ row }) => row !== undefined)
    return any === undefined ? [] : [unusableLimits('claim-type-not-given', any.edition)]
  }
  const editions = view.unitLimits(policySetId, unitSettingOf[claimType], line.code)
  if (editions.every(({ row }) => row === undefined)) return []
  const current = editions.find(({ edition }) => inRange(line.date, edition))
  if (current === undefined) {
    const next = editions.find(({ edition }) => edition.from > line.date)
    return next === undefined ? [] : [unusableLimits('version-not-held', next.edition)]
  }
  // A code that the table does not list may still have a limit, because some MUE values are confidential.
  const { edition, row } = current
  if (row === undefined) return []
  return isAfter(line.date, edition.source.usableThrough)
    ? [unusableLimits('policy-stale', edition)]
    : [
        {
          type: 'unit-limit',
          kind: 'units',
          edition,
          row,
          origin: originOfEdition(edition, edition),
          missingScope: undefined,
        },
      ]
}

function unusableLimits(
  reasonCode: Parameters<typeof unusableTable>[1],
  edition: UnitLimitLookup['edition'],
): Provision {
  return unusableTable('units', reasonCode, originOfEdition(edition, edition))
}
