import { Type, type Static } from 'typebox'
import {
  ClaimLineAnswer,
  CodeStatus,
  CodeValidityAnswer,
  DocumentationItem,
  FrequencyAnswer,
  MedicalNecessityAnswer,
  PriorAuthorizationAnswer,
  UnitsAnswer,
} from './answers.js'
import { ClaimType, Identifier, plainDate } from './codes.js'
import { Citation, CitationRef, Finding, InfoNeeded, Sentence } from './finding.js'
import { exclusionBases } from './rule.js'
import { Outcome } from './statuses.js'

const strict = { additionalProperties: false }
const FindingRef = Type.Unsafe<Finding>(Type.Ref('Finding'))

export const noticeCodes = [
  'abn-required',
  'abn-voluntary',
  'organization-determination',
  'no-notice',
] as const
export const Notice = Type.Object(
  {
    code: Type.Enum(noticeCodes, {
      description:
        'abn-required: without a signed Advance Beneficiary Notice the patient may not be charged. abn-voluntary: the service is never covered, a notice is a courtesy. organization-determination: in Medicare Advantage the plan is asked before the service, in place of an ABN. no-notice: no notice moves the cost to the patient, who may not be charged.',
    }),
    basis: Type.Enum([...exclusionBases, 'claim-line', 'authorization'], {
      description: 'Ground of the expected denial.',
    }),
    because: Sentence('What is expected to be denied, and why.'),
    text: Sentence('What to do.'),
    liable: Type.Enum(['patient', 'patient-if-notified', 'provider', 'by-plan-decision', 'by-plan-rules'], {
      description:
        'Who bears the cost. patient-if-notified: the patient with a valid notice, else the provider. by-plan-decision: the patient only with a written denial of the plan before the service. by-plan-rules: as the plan says.',
    }),
    modifiers: Type.Array(
      Type.Object(
        {
          modifier: Type.String({ description: 'HCPCS modifier.' }),
          when: Sentence('When it is put on the line.'),
          text: Sentence('What it says.'),
        },
        strict,
      ),
      { description: 'Modifiers that tell Medicare of the notice.' },
    ),
    citations: Type.Array(CitationRef, { description: 'Where it is said.' }),
  },
  {
    ...strict,
    $id: 'Notice',
    description:
      'What the patient must be told before a service that Medicare is expected to deny, or that nothing moves the cost to the patient.',
  },
)
export type Notice = Static<typeof Notice>

export const NotEvaluated = Type.Object(
  {
    code: Type.String({
      description: 'Stable code of what was not checked.',
      examples: ['eligibility', 'edition-behind'],
    }),
    text: Sentence('What was not checked, and why.'),
  },
  { ...strict, $id: 'NotEvaluated', description: 'What this answer does not cover.' },
)
export type NotEvaluated = Static<typeof NotEvaluated>

export const CoverageInformation = Type.Object(
  {
    covered: Type.Enum(['covered', 'not-covered', 'conditional', 'indeterminate'], {
      description: 'CRD covered.',
    }),
    paNeeded: Type.Optional(
      Type.Enum(['no-auth', 'auth-needed', 'satisfied', 'conditional', 'indeterminate'], {
        description: 'CRD pa-needed; absent when not covered.',
      }),
    ),
    satisfiedPaId: Type.Optional(Type.String({ description: 'CRD satisfied-pa-id.' })),
    docNeeded: Type.Optional(
      Type.Array(Type.Enum(['clinical', 'admin', 'conditional', 'indeterminate']), {
        description: 'CRD doc-needed.',
      }),
    ),
    docPurpose: Type.Optional(
      Type.Array(Type.Enum(['withpa', 'withclaim', 'retain-doc']), { description: 'CRD doc-purpose.' }),
    ),
    infoNeeded: Type.Optional(
      Type.Array(Type.Enum(['performer', 'location', 'timeframe', 'detail-code', 'OTH']), {
        description: 'CRD info-needed.',
      }),
    ),
    reason: Type.Optional(Type.String({ description: 'CRD reason, given with every indeterminate.' })),
  },
  {
    ...strict,
    $id: 'CoverageInformation',
    description: 'The same answer in the codes of HL7 CRD coverage-information.',
  },
)
export type CoverageInformation = Static<typeof CoverageInformation>

export const LineDetermination = Type.Object(
  {
    lineNumber: Type.Integer({ description: 'Line of the request.' }),
    procedureCode: Type.String({ description: 'Procedure code as it was sent.' }),
    dateOfService: plainDate('Date of service of the line'),
    outcome: Outcome,
    priorAuthorization: Type.Unsafe<PriorAuthorizationAnswer>(Type.Ref('PriorAuthorizationAnswer')),
    medicalNecessity: Type.Unsafe<MedicalNecessityAnswer>(Type.Ref('MedicalNecessityAnswer')),
    frequency: Type.Unsafe<FrequencyAnswer>(Type.Ref('FrequencyAnswer')),
    units: Type.Unsafe<UnitsAnswer>(Type.Ref('UnitsAnswer')),
    claimLine: Type.Unsafe<ClaimLineAnswer>(Type.Ref('ClaimLineAnswer')),
    codeValidity: Type.Unsafe<CodeValidityAnswer>(Type.Ref('CodeValidityAnswer')),
    documentation: Type.Array(Type.Unsafe<DocumentationItem>(Type.Ref('DocumentationItem')), {
      description: 'What the record should show.',
    }),
    notices: Type.Optional(
      Type.Array(Type.Unsafe<Notice>(Type.Ref('Notice')), {
        minItems: 1,
        description:
          'Notices to the patient and modifiers that go with a denial expected under Medicare, and who is liable; absent where there are none.',
      }),
    ),
    findings: Type.Array(FindingRef, { description: 'What each rule said.' }),
    infoNeeded: Type.Array(Type.Unsafe<InfoNeeded>(Type.Ref('InfoNeeded')), {
      description: 'Facts to supply.',
    }),
    notEvaluated: Type.Array(Type.Unsafe<NotEvaluated>(Type.Ref('NotEvaluated')), {
      description: 'What was not checked.',
    }),
    coverageInformation: Type.Unsafe<CoverageInformation>(Type.Ref('CoverageInformation')),
  },
  { ...strict, $id: 'LineDetermination', description: 'The answer for one line.' },
)
export type LineDetermination = Static<typeof LineDetermination>

export const NextStep = Type.Object(
  {
    code: Type.String({
      description: 'Stable code of the step.',
      examples: ['give-service-history', 'obtain-authorization'],
    }),
    text: Sentence('What to do, as a sentence for a biller.'),
    lineNumber: Type.Optional(Type.Integer({ description: 'Line it concerns; absent = the whole request.' })),
  },
  { ...strict, $id: 'NextStep', description: 'Something to do.' },
)
export type NextStep = Static<typeof NextStep>

/** What the core returns: everything but the id of this determination, which the caller of the core gives. */
export const Decision = Type.Object(
  {
    policyRevision: Type.Integer({ description: 'Revision of the policy that answered.' }),
    engineVersion: Type.String({ description: 'Version of the deciding engine.' }),
    planId: Type.Optional(Identifier),
    claimType: Type.Optional(ClaimType),
    outcome: Outcome,
    nextSteps: Type.Array(Type.Unsafe<NextStep>(Type.Ref('NextStep')), {
      description: 'All steps, most pressing first.',
    }),
    lines: Type.Array(Type.Unsafe<LineDetermination>(Type.Ref('LineDetermination')), {
      description: 'One answer per line, in line order.',
    }),
  },
  { ...strict, description: 'Answer without an id.' },
)
export type Decision = Static<typeof Decision>

export const Determination = Type.Object(
  {
    determinationId: Type.String({
      pattern: '^det_',
      description: 'Id of this answer.',
      examples: ['det_0199c2d4f0a87c3e9b1d5a6f7e8c9d0a'],
    }),
    recorded: Type.Boolean({
      description:
        'Whether this answer is on record under its id (`GET /v1/determinations/{determinationId}`).',
    }),
    ...Decision.properties,
  },
  { ...strict, $id: 'Determination', description: 'A dated, cited and explained answer.' },
)
export type Determination = Static<typeof Determination>

/** Every named component of an answer, for faces that publish or validate it. */
export const determinationComponents = [
  Citation,
  InfoNeeded,
  Finding,
  PriorAuthorizationAnswer,
  MedicalNecessityAnswer,
  FrequencyAnswer,
  UnitsAnswer,
  ClaimLineAnswer,
  CodeStatus,
  CodeValidityAnswer,
  DocumentationItem,
  Notice,
  NotEvaluated,
  CoverageInformation,
  LineDetermination,
  NextStep,
  Determination,
]
