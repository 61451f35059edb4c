import type { DecidedKind } from '../../shapes/rule-kinds.js'

/**
 * When a schedule asks the rules of a kind: of every day until one allows the service (`judgeDay` asks them), of each date that is planned,
 * or never; then each visit must be checked, and the schedule says so.
 */
export const askedOfKinds: { readonly [K in DecidedKind]: 'every-day' | 'planned-dates' | 'never' } = {
  'prior-authorization': 'planned-dates',
  'coverage-exclusion': 'every-day',
  diagnosis: 'planned-dates',
  documentation: 'planned-dates',
  frequency: 'every-day',
  units: 'never',
  'claim-line': 'never',
}
