import type { PriorAuthorizationAnswer } from '../shapes/answers.js'
import { asInstitutional, type Facts } from '../facts/facts.js'
import type { Finding } from '../shapes/finding.js'
import type { Plan } from '../shapes/policy.js'
import { applicableRules, type ApplicableRules } from '../applicable/applicable-rules.js'
import { union } from '../shapes/truth.js'
import type { Answered } from '../shapes/answered.js'
import { answerPriorAuthorization, authorizationReached } from './prior-authorization.js'

// Hospital outpatient departments, off and on campus: the hospital bills the service too, and asks for the authorization.
const hospitalOutpatient = ['19', '22']

/**
 * Is prior authorization needed, by this claim or by the hospital's own for the same service? A physician's claim needs none of its own
 * where the hospital's does, but it is not paid without it: his line then is conditional.
 */
export function answerWithFacility(
  applicable: ApplicableRules,
  facts: Facts,
  { plan }: { readonly plan: Plan },
): Answered<PriorAuthorizationAnswer> {
  const own = answerPriorAuthorization(applicable, facts)
  if (own.answer.requirement === 'required' || !mayStandBesideHospital(facts, plan)) return own
  const asHospital = asInstitutional(facts)
  const { answered: hospital, reachable } = authorizationReached(
    applicableRules(plan, asHospital),
    asHospital,
  )
  return reachable.includes('required') || reachable.includes('conditional')
    ? besideHospital(own, hospital, facts)
    : own
}

function mayStandBesideHospital({ claimType, line }: Facts, { claimTypes }: Plan): boolean {
  const { placeOfService } = line.sent
  return (
    claimType === 'professional' &&
    (claimTypes?.includes('institutional') ?? true) &&
    (placeOfService === undefined || hospitalOutpatient.includes(placeOfService))
  )
}

function besideHospital(
  own: Answered<PriorAuthorizationAnswer>,
  hospital: Answered<PriorAuthorizationAnswer>,
  { line }: Facts,
): Answered<PriorAuthorizationAnswer> {
  const isPlaced = line.sent.placeOfService !== undefined
  const needs = hospital.answer.requirement === 'required'
  const missing = union(
    own.missing,
    isPlaced ? [] : ['placeOfService'],
    needs ? (isPlaced ? ['authorizations'] : []) : hospital.missing,
  )
  const where = isPlaced
    ? "The hospital's own claim for this service"
    : "The place of service is not given. At 19 or 22, the hospital's own claim for this service"
  const itself =
    own.answer.requirement === 'not-required' ? '' : ` For this claim itself: ${own.answer.reason}`
  return {
    answer: {
      ...own.answer,
      requirement: 'conditional',
      reasonCode: isPlaced ? 'facility-authorization' : 'authorization-depends',
      reason: `${where} ${needs ? 'needs' : 'may need'} prior authorization, and claims related to it may be denied where the hospital has none. For the hospital: ${hospital.answer.reason}${itself}`,
    },
    missing: missing.length > 0 ? missing : ['authorizations'],
    findings: [...own.findings, ...findingsOfHospital(own, hospital)],
    presses: 'complete-information',
  }
}

/** What was found on the hospital's claim and not on this one. To this one it is a condition, whatever it is to the hospital's. */
function findingsOfHospital(
  own: Answered<PriorAuthorizationAnswer>,
  hospital: Answered<PriorAuthorizationAnswer>,
): Finding[] {
  return hospital.findings
    .filter(({ outcome }) => outcome !== 'not-applicable' && outcome !== 'not-required')
    .filter(({ reason }) => !own.findings.some((finding) => finding.reason === reason))
    .map(({ consequence: _consequence, ...finding }) => ({
      ...finding,
      outcome: finding.outcome === 'required' ? 'conditional' : finding.outcome,
      reasonCode: 'facility-authorization',
      reason: `On the hospital's claim: ${finding.reason}`,
    }))
}
