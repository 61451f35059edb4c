import { codeOf } from '../reasons/reason.js'
import type { DocumentationAnswer, PriorAuthorizationAnswer } from '../shapes/answers.js'
import type { CoverageInformation } from '../shapes/determination.js'
import { union } from '../shapes/truth.js'
import type { LineAnswers, LineVerdict } from '../verdict/verdict.js'
import { missingOf } from './missing.js'
import { frequencyFails } from '../verdict/frequency-fails.js'

/**
 * The line in the codes of HL7 CRD 2.2.1 coverage-information. Its invariants hold: not-covered has no pa-needed, a conditional
 * names what is needed, satisfied carries the authorization number, an indeterminate has a reason (here its code).
 */
export function coverageInformation(line: LineVerdict): CoverageInformation {
  const { answers } = line
  const authorization = answers['prior-authorization'].answer
  const covered = coveredCode(answers)
  const paNeeded = covered === 'not-covered' ? undefined : paCode[authorization.requirement]
  // What is only to be kept is not asked of a line that is expected to be denied.
  const open = answers.documentation.answer.filter(
    ({ status, purpose }) =>
      status !== 'present' && (purpose !== 'retain' || line.outcome !== 'expect-denial'),
  )
  const isReviewed = answers.frequency.answer.onExceed === 'medical-review'
  const purposes = union(
    open.map((item) => purposeCode[item.purpose]).filter((purpose) => purpose !== undefined),
    isReviewed ? ['retain-doc' as const] : [],
  )
  const conditional = covered === 'conditional' || paNeeded === 'conditional'
  const needed = union(
    missingOf(line).map(({ fact }) => infoCode[fact] ?? 'OTH'),
    isReviewed && covered === 'conditional' ? ['timeframe' as const] : [],
  )
  const info = needed.length > 0 ? needed : conditional ? ['OTH' as const] : []
  const reasons = union(
    covered === 'indeterminate' ? [codeOf(answers['medical-necessity'].answer.reason)] : [],
    paNeeded === 'indeterminate' ? [codeOf(authorization.reason)] : [],
  )
  return {
    covered,
    ...(paNeeded === undefined ? {} : { paNeeded }),
    ...(paNeeded === 'satisfied' && authorization.authorizationNumber !== undefined
      ? { satisfiedPaId: authorization.authorizationNumber }
      : {}),
    ...(purposes.length === 0 ? {} : { docNeeded: ['clinical'], docPurpose: purposes }),
    ...(info.length === 0 ? {} : { infoNeeded: info }),
    ...(reasons.length === 0 ? {} : { reason: reasons.join(' ') }),
  }
}

const paCode: Record<
  PriorAuthorizationAnswer['requirement'],
  NonNullable<CoverageInformation['paNeeded']>
> = {
  required: 'auth-needed',
  'not-required': 'no-auth',
  satisfied: 'satisfied',
  conditional: 'conditional',
  indeterminate: 'indeterminate',
}

const purposeCode: Partial<Record<DocumentationAnswer['purpose'], 'withpa' | 'withclaim' | 'retain-doc'>> = {
  'with-pa': 'withpa',
  'with-claim': 'withclaim',
  retain: 'retain-doc',
}

const infoCode: Readonly<Record<string, 'performer' | 'location' | 'timeframe' | 'detail-code'>> = {
  placeOfService: 'location',
  state: 'location',
  contractorNumber: 'location',
  'provider.npi': 'performer',
  'provider.networkStatus': 'performer',
  'provider.taxonomyCode': 'performer',
  'provider.goldCard': 'performer',
  serviceHistory: 'timeframe',
  serviceHistorySince: 'timeframe',
  'treatment.phase': 'timeframe',
  'treatment.startedOn': 'timeframe',
  diagnosisCodes: 'detail-code',
  diagnosisPointers: 'detail-code',
  modifiers: 'detail-code',
  ndc: 'detail-code',
  plannedServices: 'detail-code',
}

/** CRD's `covered` is about the service as a whole: necessity first, then limits and pairs that nothing on file cures. */
function coveredCode(answers: LineAnswers): CoverageInformation['covered'] {
  const necessity = answers['medical-necessity'].answer.status
  const frequency = answers.frequency.answer
  if (necessity === 'not-met' || answers['claim-line'].answer.status === 'conflicting') return 'not-covered'
  if (frequencyFails(frequency) || answers.units.answer.status === 'exceeds-limit') return 'not-covered'
  if (necessity === 'met') return frequency.onExceed === 'medical-review' ? 'conditional' : 'covered'
  return necessity === 'insufficient-evidence' ? 'conditional' : 'indeterminate'
}
