import { Type, type Static } from 'typebox'
import { claimTypes, CodeOrRange, Identifier, Month, plainDate, treatmentPhases } from './codes.js'
import { ExpressionRef } from './criteria-schema.js'
import { Link, Source, Text } from './source.js'
import { CodeTable, NdcEdition, ProcedurePairEdition, UnitLimitEdition } from './tables.js'

const strict = { additionalProperties: false }
const Procedures = Type.Array(CodeOrRange, {
  minItems: 1,
  maxItems: 2000,
  description: 'Procedure codes and ranges.',
})
const CodeSetName = Type.String({ minLength: 1, maxLength: 80, description: 'Name of a code set.' })

export const contractorTypes = ['mac-part-a', 'mac-part-b', 'dme-mac'] as const
/** Where a document applies, for one group of contractors; an absent part means everywhere. */
export const Area = Type.Object(
  {
    states: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
        minItems: 1,
        maxItems: 80,
        description: 'States and part-states.',
      }),
    ),
    contractorTypes: Type.Optional(
      Type.Array(Type.Enum(contractorTypes), {
        minItems: 1,
        maxItems: 3,
        description: 'Medicare contractor types, decided by the claim type.',
      }),
    ),
    contractorNumbers: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9]{5}$' }), {
        minItems: 1,
        maxItems: 50,
        description: 'Contractor numbers.',
      }),
    ),
  },
  { ...strict, description: 'Where it applies.' },
)
export type Area = Static<typeof Area>

/** One area, or several of which any will do: a document may hold on the Part A side in other states than on the Part B side. */
export const Jurisdiction = Type.Union(
  [Area, Type.Array(Area, { minItems: 1, maxItems: 50, description: 'Areas, any of which will do.' })],
  { description: 'Where it applies.' },
)
export type Jurisdiction = Static<typeof Jurisdiction>

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
const DecidedKindSchema = Type.Enum(decidedKinds, { description: 'A rule kind.' })

const base = {
  ruleId: Identifier,
  procedures: Procedures,
  from: Type.Optional(plainDate('First day in force')),
  to: Type.Optional(plainDate('First day no longer in force; absent = open')),
  when: Type.Optional(ExpressionRef),
  statement: Text('What the document says, in our own words.'),
  interpretation: Type.Optional(Text('Our reading where the text leaves room.')),
  section: Type.Optional(Text('Section, group or page of the document.', 120)),
  row: Type.Optional(Text('Row of a published list.', 120)),
}

/** How long whoever decides may take, as the document says. */
export const DecisionTime = Type.Object(
  {
    days: Type.Integer({
      minimum: 0,
      maximum: 365,
      description: 'Days from the complete request to the decision.',
    }),
    dayType: Type.Enum(['calendar', 'business'], {
      description: 'calendar: every day counts; business: Monday to Friday.',
    }),
  },
  { ...strict, description: 'Time within which a request for authorization is decided.' },
)
export type DecisionTime = Static<typeof DecisionTime>

export const PriorAuthorizationRule = Type.Object(
  {
    kind: Type.Literal('prior-authorization'),
    ...base,
    cases: Type.Array(
      Type.Object(
        {
          when: Type.Optional(ExpressionRef),
          requirement: Type.Enum(['required', 'not-required', 'conditional'], {
            description: 'What holds in this case; conditional: the program is voluntary.',
          }),
          consequence: Type.Optional(
            Type.Enum(['denial', 'prepayment-review', 'penalty', 'unknown'], {
              description: 'What happens to a claim without the authorization.',
            }),
          ),
        },
        strict,
      ),
      {
        minItems: 1,
        maxItems: 50,
        description: 'Cases in order: the first whose condition holds is the answer.',
      },
    ),
    contact: Type.Optional(
      Type.Object(
        {
          name: Text('Who decides: the payer or a delegated vendor.', 200),
          phone: Type.Optional(Text('Telephone.', 40)),
          url: Type.Optional(Link),
        },
        { ...strict, description: 'Whom to ask.' },
      ),
    ),
    decisionTime: Type.Optional(DecisionTime),
    retroactiveDays: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3650,
        description: 'Days after the service within which authorization may still be asked for.',
      }),
    ),
    urgentException: Type.Optional(Text('What holds for urgent services.', 500)),
  },
  { ...strict, description: 'Whether prior authorization is required.' },
)

/** The grounds on which a service is not covered; they decide which notice a Medicare patient is given. */
export const exclusionBases = ['statutory', 'benefit-category', 'reasonable-and-necessary'] as const
export type ExclusionBasis = (typeof exclusionBases)[number]

export const CoverageExclusionRule = Type.Object(
  {
    kind: Type.Literal('coverage-exclusion'),
    ...base,
    basis: Type.Enum(exclusionBases, { description: 'Ground of the exclusion.' }),
  },
  { ...strict, description: 'Not covered at all while `when` holds.' },
)

export const DiagnosisRule = Type.Object(
  {
    kind: Type.Literal('diagnosis'),
    ...base,
    supports: Type.Optional(ExpressionRef),
    conditionalCodes: Type.Optional(
      Type.Array(
        Type.Object(
          {
            codes: Type.Array(Type.String({ pattern: '^[A-Z0-9]{3,7}$' }), { minItems: 1, maxItems: 1000 }),
            condition: Type.Optional(ExpressionRef),
            note: Text('What the asterisk or footnote says, or that we do not hold its text.', 500),
          },
          strict,
        ),
        {
          maxItems: 50,
          description:
            'Listed codes that support only under a condition; a missing condition means that its text is not held.',
        },
      ),
    ),
    excluded: Type.Optional(CodeSetName),
    others: Type.Enum(['deny', 'unknown'], {
      description: 'A diagnosis that is not listed: denied by default, or simply not named.',
    }),
  },
  {
    ...strict,
    description: 'Which linked diagnoses support the service; without `supports` there is no restriction.',
  },
)

export const DocumentationRule = Type.Object(
  {
    kind: Type.Literal('documentation'),
    ...base,
    purpose: Type.Enum(['decides-necessity', 'with-pa', 'with-claim', 'retain'], {
      description: 'What the documentation is for; retain never holds a claim up.',
    }),
    criteria: ExpressionRef,
  },
  { ...strict, description: 'What the record must show.' },
)

export const FrequencyLimit = Type.Union(
  [
    Type.Object(
      { type: Type.Literal('minimum-interval'), days: Type.Integer({ minimum: 1, maximum: 36500 }) },
      strict,
    ),
    Type.Object(
      { type: Type.Literal('minimum-interval'), months: Type.Integer({ minimum: 1, maximum: 1200 }) },
      strict,
    ),
    Type.Object(
      { type: Type.Literal('full-months-after'), months: Type.Integer({ minimum: 1, maximum: 1200 }) },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('rolling-window'),
        days: Type.Integer({ minimum: 1, maximum: 36500 }),
        maximum: Type.Number({ minimum: 0, maximum: 999999 }),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('rolling-window'),
        months: Type.Integer({ minimum: 1, maximum: 1200 }),
        maximum: Type.Number({ minimum: 0, maximum: 999999 }),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('calendar-period'),
        period: Type.Enum(['month', 'quarter', 'year']),
        maximum: Type.Number({ minimum: 0, maximum: 999999 }),
      },
      strict,
    ),
    Type.Object(
      {
        type: Type.Literal('calendar-period'),
        period: Type.Literal('plan-year', {
          description: 'The plan year: twelve months from the first day of its first month.',
        }),
        startMonth: Type.Optional(
          Month(
            'First month of the plan year, where the document says so; absent = that of the plan, or of the request',
          ),
        ),
        maximum: Type.Number({ minimum: 0, maximum: 999999 }),
      },
      strict,
    ),
    Type.Object(
      { type: Type.Literal('lifetime'), maximum: Type.Number({ minimum: 0, maximum: 999999 }) },
      strict,
    ),
  ],
  { description: 'One limit over time.' },
)
export type FrequencyLimit = Static<typeof FrequencyLimit>

/** A length of time; where one begins is said where it is used. */
const Stretch = Type.Union([
  Type.Object({ days: Type.Integer({ minimum: 1, maximum: 36500 }) }, strict),
  Type.Object({ months: Type.Integer({ minimum: 1, maximum: 1200 }) }, strict),
])

/** How the loading phase is told from maintenance, where the document says how; never more than it says. */
export const LoadingPhase = Type.Object(
  {
    first: Type.Union(
      [
        Type.Object({ services: Type.Integer({ minimum: 1, maximum: 1000 }) }, strict),
        Type.Object({ days: Type.Integer({ minimum: 1, maximum: 36500 }) }, strict),
        Type.Object({ weeks: Type.Integer({ minimum: 1, maximum: 520 }) }, strict),
      ],
      { description: 'The first services, days or weeks of a course of treatment are its loading phase.' },
    ),
    newCourseAfter: Type.Optional({
      ...Stretch,
      description:
        'Without a service for so long, the next one begins a new course, so that history tells when the course began; absent: the document does not say, and treatment.startedOn must.',
    }),
  },
  {
    ...strict,
    description:
      'How the phase follows from the course of treatment when the request does not name it; maintenance is what comes after.',
  },
)
export type LoadingPhase = Static<typeof LoadingPhase>

export const FrequencyRule = Type.Object(
  {
    kind: Type.Literal('frequency'),
    ...base,
    countsTogether: Type.Optional(Procedures),
    counting: Type.Enum(['services', 'units'], { description: 'What is counted.' }),
    limits: Type.Optional(
      Type.Array(FrequencyLimit, {
        maxItems: 10,
        description: 'Limits that all hold; an empty array states that there is no numeric limit.',
      }),
    ),
    phases: Type.Optional(
      Type.Array(
        Type.Object(
          {
            phase: Type.Enum(treatmentPhases),
            limits: Type.Array(FrequencyLimit, { maxItems: 10 }),
          },
          strict,
        ),
        { minItems: 1, maxItems: 2, description: 'Limits by treatment phase.' },
      ),
    ),
    loading: Type.Optional(LoadingPhase),
    exemptWhen: Type.Optional(ExpressionRef),
    curableBy: Type.Optional(
      Type.Array(Type.Enum(['authorization', 'documentation']), {
        maxItems: 2,
        description: 'What allows more than the limit.',
      }),
    ),
  },
  {
    ...strict,
    description: 'How often; exactly one of limits and phases is given, and loading only with phases.',
  },
)

export const UnitsRule = Type.Object(
  {
    kind: Type.Literal('units'),
    ...base,
    maximum: Type.Number({
      minimum: 0,
      maximum: 999999,
      description: 'Greatest number of units; 0 = not payable.',
    }),
    adjudicationIndicator: Type.Integer({
      minimum: 1,
      maximum: 3,
      description: 'MAI: 1 per claim line, 2 per day and absolute, 3 per day and reviewable on records.',
    }),
  },
  { ...strict, description: 'How many units.' },
)

export const ClaimLineRule = Type.Object(
  {
    kind: Type.Literal('claim-line'),
    ...base,
    requires: ExpressionRef,
    effect: Type.Enum(['reject', 'advise'], {
      description: 'Whether a line without it is rejected, or this is advice that never changes the outcome.',
    }),
    remedy: Text('What to do, as a sentence for a biller.', 500),
  },
  { ...strict, description: 'What a clean claim line carries.' },
)

export const ReviewRule = Type.Object(
  {
    kind: Type.Literal('review'),
    ...base,
    about: DecidedKindSchema,
    reasonCode: Type.Enum(['condition-text-not-held', 'text-not-interpreted'], {
      description: 'Why a person must read the text.',
    }),
  },
  {
    ...strict,
    description: 'Text that nobody has turned into a rule yet: the answer is indeterminate and links it.',
  },
)

export const Rule = Type.Union(
  [
    PriorAuthorizationRule,
    CoverageExclusionRule,
    DiagnosisRule,
    DocumentationRule,
    FrequencyRule,
    UnitsRule,
    ClaimLineRule,
    ReviewRule,
  ],
  { description: 'One rule of a policy.' },
)
export type Rule = Static<typeof Rule>
export type RuleOfKind<K extends RuleKind> = Extract<Rule, { kind: K }>

/** The kind a rule speaks about: its own, or for a review rule the one it stands in for. */
export function kindDecidedBy(rule: Rule): DecidedKind {
  return rule.kind === 'review' ? rule.about : rule.kind
}

export const PolicyVersion = Type.Object(
  {
    versionId: Identifier,
    from: plainDate('First day in force'),
    to: Type.Optional(plainDate('First day no longer in force; absent = open')),
    jurisdiction: Type.Optional(Jurisdiction),
    source: Source,
    rules: Type.Array(Rule, { minItems: 1, maxItems: 5000, description: 'Rules of this version.' }),
  },
  {
    ...strict,
    description:
      'Immutable content of a policy, in force from `from` until the day before `to`; its jurisdiction, where it has one, stands for that of the policy.',
  },
)
export type PolicyVersion = Static<typeof PolicyVersion>

export const Policy = Type.Object(
  {
    policyId: Identifier,
    policySetId: Identifier,
    title: Text('Title.', 300),
    jurisdiction: Type.Optional(Jurisdiction),
    versions: Type.Array(PolicyVersion, {
      minItems: 1,
      maxItems: 500,
      description: 'Versions that we hold, in order of their dates, not overlapping.',
    }),
  },
  { ...strict, description: "One document's rules for some procedures." },
)
export type Policy = Static<typeof Policy>

export const Completeness = Type.Object(
  {
    kinds: Type.Array(DecidedKindSchema, { minItems: 1, maxItems: 7, description: 'Rule kinds.' }),
    procedures: Procedures,
    jurisdiction: Type.Optional(Jurisdiction),
    from: plainDate('First day in force'),
    to: Type.Optional(plainDate('First day no longer in force; absent = open')),
    statement: Text('What the publisher says is complete and how we know that we hold all of it.'),
    source: Source,
  },
  {
    ...strict,
    description:
      'Where the silence of a policy set means something: all of it is held for these kinds, codes, places and dates.',
  },
)
export type Completeness = Static<typeof Completeness>

export const PolicySet = Type.Object(
  {
    policySetId: Identifier,
    title: Text('Title.', 300),
    publisher: Text('Who publishes it.', 200),
    speaksTo: Type.Array(DecidedKindSchema, {
      minItems: 1,
      maxItems: 7,
      description: 'Rule kinds that documents of this set deal with.',
    }),
    completeness: Type.Optional(Type.Array(Completeness, { maxItems: 100 })),
  },
  { ...strict, description: "One publisher's body of policy." },
)
export type PolicySet = Static<typeof PolicySet>

export const Payer = Type.Object(
  {
    payerId: Identifier,
    name: Text('Name.', 200),
    x12PayerIds: Type.Optional(Type.Array(Text('X12 payer id.', 40), { maxItems: 50 })),
  },
  { ...strict, description: 'Who pays.' },
)
export type Payer = Static<typeof Payer>

export const planRoles = ['binding', 'governing', 'fallback'] as const
export const Plan = Type.Object(
  {
    planId: Identifier,
    payerId: Identifier,
    name: Text('Name.', 200),
    lineOfBusiness: Type.Enum(['medicare', 'medicare-advantage', 'medicaid', 'commercial', 'not-stated'], {
      description: 'Line of business.',
    }),
    benefit: Type.Enum(['medical', 'pharmacy'], { description: 'Benefit the plan pays from.' }),
    states: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
        maxItems: 80,
        description: 'States where it is offered, for information.',
      }),
    ),
    claimTypes: Type.Optional(
      Type.Array(Type.Enum(claimTypes), {
        minItems: 1,
        maxItems: 3,
        description: 'Claim types it pays; absent = all.',
      }),
    ),
    planYearStartMonth: Type.Optional(
      Month('First month of its plan year; absent = not the same for all members, or not known'),
    ),
    cardNames: Type.Optional(Type.Array(Text('Name as printed on a card.', 120), { maxItems: 50 })),
    x12PayerIds: Type.Optional(Type.Array(Text('X12 payer id.', 40), { maxItems: 50 })),
    follows: Type.Array(
      Type.Object(
        {
          policySetId: Identifier,
          role: Type.Enum(planRoles, {
            description:
              'binding: always speaks. governing: in this order. fallback: speaks where no governing set has a rule and all are complete.',
          }),
        },
        strict,
      ),
      {
        maxItems: 50,
        description: 'Policy sets that the plan follows; governing sets in order of precedence.',
      },
    ),
    note: Type.Optional(Text('What to know about this plan.')),
  },
  { ...strict, description: 'A plan of a payer.' },
)
export type Plan = Static<typeof Plan>

export const CodeSet = Type.Object(
  {
    codeSetId: CodeSetName,
    title: Text('What the codes are.', 300),
    codes: Type.Array(Type.String({ pattern: '^[A-Z0-9]{3,7}$' }), {
      minItems: 1,
      maxItems: 100000,
      description: 'Undotted codes, sorted.',
    }),
  },
  { ...strict, description: 'A named set of diagnosis codes.' },
)
export type CodeSet = Static<typeof CodeSet>

/** Everything that decides at one revision: what a store loads, a pack contributes to, and a snapshot is compiled from. */
export const PolicyContent = Type.Object(
  {
    payers: Type.Array(Payer),
    plans: Type.Array(Plan),
    policySets: Type.Array(PolicySet),
    policies: Type.Array(Policy),
    codeSets: Type.Array(CodeSet),
    unitLimits: Type.Array(UnitLimitEdition),
    procedurePairs: Type.Array(ProcedurePairEdition),
    ndcEditions: Type.Array(NdcEdition),
    codeTables: Type.Array(CodeTable),
  },
  strict,
)
export type PolicyContent = Static<typeof PolicyContent>

/** A content without anything in it, to start from. */
export const emptyContent: PolicyContent = {
  payers: [],
  plans: [],
  policySets: [],
  policies: [],
  codeSets: [],
  unitLimits: [],
  procedurePairs: [],
  ndcEditions: [],
  codeTables: [],
}
