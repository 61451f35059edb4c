import { normalizeCode } from '../shapes/codes.js'
import { codeOf, type Reason } from '../reasons/reason.js'
import type {
  ClaimLineVerdict,
  CodeValidityVerdict,
  FrequencyVerdict,
  MedicalNecessityVerdict,
  PriorAuthorizationVerdict,
  UnitsVerdict,
} from '../verdict/answers.js'
import type { LineFacts } from '../facts/facts.js'
import { frequencyFails } from '../verdict/frequency-fails.js'
import type { CheckRequest, ServiceLine } from '../shapes/request.js'
import { exclusionBases, type ExclusionBasis } from '../shapes/rule.js'
import {
  claimLineStatuses,
  frequencyStatuses,
  necessityStatuses,
  requirements,
  unitsStatuses,
  validityStatuses,
} from '../shapes/statuses.js'

/** Every ground on which a service may go unpaid, with the statuses that its question can have and those that are the ground. */
export const grounds = {
  ...necessityGrounds(),
  'frequency-denied': { statuses: frequencyStatuses, failing: ['exceeds-limit', 'too-soon'] },
  'frequency-reviewed': { statuses: frequencyStatuses, failing: ['exceeds-limit', 'too-soon'] },
  units: { statuses: unitsStatuses, failing: ['exceeds-limit'] },
  bundled: claimLineGround(),
  'code-not-valid-for-payer': claimLineGround(),
  'wrong-setting': claimLineGround(),
  'place-of-service': claimLineGround(),
  'incomplete-line': claimLineGround(),
  'invalid-code': { statuses: validityStatuses, failing: ['invalid'] },
  'authorization-not-obtained': { statuses: requirements, failing: ['required'] },
  'authorization-denied': { statuses: requirements, failing: ['required'] },
} as const satisfies Record<string, GroundOf>
export type Ground = keyof typeof grounds

interface GroundOf {
  readonly statuses: readonly string[]
  readonly failing: readonly string[]
}

function necessityGrounds() {
  const ground = { statuses: necessityStatuses, failing: ['not-met'] } as const
  return {
    statutory: ground,
    'benefit-category': ground,
    'reasonable-and-necessary': ground,
    'not-stated': ground,
  } satisfies Record<ExclusionBasis, GroundOf>
}

function claimLineGround() {
  return { statuses: claimLineStatuses, failing: ['conflicting', 'incomplete'] } as const
}

/** A ground that is there, and why. */
export interface Expected {
  readonly ground: Ground
  readonly status: string
  readonly reason: Reason
}

/** What of a request and its line a notice depends on, besides the answers. */
export interface NoticeFacts {
  readonly sent: Pick<CheckRequest, 'authorizations'>
  readonly line: Pick<LineFacts, 'code' | 'date' | 'lastDay' | 'npi'> & {
    readonly sent: Pick<ServiceLine, 'placeOfService'>
  }
}

/** What of the answers of a line a notice depends on. */
export interface NoticeAnswers {
  readonly 'medical-necessity': {
    readonly answer: Pick<MedicalNecessityVerdict, 'status' | 'reason'>
    readonly objections: readonly ExclusionBasis[]
  }
  readonly frequency: { readonly answer: Pick<FrequencyVerdict, 'status' | 'reason' | 'onExceed'> }
  readonly units: { readonly answer: Pick<UnitsVerdict, 'status' | 'reason'> }
  readonly 'claim-line': { readonly answer: Pick<ClaimLineVerdict, 'status' | 'reason'> }
  readonly 'code-validity': { readonly answer: Pick<CodeValidityVerdict, 'status' | 'reason'> }
  readonly 'prior-authorization': {
    readonly answer: Pick<PriorAuthorizationVerdict, 'requirement' | 'reason'>
  }
}

/** What is known to stand in the way of payment, and on which ground. Nothing that is unknown gives one. */
export function expectedDenials(answers: NoticeAnswers, facts: NoticeFacts): Expected[] {
  const { objections, answer: medicalNecessity } = answers['medical-necessity']
  const frequency = answers.frequency.answer
  const units = answers.units.answer
  const claimLine = answers['claim-line'].answer
  const codeValidity = answers['code-validity'].answer
  const priorAuthorization = answers['prior-authorization'].answer
  // A claim with an invalid code is sent back before anybody judges the rest.
  if (codeValidity.status === 'invalid') return [expected('invalid-code', codeValidity)]
  return [
    ...(medicalNecessity.status === 'not-met'
      ? exclusionBases
          .filter((basis) => objections.includes(basis))
          .map((basis) => expected(basis, medicalNecessity))
      : []),
    ...(frequencyFails(frequency) ? [expected('frequency-denied', frequency)] : []),
    ...(frequency.onExceed === 'medical-review' ? [expected('frequency-reviewed', frequency)] : []),
    ...(units.status === 'exceeds-limit' ? [expected('units', units)] : []),
    ...(claimLine.status === 'conflicting' || claimLine.status === 'incomplete'
      ? [expected(groundOfLine(codeOf(claimLine.reason)), claimLine)]
      : []),
    ...(priorAuthorization.requirement === 'required'
      ? [
          {
            ground: isDeniedOnFile(facts)
              ? ('authorization-denied' as const)
              : ('authorization-not-obtained' as const),
            status: priorAuthorization.requirement,
            reason: priorAuthorization.reason,
          },
        ]
      : []),
  ]
}

function expected(
  ground: Ground,
  { status, reason }: { readonly status: string; readonly reason: Reason },
): Expected {
  return { ground, status, reason }
}

function groundOfLine(reasonCode: string): Ground {
  if (reasonCode.startsWith('procedure-pair')) return 'bundled'
  if (reasonCode === 'facility-bills-it' || reasonCode === 'facility-may-bill-it') return 'wrong-setting'
  return reasonCode === 'not-by-telehealth' ? 'place-of-service' : 'incomplete-line'
}

/** Whether the payer has refused the line: a denied authorization that names the code and speaks of no other day, provider or place. */
function isDeniedOnFile({ sent, line }: NoticeFacts): boolean {
  const { placeOfService } = line.sent
  return (sent.authorizations ?? []).some(
    ({ status, procedureCodes = [], from, to, providerNpi, placesOfService }) =>
      status === 'denied' &&
      procedureCodes.some((code) => normalizeCode(code) === line.code) &&
      (from === undefined || from <= line.date) &&
      (to === undefined || line.lastDay <= to) &&
      (providerNpi === undefined || line.npi === undefined || providerNpi === line.npi) &&
      (placesOfService === undefined ||
        placeOfService === undefined ||
        placesOfService.includes(placeOfService)),
  )
}
