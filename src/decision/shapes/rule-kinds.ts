import { Type } from 'typebox'

/** The kinds of rules that a policy can hold. */
export const ruleKinds = [
  'prior-authorization',
  'coverage-exclusion',
  'diagnosis',
  'documentation',
  'frequency',
  'units',
  'claim-line',
  'review',
] as const
export type RuleKind = (typeof ruleKinds)[number]
/** The kinds that decide something; a `review` rule stands in for one of them. */
export const decidedKinds = [
  'prior-authorization',
  'coverage-exclusion',
  'diagnosis',
  'documentation',
  'frequency',
  'units',
  'claim-line',
] as const
export type DecidedKind = (typeof decidedKinds)[number]
/** The schema of a kind that decides something. */
export const DecidedKindSchema = Type.Enum(decidedKinds, { description: 'A rule kind.' })
