import type { DocumentationItem, PriorAuthorizationAnswer } from '../shapes/answers.js'
import type { CoverageInformation, LineDetermination } from '../shapes/determination.js'
import { frequencyFails } from './next-steps.js'
import { union } from '../shapes/truth.js'

type Parts = Pick<
  LineDetermination,
  | 'priorAuthorization'
  | 'medicalNecessity'
  | 'frequency'
  | 'units'
  | 'claimLine'
  | 'documentation'
  | 'infoNeeded'
>

/**
 * The line in the codes of HL7 CRD 2.2.1 coverage-information. Its invariants hold: not-covered has no pa-needed, a conditional
 * names what is needed, satisfied carries the authorization number, an indeterminate has a reason.
 */
export function coverageInformation(parts: Parts): CoverageInformation {
  const { priorAuthorization, medicalNecessity, documentation, infoNeeded } = parts
  const covered = coveredCode(parts)
  const paNeeded = covered === 'not-covered' ? undefined : paCode[priorAuthorization.requirement]
  const open = documentation.filter((item) => item.status !== 'present')
  const isReviewed = parts.frequency.onExceed === 'medical-review'
  const purposes = union(
    open.map((item) => purposeCode[item.purpose]).filter((purpose) => purpose !== undefined),
    isReviewed ? ['retain-doc' as const] : [],
  )
  const conditional = covered === 'conditional' || paNeeded === 'conditional'
  const needed = union(
    infoNeeded.map(({ fact }) => infoCode[fact] ?? 'OTH'),
    isReviewed && covered === 'conditional' ? ['timeframe' as const] : [],
  )
  const info = needed.length > 0 ? needed : conditional ? ['OTH' as const] : []
  const reasons = [
    ...(covered === 'indeterminate' ? [medicalNecessity.reason] : []),
    ...(paNeeded === 'indeterminate' ? [priorAuthorization.reason] : []),
  ]
  return {
    covered,
    ...(paNeeded === undefined ? {} : { paNeeded }),
    ...(paNeeded === 'satisfied' && priorAuthorization.authorizationNumber !== undefined
      ? { satisfiedPaId: priorAuthorization.authorizationNumber }
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

const purposeCode: Partial<Record<DocumentationItem['purpose'], 'withpa' | 'withclaim' | 'retain-doc'>> = {
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

/** CRD's `covered` speaks of the service as a whole: necessity first, then limits and pairs that nothing on file cures. */
function coveredCode({
  medicalNecessity: necessity,
  frequency,
  units,
  claimLine,
}: Parts): CoverageInformation['covered'] {
  if (necessity.status === 'not-met' || claimLine.status === 'conflicting') return 'not-covered'
  if (frequencyFails(frequency) || units.status === 'exceeds-limit') return 'not-covered'
  if (necessity.status === 'met') return frequency.onExceed === 'medical-review' ? 'conditional' : 'covered'
  return necessity.status === 'insufficient-evidence' ? 'conditional' : 'indeterminate'
}
