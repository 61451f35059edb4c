import type { Facts } from '../facts/facts.js'
import type { PlainDate } from '../shapes/codes.js'
import { inRange } from '../shapes/plain-date.js'
import type { PolicySet } from '../shapes/policy.js'
import type { ApplicableRules } from './applicable-rules.js'
import { otherCodesOfDay, pairSettingOf } from './procedure-pair-provisions.js'
import { isAfter } from './provision.js'
import { unitSettingOf } from './unit-limit-provisions.js'

/**
 * A set of the plan whose table decides the line and is not loaded for its date and setting; undefined where
 * there is none. Of procedure pairs this matters only beside another service of the day
 * (NCCI Policy Manual ch. I §A).
 */
export function tableNotLoaded(
  kind: 'units' | 'claim-line',
  { plan, date, setsFor }: ApplicableRules,
  facts: Facts,
): PolicySet | undefined {
  // A fallback set says nothing where a governing set has a rule.
  const isGoverned = setsFor(kind).some(({ role }) => role === 'governing')
  for (const { policySetId, role } of plan.follows) {
    if (role === 'fallback' && isGoverned) continue
    const set = facts.view.policySet(policySetId)
    if (set !== undefined && isMissing(kind, set, date, facts)) return set
  }
  return undefined
}

function isMissing(
  kind: 'units' | 'claim-line',
  { policySetId, tables = [] }: PolicySet,
  date: PlainDate,
  facts: Facts,
): boolean {
  return kind === 'units'
    ? tables.includes('unit-limits') && !hasUnitLimits(policySetId, date, facts)
    : tables.includes('procedure-pairs') && !hasPairs(policySetId, date, facts)
}

function hasUnitLimits(policySetId: string, date: PlainDate, { claimType, line, view }: Facts): boolean {
  const settings = claimType === undefined ? Object.values(unitSettingOf) : [unitSettingOf[claimType]]
  return settings.every((setting) =>
    view.unitLimits(policySetId, setting, line.code).some(({ edition }) => inRange(date, edition)),
  )
}

function hasPairs(policySetId: string, date: PlainDate, facts: Facts): boolean {
  const { claimType, line, view } = facts
  if (claimType === 'dme' || otherCodesOfDay(facts).length === 0) return true
  const settings = claimType === undefined ? Object.values(pairSettingOf) : [pairSettingOf[claimType]]
  return settings.every((setting) => {
    const held = view.procedurePairs(policySetId, setting, line.code, line.code)
    return held !== undefined && !isAfter(date, held.edition.source.usableThrough)
  })
}
