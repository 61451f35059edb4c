import type { Facts, LineFacts } from '../facts/facts.js'
import { inRange } from '../shapes/plain-date.js'
import { procedurePairSettings, type ProcedurePairEdition } from '../shapes/tables.js'
import {
  allDaysOf,
  partOfElsewhere,
  partOfLine,
  sharesDay,
  type PairPart,
} from '../facts/procedure-pair-parts.js'
import type { ProcedurePair } from '../shapes/procedure-pairs.js'
import { union } from '../shapes/truth.js'
import { isAfter, originOfEdition, unusableTable, type Provision } from './provision.js'

type Setting = ProcedurePairEdition['setting']

// CMS publishes procedure-to-procedure edits for two settings; supplier claims have none.
export const pairSettingOf = { professional: 'practitioner', institutional: 'outpatient-hospital' } as const

/**
 * The provisions of a set's procedure pairs whose column-two service, the one that would be denied, is the
 * line.
 */
export function provisionsOfProcedurePairs(policySetId: string, facts: Facts): Provision[] {
  const { claimType } = facts
  if (claimType === 'dme') return []
  if (claimType !== undefined) return provisionsOfSetting(policySetId, pairSettingOf[claimType], facts)
  const [any] = procedurePairSettings.flatMap((setting) => provisionsOfSetting(policySetId, setting, facts))
  return any === undefined ? [] : [unusableTable('claim-line', 'claim-type-not-given', any.origin)]
}

function provisionsOfSetting(policySetId: string, setting: Setting, facts: Facts): Provision[] {
  const { line, view } = facts
  // Most sets have no pairs. Checking for them first saves looking at the other services of the day.
  if (view.procedurePairs(policySetId, setting, line.code, line.code) === undefined) return []
  const others = othersOfDay(facts)
  return [
    ...codesOf(others).flatMap((code) =>
      provisionsOfPairs(policySetId, setting, code, facts, (pair) =>
        others
          .filter((other) => other.code === code)
          .flatMap((other) => partOfLine(pair, facts, other) ?? []),
      ),
    ),
    ...(['serviceHistory', 'plannedServices'] as const).flatMap((elsewhere) =>
      codesElsewhere(elsewhere, facts).flatMap((code) =>
        provisionsOfPairs(policySetId, setting, code, facts, (pair) => [
          partOfElsewhere(pair, facts, code, elsewhere),
        ]),
      ),
    ),
  ]
}

/** The codes of other services of the day, on the claim or elsewhere. */
export function otherCodesOfDay(facts: Facts): string[] {
  return [
    ...codesOf(othersOfDay(facts)),
    ...codesElsewhere('serviceHistory', facts),
    ...codesElsewhere('plannedServices', facts),
  ]
}

function othersOfDay({ line, lines }: Facts): LineFacts[] {
  return lines.filter(
    (other) => other !== line && other.code !== line.code && sharesDay(other, allDaysOf(line)),
  )
}

function provisionsOfPairs(
  policySetId: string,
  setting: Setting,
  columnOne: string,
  facts: Facts,
  partsOf: (pair: ProcedurePair) => PairPart[],
): Provision[] {
  const { line, view } = facts
  const held = view.procedurePairs(policySetId, setting, columnOne, line.code)
  if (held === undefined) return []
  const { edition, pairs } = held
  return pairs
    .filter((pair) => pair.modifierIndicator !== 9 && inRange(line.date, pair))
    .flatMap((pair): Provision[] => {
      const parts = partsOf(pair)
      if (parts.length === 0) return []
      const origin = originOfEdition(edition, pair)
      return isAfter(line.date, edition.source.usableThrough)
        ? [unusableTable('claim-line', 'policy-stale', origin)]
        : [
            {
              type: 'procedure-pair',
              kind: 'claim-line',
              edition,
              columnOne,
              pair,
              parts,
              origin,
              missingScope: undefined,
            },
          ]
    })
}

/**
 * The codes of other services of the day that are not on this claim. An entry with the code of a line counts
 * as that line.
 */
function codesElsewhere(
  elsewhere: 'serviceHistory' | 'plannedServices',
  { line, lines, history, planned }: Facts,
): string[] {
  const services = elsewhere === 'serviceHistory' ? (history ?? []) : planned
  const ofDay = services.filter(({ date }) => sharesDay({ date, end: date }, allDaysOf(line)))
  return codesOf(
    ofDay.filter(
      ({ code, date }) =>
        code !== line.code &&
        !lines.some((other) => other.code === code && sharesDay(other, { date, end: date })),
    ),
  )
}

const codesOf = (services: ReadonlyArray<{ readonly code: string }>): string[] =>
  union(services.map(({ code }) => code)).sort()
