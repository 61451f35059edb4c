import { Type, type Static } from 'typebox'
import {
  ClaimLineAnswer,
  CodeStatus,
  CodeValidityAnswer,
  DocumentationAnswer,
  FrequencyAnswer,
  MedicalNecessityAnswer,
  PriorAuthorizationAnswer,
  RecordItem,
  UnitsAnswer,
} from './answers.js'
import { CitedRule, CitedSource } from './cited-source.js'
import { ClaimType, Identifier, plainDate } from './codes.js'
import { Citation, Finding, InfoNeeded, Sentence, SourceReference, SourceReferenceRef } from './finding.js'
import { exclusionBases } from './rule.js'
import { Outcome, questions } from './statuses.js'

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
    reasonCodes: Type.Array(Type.String(), {
      description: 'Reasons of the answers that are expected to be denied.',
    }),
    liable: Type.Enum(['patient', 'patient-if-notified', 'provider', 'by-plan-decision', 'by-plan-rules'], {
      description:
        'Who bears the cost. patient-if-notified: the patient with a valid notice, else the provider. by-plan-decision: the patient only with a written denial of the plan before the service. by-plan-rules: as the plan says.',
    }),
    modifiers: Type.Array(
      Type.Object({
        modifier: Type.String({ description: 'HCPCS modifier.' }),
        when: Sentence('When it is put on the line.'),
      }),
      { description: 'Modifiers that tell Medicare of the notice.' },
    ),
    citations: Type.Array(SourceReferenceRef, { description: 'Where it is said.' }),
  },
  {
    $id: 'Notice',
    description:
      'What the patient must be told before a service that Medicare is expected to deny, or that nothing moves the cost to the patient; a step of the answer has the words.',
  },
)
export type Notice = Static<typeof Notice>

export const NotEvaluated = Type.Object(
  {
    code: Type.String({
      description: 'Stable code of what was not checked.',
      examples: ['eligibility', 'edition-behind'],
    }),
    text: Type.Optional(
      Sentence('What was not checked, and why; absent where it is what `GET /v1/codes` says of the code.'),
    ),
  },
  { $id: 'NotEvaluated', description: 'What this answer does not cover.' },
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
    $id: 'CoverageInformation',
    description: 'The same answer in the codes of HL7 CRD coverage-information.',
  },
)
export type CoverageInformation = Static<typeof CoverageInformation>

const ref = <T>($id: string) => Type.Unsafe<T>(Type.Ref($id))

export const gapGrounds = [
  'no-rule-published',
  'no-limit-in-document',
  'other-providers-services',
  'edition-behind',
] as const
export const Gap = Type.Object(
  {
    question: Type.Enum(questions, {
      description: 'The question that stays open, or whose answer is capped.',
    }),
    ground: Type.Enum(gapGrounds, {
      description:
        'no-rule-published: every set that speaks to it is loaded and silent, or the payer publishes nothing on it. no-limit-in-document: the document was read whole and sets none. other-providers-services: the history is that of the practice. edition-behind: a newer edition is due.',
    }),
    source: Type.Optional(Type.String({ description: 'Id of the source that is concerned.' })),
  },
  { $id: 'Gap', description: 'What stays open although the line may go ahead.' },
)
export type Gap = Static<typeof Gap>

const Headline = Type.String({
  maxLength: 160,
  description: 'The outcome and its first reason in one sentence or two, at most 160 characters.',
})

export const LineDetermination = Type.Object(
  {
    lineNumber: Type.Integer({ description: 'Line of the request.' }),
    procedureCode: Type.String({ description: 'Procedure code as it was sent.' }),
    dateOfService: Type.Optional(plainDate('Date of service of the line')),
    outcome: Outcome,
    headline: Headline,
    priorAuthorization: ref<PriorAuthorizationAnswer>('PriorAuthorizationAnswer'),
    medicalNecessity: ref<MedicalNecessityAnswer>('MedicalNecessityAnswer'),
    frequency: ref<FrequencyAnswer>('FrequencyAnswer'),
    units: ref<UnitsAnswer>('UnitsAnswer'),
    claimLine: ref<ClaimLineAnswer>('ClaimLineAnswer'),
    codeValidity: ref<CodeValidityAnswer>('CodeValidityAnswer'),
    gaps: Type.Array(ref<Gap>('Gap'), { description: 'What stays open although the line may go ahead.' }),
    documentation: Type.Optional(
      Type.Array(ref<DocumentationAnswer>('DocumentationAnswer'), {
        description: 'What the record should show, by the rule that asks for it.',
      }),
    ),
    notices: Type.Optional(
      Type.Array(ref<Notice>('Notice'), {
        minItems: 1,
        description:
          'Notices to the patient and modifiers that go with a denial expected under Medicare, and who is liable; absent where there are none.',
      }),
    ),
    findings: Type.Optional(Type.Array(ref<Finding>('Finding'), { description: 'What each rule said.' })),
    infoNeeded: Type.Optional(Type.Array(ref<InfoNeeded>('InfoNeeded'), { description: 'Facts to supply.' })),
    notEvaluated: Type.Optional(
      Type.Array(ref<NotEvaluated>('NotEvaluated'), { description: 'What was not checked.' }),
    ),
    coverageInformation: Type.Optional(ref<CoverageInformation>('CoverageInformation')),
  },
  {
    $id: 'LineDetermination',
    description: 'The answer for one line. The summary has the parts that are always there.',
  },
)
export type LineDetermination = Static<typeof LineDetermination>

export const QuestionForPayer = Type.Object(
  {
    lineNumbers: Type.Array(Type.Integer(), { description: 'Lines it concerns.' }),
    question: Type.Enum(questions, { description: 'The question that is open.' }),
    text: Sentence('What to ask.'),
  },
  { $id: 'QuestionForPayer', description: 'One question of a telephone call.' },
)
export type QuestionForPayer = Static<typeof QuestionForPayer>

export const NextStep = Type.Object(
  {
    code: Type.String({
      description: 'Stable code of the step.',
      examples: ['give-service-history', 'obtain-authorization'],
    }),
    text: Sentence('What to do, as a sentence for a biller.'),
    lineNumber: Type.Optional(
      Type.Integer({
        description: 'Line it concerns; absent where it concerns several, or the whole request.',
      }),
    ),
    lineNumbers: Type.Optional(
      Type.Array(Type.Integer(), { description: 'Lines it concerns, where it concerns several.' }),
    ),
    questions: Type.Optional(
      Type.Array(ref<QuestionForPayer>('QuestionForPayer'), {
        description: 'What one telephone call settles.',
      }),
    ),
  },
  { $id: 'NextStep', description: 'Something to do.' },
)
export type NextStep = Static<typeof NextStep>

/** What the core returns: everything but the id of this determination, which the caller of the core gives. */
export const Decision = Type.Object(
  {
    policyRevision: Type.Integer({ description: 'Revision of the policy that answered.' }),
    engineVersion: Type.Optional(Type.String({ description: 'Version of the deciding engine.' })),
    planId: Type.Optional(Identifier),
    claimType: Type.Optional(ClaimType),
    outcome: Outcome,
    headline: Headline,
    nextSteps: Type.Array(ref<NextStep>('NextStep'), {
      description: 'What to do, most pressing first: in the summary at most five.',
    }),
    moreSteps: Type.Integer({ minimum: 0, description: 'Steps that the summary leaves out.' }),
    lines: Type.Array(ref<LineDetermination>('LineDetermination'), {
      description: 'One answer per line, in line order.',
    }),
    sources: Type.Optional(
      Type.Array(ref<CitedSource>('CitedSource'), {
        description: 'Every document and edition that the answer cites, each once.',
      }),
    ),
    sourcesBehind: Type.Array(Type.String(), {
      description:
        'Ids of the sources that are known to be right only until before a date of service: look for a newer edition.',
    }),
  },
  { description: 'Answer without an id.' },
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
    reference: Type.Optional(Type.String({ description: 'The reference of the request, as it was sent.' })),
    ...Decision.properties,
    details: Type.Optional(
      Type.String({
        description:
          'Where the full answer can be read: only of an answer on record. A caller reads its own of the last 24 hours without a scope of its own.',
      }),
    ),
  },
  { $id: 'Determination', description: 'A dated, cited and explained answer.' },
)
export type Determination = Static<typeof Determination>

/** Every named component of an answer, for faces that publish or validate it. */
export const determinationComponents = [
  Citation,
  SourceReference,
  CitedRule,
  CitedSource,
  InfoNeeded,
  Finding,
  PriorAuthorizationAnswer,
  MedicalNecessityAnswer,
  FrequencyAnswer,
  UnitsAnswer,
  ClaimLineAnswer,
  CodeStatus,
  CodeValidityAnswer,
  RecordItem,
  DocumentationAnswer,
  Notice,
  NotEvaluated,
  CoverageInformation,
  Gap,
  LineDetermination,
  QuestionForPayer,
  NextStep,
  Determination,
]
