import { Type, type Static } from 'typebox'
import { ClaimType, Identifier, plainDate } from './codes.js'
import { DecisionTime, exclusionBases, ruleKinds } from './policy.js'
import { Grade } from './source.js'

const strict = { additionalProperties: false }
const Sentence = (description: string) => Type.String({ description })

export const outcomes = [
  'expect-denial',
  'obtain-authorization',
  'complete-information',
  'indeterminate',
  'proceed',
] as const
/** The most pressing thing to do, most pressing first. */
export const Outcome = Type.Enum(outcomes, {
  description:
    'What presses most: expect-denial > obtain-authorization > complete-information > indeterminate > proceed.',
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

const consequences = ['denial', 'prepayment-review', 'penalty', 'unknown'] as const
const ReasonCode = Type.String({
  description: 'Stable machine code of the reason; new codes may be added.',
  examples: ['diagnosis-not-listed'],
})
const answer = {
  reasonCode: ReasonCode,
  reason: Sentence('The specific reason, as a sentence for a biller.'),
}

export const Citation = Type.Object(
  {
    ruleId: Type.Optional(Identifier),
    policySetId: Identifier,
    policyId: Type.Optional(Identifier),
    versionId: Type.Optional(Type.String({ description: 'Version or edition of the policy or table.' })),
    publisher: Type.String({ description: 'Publisher of the document.' }),
    document: Type.String({ description: 'Number and title of the document.' }),
    documentVersion: Type.Optional(Type.String({ description: 'Version of the document.' })),
    section: Type.Optional(Type.String({ description: 'Section, group or page.' })),
    row: Type.Optional(Type.String({ description: 'Row of a published table or list.' })),
    url: Type.String({ description: 'Where it can be read.' }),
    grade: Grade,
    effectiveFrom: Type.Optional(plainDate('First day on which the cited text is in force')),
    effectiveTo: Type.Optional(plainDate('First day on which it no longer is')),
    retrievedOn: plainDate('Date on which the document was read'),
    coversThrough: Type.Optional(plainDate('Last day until which our copy is known to be right')),
  },
  { ...strict, $id: 'Citation', description: 'Which rule of which document, in which version.' },
)
export type Citation = Static<typeof Citation>
const CitationRef = Type.Unsafe<Citation>(Type.Ref('Citation'))

export const InfoNeeded = Type.Object(
  {
    fact: Type.String({
      description: 'Name of the missing fact.',
      examples: ['serviceHistory', 'documentation/oral-trial-failed'],
    }),
    pointer: Type.String({
      description: 'JSON pointer to where the request carries it.',
      examples: ['/serviceHistory'],
    }),
    question: Type.Enum(questions, { description: 'The question it would help to answer.' }),
    text: Sentence('What to supply.'),
  },
  {
    ...strict,
    $id: 'InfoNeeded',
    description: 'A fact that the caller can supply and that would settle something.',
  },
)
export type InfoNeeded = Static<typeof InfoNeeded>

export const Finding = Type.Object(
  {
    question: Type.Enum(questions, { description: 'The question the rule speaks to.' }),
    kind: Type.Enum([...ruleKinds, 'code-table', 'completeness'], {
      description: 'Kind of rule, or the table or declaration that spoke.',
    }),
    outcome: Type.Enum(
      [
        'met',
        'not-met',
        'insufficient-evidence',
        'indeterminate',
        'not-applicable',
        'required',
        'not-required',
        'conditional',
      ],
      { description: 'What the rule says of this line.' },
    ),
    ...answer,
    statement: Type.Optional(Sentence('What the document says, in our own words.')),
    interpretation: Type.Optional(Sentence('Our reading where the text leaves room.')),
    factsUsed: Type.Array(
      Type.Object(
        {
          fact: Type.String({ description: 'Fact of the request.' }),
          value: Type.String({ description: 'Its value as text.' }),
        },
        strict,
      ),
      { description: 'Facts the rule looked at.' },
    ),
    listedDiagnoses: Type.Optional(
      Type.Object(
        {
          count: Type.Integer({ description: 'Number of listed codes.' }),
          codes: Type.Array(Type.String(), {
            description: 'The listed codes, for information; at most 200.',
          }),
          note: Sentence('How the list is to be used.'),
        },
        {
          ...strict,
          description:
            'Codes the document lists. They are not offered as a remedy: ask the clinician what the record supports.',
        },
      ),
    ),
    consequence: Type.Optional(
      Type.Enum(consequences, {
        description: 'Of a rule that asks for prior authorization: what happens to a claim without it.',
      }),
    ),
    citation: CitationRef,
  },
  { ...strict, $id: 'Finding', description: 'What one rule said of one line, on which facts.' },
)
export type Finding = Static<typeof Finding>
const FindingRef = Type.Unsafe<Finding>(Type.Ref('Finding'))

export const PriorAuthorizationAnswer = Type.Object(
  {
    requirement: Type.Enum(requirements, {
      description:
        'Whether prior authorization is required; conditional: it depends on a fact that was not given, or the program is voluntary.',
    }),
    ...answer,
    consequence: Type.Optional(
      Type.Enum(consequences, { description: 'What happens to a claim without it.' }),
    ),
    authorizationNumber: Type.Optional(
      Type.String({ description: 'Authorization that satisfies the requirement.' }),
    ),
    contact: Type.Optional(
      Type.Object(
        {
          name: Type.String({ description: 'Whom to ask.' }),
          phone: Type.Optional(Type.String({ description: 'Telephone.' })),
          url: Type.Optional(Type.String({ description: 'Web page.' })),
        },
        { ...strict, description: 'Whom to ask.' },
      ),
    ),
    decisionTime: Type.Optional(DecisionTime),
    retroactiveDays: Type.Optional(
      Type.Integer({ description: 'Days after the service within which it may still be asked for.' }),
    ),
    urgentException: Type.Optional(Sentence('What holds for urgent services.')),
  },
  { ...strict, $id: 'PriorAuthorizationAnswer', description: 'Is prior authorization needed?' },
)
export type PriorAuthorizationAnswer = Static<typeof PriorAuthorizationAnswer>

export const MedicalNecessityAnswer = Type.Object(
  {
    status: Type.Enum(necessityStatuses, {
      description: 'Do exclusions, diagnoses and the deciding documentation support the service?',
    }),
    ...answer,
  },
  { ...strict, $id: 'MedicalNecessityAnswer', description: 'Is the service supported?' },
)
export type MedicalNecessityAnswer = Static<typeof MedicalNecessityAnswer>

export const FrequencyAnswer = Type.Object(
  {
    status: Type.Enum(frequencyStatuses, { description: 'Is it too soon or too often?' }),
    ...answer,
    used: Type.Optional(
      Type.Number({
        description:
          'Services or units already used in the period of the deciding limit, this line not counted.',
      }),
    ),
    remaining: Type.Optional(
      Type.Number({ description: 'Services or units left in that period before this line.' }),
    ),
    period: Type.Optional(
      Type.Object(
        {
          type: Type.String({ description: 'Type of the deciding limit.' }),
          from: Type.Optional(plainDate('First day of the period')),
          to: Type.Optional(plainDate('First day after the period')),
        },
        { ...strict, description: 'Period of the deciding limit, half-open.' },
      ),
    ),
    nextEligibleDate: Type.Optional(
      plainDate(
        'First date on which the service is within every limit that was decided on, by the services known; absent = no date before 2100',
      ),
    ),
    calculation: Type.Optional(Sentence('The arithmetic in words.')),
    curableBy: Type.Optional(
      Type.Array(Type.Enum(['authorization', 'documentation']), { description: 'What would allow more.' }),
    ),
    curedBy: Type.Optional(Type.String({ description: 'Authorization on file that allows it.' })),
  },
  { ...strict, $id: 'FrequencyAnswer', description: 'Is it on schedule?' },
)
export type FrequencyAnswer = Static<typeof FrequencyAnswer>

export const UnitsAnswer = Type.Object(
  {
    status: Type.Enum(unitsStatuses, { description: 'Are the units within every limit?' }),
    ...answer,
    billedUnits: Type.Optional(
      Type.Number({ description: 'Units of the line, given or derived from the dose.' }),
    ),
    discardedUnits: Type.Optional(
      Type.Number({
        description:
          'Units of the drug that were discarded and may be billed on a line of their own (JW); 0 = none.',
      }),
    ),
    calculation: Type.Optional(
      Sentence('How the units follow from the dose or the package, with the rounding.'),
    ),
    maximum: Type.Optional(Type.Number({ description: 'The strictest limit.' })),
    adjudicationIndicator: Type.Optional(
      Type.Integer({
        description:
          'MAI of that limit: 1 per line, 2 per day and absolute, 3 per day and reviewable on records.',
      }),
    ),
  },
  { ...strict, $id: 'UnitsAnswer', description: 'Are the units right?' },
)
export type UnitsAnswer = Static<typeof UnitsAnswer>

export const ClaimLineAnswer = Type.Object(
  {
    status: Type.Enum(claimLineStatuses, {
      description:
        'Does the line carry what a clean claim needs? conflicting: it is not paid together with another line of the day, whatever the line carries.',
    }),
    ...answer,
  },
  { ...strict, $id: 'ClaimLineAnswer', description: 'Is the claim line clean?' },
)
export type ClaimLineAnswer = Static<typeof ClaimLineAnswer>

export const CodeStatus = Type.Object(
  {
    code: Type.String({ description: 'The code, as people write it.' }),
    submitted: Type.String({ description: 'The code as it was sent.' }),
    system: Type.Enum(['icd-10-cm', 'hcpcs'], { description: 'Code system.' }),
    status: Type.Enum(validityStatuses, { description: 'Valid for billing on the date of service?' }),
    ...answer,
    validFrom: Type.Optional(plainDate('First day on which the code is valid')),
    validTo: Type.Optional(plainDate('First day on which it no longer is')),
    billableDescendants: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Billable codes under a submitted header: what it may stand for.',
      }),
    ),
    citation: Type.Optional(CitationRef),
  },
  { ...strict, $id: 'CodeStatus', description: 'One code on the date of service.' },
)
export type CodeStatus = Static<typeof CodeStatus>

export const CodeValidityAnswer = Type.Object(
  {
    status: Type.Enum(validityStatuses, { description: 'Are all codes valid?' }),
    ...answer,
    codes: Type.Array(Type.Unsafe<CodeStatus>(Type.Ref('CodeStatus')), {
      description: 'Each code of the line and every diagnosis of the request.',
    }),
  },
  {
    ...strict,
    $id: 'CodeValidityAnswer',
    description:
      'Are the codes valid on the date? Apart from necessity: an invalid code rejects the claim even when no line points to it.',
  },
)
export type CodeValidityAnswer = Static<typeof CodeValidityAnswer>

export const documentationPurposes = ['decides-necessity', 'with-pa', 'with-claim', 'retain'] as const
export const DocumentationItem = Type.Object(
  {
    item: Type.String({
      description: 'Name of the item, as the request field `documentation` uses it, or `lab/<LOINC code>`.',
    }),
    status: Type.Enum(['present', 'missing', 'unknown'], {
      description: 'present or missing according to the request; unknown when it does not say.',
    }),
    purpose: Type.Enum(documentationPurposes, { description: 'What it is for.' }),
    why: Sentence('Why it is asked for.'),
    citation: CitationRef,
  },
  { ...strict, $id: 'DocumentationItem', description: 'Something the record should show.' },
)
export type DocumentationItem = Static<typeof DocumentationItem>

export const noticeCodes = ['abn-required', 'abn-voluntary'] as const
export const Notice = Type.Object(
  {
    code: Type.Enum(noticeCodes, {
      description:
        'abn-required: without a signed Advance Beneficiary Notice the patient may not be charged. abn-voluntary: the service is never covered, a notice is a courtesy.',
    }),
    basis: Type.Enum(exclusionBases, { description: 'Ground of the expected denial.' }),
    because: Sentence('What is expected to be denied, and why.'),
    text: Sentence('What to do.'),
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
    description: 'A notice of Original Medicare that goes with an expected denial.',
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
          'Notices to the patient and modifiers that go with a denial expected under Original Medicare; absent where there are none.',
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
