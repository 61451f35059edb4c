import type { Expression } from '../../decision/shapes/expression.js'
import type { Rule } from '../../decision/shapes/rule.js'
import type { ListRow } from './fields.js'
import type { Terms } from './terms.js'

/** A row with its terms. Where the row has texts that the mapping does not know, it becomes a review rule. */
export interface ReadRow {
  readonly row: ListRow
  readonly terms: Terms
}

/**
 * The rule of a row; its citation names the row. A row with a text that the mapping does not know becomes a
 * review rule on prior authorization, whatever its other columns say, because the text may change it.
 */
export function ruleOf({ row, terms }: ReadRow, ruleId: string): Rule {
  const { vendorName, vendorPhone, vendorUrl, payerName, condition } = row.fields
  const base = {
    ruleId,
    procedures: [...terms.procedures],
    ...(terms.from === undefined ? {} : { from: terms.from }),
    ...(terms.to === undefined ? {} : { to: terms.to }),
    row: `row ${row.line} of ${row.file.split('/').at(-1) ?? row.file}`.slice(0, 120),
  }
  const setting = allOf(settingOf(terms))
  const when = setting === undefined ? {} : { when: setting }
  if (row.unread.length > 0) {
    const texts = row.unread.map(({ field, text }) => `${field} "${text}"`).join(', ')
    return {
      kind: 'review',
      about: 'prior-authorization',
      ...base,
      reasonCode: 'text-not-interpreted',
      statement:
        `The list says of ${shown(terms.procedures)}: ${texts}. Nobody has turned this into a rule.`.slice(
          0,
          2000,
        ),
    }
  }
  const caseWhen = allOf(serviceOf(terms))
  const contactName = vendorName ?? payerName
  return {
    kind: 'prior-authorization',
    ...base,
    ...when,
    cases: [
      {
        ...(caseWhen === undefined ? {} : { when: caseWhen }),
        requirement: terms.requirement,
        ...(terms.consequence === undefined ? {} : { consequence: terms.consequence }),
      },
    ],
    statement: statementOf(terms),
    ...(condition === undefined
      ? {}
      : {
          interpretation: `The list says: "${condition}". Read as the mapping of the list has it.`.slice(
            0,
            2000,
          ),
        }),
    ...(contactName === undefined || (vendorName ?? vendorPhone ?? vendorUrl) === undefined
      ? {}
      : {
          contact: {
            name: contactName.slice(0, 200),
            ...(vendorPhone === undefined ? {} : { phone: vendorPhone.slice(0, 40) }),
            ...(vendorUrl === undefined ? {} : { url: vendorUrl }),
          },
        }),
  }
}

function settingOf(terms: Terms): Expression[] {
  return [
    ...(terms.states === undefined ? [] : [{ state: [...terms.states] }]),
    ...(terms.claimTypes === undefined ? [] : [{ claimType: [...terms.claimTypes] }]),
    ...(terms.placesOfService === undefined ? [] : [{ placeOfService: [...terms.placesOfService] }]),
    ...(terms.placesOfServiceExcluded === undefined
      ? []
      : [{ not: { placeOfService: [...terms.placesOfServiceExcluded] } }]),
    ...(terms.networkStatus === undefined ? [] : [{ networkStatus: [...terms.networkStatus] }]),
  ]
}

function serviceOf({ companionCodes, unitsOver, ageMinimum, ageMaximum }: Terms): Expression[] {
  return [
    ...(companionCodes === undefined ? [] : [{ companion: { procedureCodes: [...companionCodes] } }]),
    ...(unitsOver === undefined ? [] : [{ units: { over: unitsOver } }]),
    ...(ageMinimum === undefined && ageMaximum === undefined
      ? []
      : [
          {
            ageYears: {
              ...(ageMinimum === undefined ? {} : { minimum: ageMinimum }),
              ...(ageMaximum === undefined ? {} : { maximum: ageMaximum }),
            },
          },
        ]),
  ]
}

function allOf(parts: readonly Expression[]): Expression | undefined {
  return parts.length > 1 ? { all: [...parts] } : parts[0]
}

const said = {
  required: 'needs prior authorization',
  'not-required': 'does not need prior authorization',
  conditional: 'is on the list as conditional: prior authorization is voluntary, or depends on the case',
} as const
const without = {
  denial: 'a claim without it is denied',
  'prepayment-review': 'a claim without it is reviewed before payment',
  penalty: 'a claim without it is paid with a penalty',
  unknown: '',
} as const

function statementOf(terms: Terms): string {
  const conditions = [
    ...(terms.states === undefined ? [] : [`in ${shown(terms.states)}`]),
    ...(terms.claimTypes === undefined ? [] : [`on ${shown(terms.claimTypes)} claims`]),
    ...(terms.placesOfService === undefined ? [] : [`at place of service ${shown(terms.placesOfService)}`]),
    ...(terms.placesOfServiceExcluded === undefined
      ? []
      : [`but not at place of service ${shown(terms.placesOfServiceExcluded)}`]),
    ...(terms.networkStatus === undefined ? [] : [shown(terms.networkStatus)]),
    ...(terms.companionCodes === undefined ? [] : [`together with ${shown(terms.companionCodes)}`]),
    ...(terms.unitsOver === undefined ? [] : [`for more than ${terms.unitsOver} units`]),
    ...(terms.ageMinimum === undefined ? [] : [`from ${terms.ageMinimum} years of age`]),
    ...(terms.ageMaximum === undefined ? [] : [`up to ${terms.ageMaximum} years of age`]),
  ]
  const consequence = terms.consequence === undefined ? '' : without[terms.consequence]
  return `${shown(terms.procedures)} ${said[terms.requirement]}${conditions.length === 0 ? '' : `, ${conditions.join(', ')}`}${consequence === '' ? '' : `; ${consequence}`}.`.slice(
    0,
    2000,
  )
}

function shown(list: readonly string[]): string {
  return list.length > 12 ? `${list.slice(0, 12).join(', ')} and ${list.length - 12} more` : list.join(', ')
}
