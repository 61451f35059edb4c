import type { PriorAuthorizationVerdict } from '../verdict/answers.js'
import { asInstitutional, type Facts } from '../facts/facts.js'
import type { FindingVerdict } from '../verdict/finding.js'
import type { Plan } from '../shapes/policy.js'
import { applicableRules, type ApplicableRules } from '../applicable/applicable-rules.js'
import { union } from '../shapes/truth.js'
import type { Answered } from '../verdict/answered.js'
import { answerPriorAuthorization, authorizationReached } from './prior-authorization.js'

// Outpatient departments of hospitals, off campus (19) and on campus (22). The hospital bills the service too
// and requests the authorization.
const hospitalOutpatient = ['19', '22']

/**
 * Is prior authorization needed, for this claim or for the hospital's claim for the same service? If the
 * hospital needs one, the physician's claim is not paid without it, so the line is conditional.
 */
export function answerWithFacility(
  applicable: ApplicableRules,
  facts: Facts,
  { plan }: { readonly plan: Plan },
): Answered<PriorAuthorizationVerdict> {
  const own = answerPriorAuthorization(applicable, facts)
  if (own.answer.requirement === 'required' || !mayHaveHospitalClaim(facts, plan)) return own
  const asHospital = asInstitutional(facts)
  const { answered: hospital, reachable } = authorizationReached(
    applicableRules(plan, asHospital),
    asHospital,
  )
  return reachable.includes('required') || reachable.includes('conditional')
    ? withHospitalClaim(own, hospital, facts)
    : own
}

function mayHaveHospitalClaim({ claimType, line }: Facts, { claimTypes }: Plan): boolean {
  const { placeOfService } = line.sent
  return (
    claimType === 'professional' &&
    (claimTypes?.includes('institutional') ?? true) &&
    (placeOfService === undefined || hospitalOutpatient.includes(placeOfService))
  )
}

function withHospitalClaim(
  own: Answered<PriorAuthorizationVerdict>,
  hospital: Answered<PriorAuthorizationVerdict>,
  { line }: Facts,
): Answered<PriorAuthorizationVerdict> {
  const isPlaced = line.sent.placeOfService !== undefined
  const needs = hospital.answer.requirement === 'required'
  const missing = union(
    own.missing,
    isPlaced ? [] : ['placeOfService'],
    needs ? (isPlaced ? ['authorizations'] : []) : hospital.missing,
  )
  return {
    answer: {
      ...own.answer,
      requirement: 'conditional',
      reason: {
        code: isPlaced ? 'facility-authorization' : 'authorization-depends/facility',
        isNeeded: needs,
        hospital: hospital.answer.reason,
        own: own.answer.requirement === 'not-required' ? undefined : own.answer.reason,
      },
    },
    missing: missing.length > 0 ? missing : ['authorizations'],
    findings: [...own.findings, ...findingsOfHospital(hospital)],
    presses: 'complete-information',
  }
}

/** The findings of the hospital's claim. A `required` there is `conditional` for this claim. */
function findingsOfHospital(hospital: Answered<PriorAuthorizationVerdict>): FindingVerdict[] {
  return hospital.findings
    .filter(({ outcome }) => outcome !== 'not-applicable' && outcome !== 'not-required')
    .map(({ consequence: _consequence, ...finding }) => ({
      ...finding,
      outcome: finding.outcome === 'required' ? 'conditional' : finding.outcome,
      reason: { code: 'facility-authorization/finding', reason: finding.reason },
    }))
}
