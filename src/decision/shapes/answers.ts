import { Type, type Static } from 'typebox'
import { plainDate } from './codes.js'
import { reasoned, Sentence, SourceReferenceRef } from './finding.js'
import { DecisionTime, exceedConsequences } from './rule.js'
import {
  claimLineStatuses,
  consequences,
  frequencyStatuses,
  necessityStatuses,
  requirements,
  unitsStatuses,
  validityStatuses,
} from './statuses.js'

/** What an answer rests on: places in the findings of its line, counted from 0. */
const named = {
  findings: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0 }), {
      description:
        'Positions in `findings` of the line of those that the answer rests on; they do not repeat its reason.',
    }),
  ),
}

export const PriorAuthorizationAnswer = Type.Object(
  {
    requirement: Type.Enum(requirements, {
      description:
        'Whether prior authorization is required; conditional: it depends on a fact that was not given, or the program is voluntary.',
    }),
    ...reasoned,
    ...named,
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
        { description: 'Whom to ask.' },
      ),
    ),
    decisionTime: Type.Optional(DecisionTime),
    retroactiveDays: Type.Optional(
      Type.Integer({ description: 'Days after the service within which it may still be asked for.' }),
    ),
    urgentException: Type.Optional(Sentence('What holds for urgent services.')),
  },
  { $id: 'PriorAuthorizationAnswer', description: 'Is prior authorization needed?' },
)
export type PriorAuthorizationAnswer = Static<typeof PriorAuthorizationAnswer>

export const MedicalNecessityAnswer = Type.Object(
  {
    status: Type.Enum(necessityStatuses, {
      description: 'Do exclusions, diagnoses and the deciding documentation support the service?',
    }),
    ...reasoned,
    ...named,
  },
  { $id: 'MedicalNecessityAnswer', description: 'Is the service supported?' },
)
export type MedicalNecessityAnswer = Static<typeof MedicalNecessityAnswer>

export const FrequencyAnswer = Type.Object(
  {
    status: Type.Enum(frequencyStatuses, { description: 'Is it too soon or too often?' }),
    ...reasoned,
    ...named,
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
        { description: 'Period of the deciding limit, half-open.' },
      ),
    ),
    nextEligibleDate: Type.Optional(
      plainDate(
        'First date on which the service is within every limit that was decided on, by the services known; absent = no date before 2100',
      ),
    ),
    calculation: Type.Optional(Sentence('The arithmetic in words.')),
    onExceed: Type.Optional(
      Type.Enum(exceedConsequences, {
        description:
          'What happens to a service that is too soon or too often; of several limits the strictest. deny: it is not covered. medical-review: the payer judges it on records. Absent where an authorization on file allows it.',
      }),
    ),
    curableBy: Type.Optional(
      Type.Array(Type.Enum(['authorization']), { description: 'What would allow more.' }),
    ),
    curedBy: Type.Optional(Type.String({ description: 'Authorization on file that allows it.' })),
  },
  { $id: 'FrequencyAnswer', description: 'Is it on schedule?' },
)
export type FrequencyAnswer = Static<typeof FrequencyAnswer>

export const UnitsAnswer = Type.Object(
  {
    status: Type.Enum(unitsStatuses, { description: 'Are the units within every limit?' }),
    ...reasoned,
    ...named,
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
  { $id: 'UnitsAnswer', description: 'Are the units right?' },
)
export type UnitsAnswer = Static<typeof UnitsAnswer>

export const ClaimLineAnswer = Type.Object(
  {
    status: Type.Enum(claimLineStatuses, {
      description:
        'Does the line carry what a clean claim needs? conflicting: it is not paid together with another line of the day, whatever the line carries.',
    }),
    ...reasoned,
    ...named,
  },
  { $id: 'ClaimLineAnswer', description: 'Is the claim line clean?' },
)
export type ClaimLineAnswer = Static<typeof ClaimLineAnswer>

export const CodeStatus = Type.Object(
  {
    code: Type.String({ description: 'The code, as people write it.' }),
    submitted: Type.Optional(Type.String({ description: 'The code as it was sent, where that differs.' })),
    system: Type.Enum(['icd-10-cm', 'hcpcs'], { description: 'Code system.' }),
    status: Type.Enum(validityStatuses, { description: 'Valid for billing on the date of service?' }),
    ...reasoned,
    validFrom: Type.Optional(plainDate('First day on which the code is valid')),
    validTo: Type.Optional(plainDate('First day on which it no longer is')),
    billableDescendants: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Billable codes under a submitted header: what it may stand for.',
      }),
    ),
    citation: Type.Optional(SourceReferenceRef),
  },
  { $id: 'CodeStatus', description: 'One code on the date of service.' },
)
export type CodeStatus = Static<typeof CodeStatus>

export const CodeValidityAnswer = Type.Object(
  {
    status: Type.Enum(validityStatuses, { description: 'Are all codes valid?' }),
    ...reasoned,
    codes: Type.Optional(
      Type.Array(Type.Unsafe<CodeStatus>(Type.Ref('CodeStatus')), {
        description: 'Each code of the line and every diagnosis of the request.',
      }),
    ),
  },
  {
    $id: 'CodeValidityAnswer',
    description:
      'Are the codes valid on the date? Apart from necessity: an invalid code rejects the claim even when no line points to it.',
  },
)
export type CodeValidityAnswer = Static<typeof CodeValidityAnswer>

export const documentationPurposes = ['decides-necessity', 'with-pa', 'with-claim', 'retain'] as const
export const RecordItem = Type.Object(
  {
    item: Type.String({
      description: 'Name of the item, as the request field `documentation` uses it, or `lab/<LOINC code>`.',
    }),
    status: Type.Enum(['present', 'missing', 'unknown'], {
      description: 'present or missing according to the request; unknown when it does not say.',
    }),
  },
  { $id: 'RecordItem', description: 'Something the record should show, and whether it does.' },
)
export type RecordItem = Static<typeof RecordItem>

export const DocumentationAnswer = Type.Object(
  {
    purpose: Type.Enum(documentationPurposes, { description: 'What the items are for.' }),
    outcome: Type.Enum(['met', 'not-met', 'insufficient-evidence', 'indeterminate', 'not-applicable'], {
      description: 'What the rule says of the record as far as it was given; of alternatives one is enough.',
    }),
    items: Type.Array(Type.Unsafe<RecordItem>(Type.Ref('RecordItem')), {
      description: 'What the rule asks for.',
    }),
    citation: SourceReferenceRef,
  },
  {
    $id: 'DocumentationAnswer',
    description: 'What one rule wants the record to show; the source has its statement.',
  },
)
export type DocumentationAnswer = Static<typeof DocumentationAnswer>
