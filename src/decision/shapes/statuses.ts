import { Type, type Static } from 'typebox'

export const outcomes = [
  'expect-denial',
  'obtain-authorization',
  'complete-information',
  'indeterminate',
  'proceed-with-gaps',
  'proceed',
] as const
/** The most pressing thing to do, most pressing first. */
export const Outcome = Type.Enum(outcomes, {
  description:
    'What presses most: expect-denial > obtain-authorization > complete-information > indeterminate > proceed-with-gaps > proceed.',
})
export type Outcome = Static<typeof Outcome>

export const requirements = ['required', 'not-required', 'conditional', 'satisfied', 'indeterminate'] as const
export type Requirement = (typeof requirements)[number]
export const necessityStatuses = ['met', 'not-met', 'insufficient-evidence', 'indeterminate'] as const
export type NecessityStatus = (typeof necessityStatuses)[number]
export const frequencyStatuses = ['within-limit', 'exceeds-limit', 'too-soon', 'indeterminate'] as const
export type FrequencyStatus = (typeof frequencyStatuses)[number]
export const unitsStatuses = ['within-limit', 'exceeds-limit', 'indeterminate'] as const
export type UnitsStatus = (typeof unitsStatuses)[number]
export const claimLineStatuses = [
  'clean',
  'conflicting',
  'incomplete',
  'insufficient-evidence',
  'indeterminate',
  'not-checked',
] as const
export type ClaimLineStatus = (typeof claimLineStatuses)[number]
export const validityStatuses = ['valid', 'invalid', 'indeterminate'] as const
export type ValidityStatus = (typeof validityStatuses)[number]

export const questions = [
  'prior-authorization',
  'medical-necessity',
  'frequency',
  'units',
  'claim-line',
  'code-validity',
  'documentation',
] as const
export type Question = (typeof questions)[number]

/** What happens to a claim without the authorization that it needs. */
export const consequences = ['denial', 'prepayment-review', 'penalty', 'unknown'] as const
