import { Type, type Static } from 'typebox'
import { CodeOrRange, Identifier, plainDate, treatmentPhases } from './codes.js'
import { ExpressionRef } from './expression.js'
import { FrequencyLimit, LoadingPhase } from './frequency-limit.js'
import { DecidedKindSchema, type DecidedKind, type RuleKind } from './rule-kinds.js'
import { Link, Text } from './source.js'

const strict = { additionalProperties: false }

/** Procedure codes and ranges of them, as a rule or a declaration names them. */
export const Procedures = Type.Array(CodeOrRange, {
  minItems: 1,
  maxItems: 2000,
  description: 'Procedure codes and ranges.',
})

/** The name of a set of diagnosis codes. */
export const CodeSetName = Type.String({ minLength: 1, maxLength: 80, description: 'Name of a code set.' })

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
export const exclusionBases = [
  'statutory',
  'benefit-category',
  'reasonable-and-necessary',
  'not-stated',
] as const
export type ExclusionBasis = (typeof exclusionBases)[number]

export const CoverageExclusionRule = Type.Object(
  {
    kind: Type.Literal('coverage-exclusion'),
    ...base,
    basis: Type.Enum(exclusionBases, {
      description: 'Ground of the exclusion; not-stated: the source does not say why.',
    }),
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
    others: Type.Enum(['deny', 'unknown', 'not-denied'], {
      description:
        'A diagnosis that is not listed: denied, as the document says; `not-denied` where the whole document was read and does not deny it; else `unknown`.',
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

/** What happens to a service beyond a frequency limit, the strictest first. */
export const exceedConsequences = ['deny', 'medical-review'] as const
export type ExceedConsequence = (typeof exceedConsequences)[number]

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
    onExceed: Type.Optional(
      Type.Enum(exceedConsequences, {
        description:
          'What the source says of more than the limit. deny (also where it is absent): not covered. medical-review: the payer judges it on records, so a known excess is no denial by itself.',
      }),
    ),
    curableBy: Type.Optional(
      Type.Array(Type.Enum(['authorization']), {
        maxItems: 1,
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
    whenUnknown: Type.Optional(
      Type.Literal('advise', {
        description:
          'While it is unknown whether `when` holds, the rule is advice only; without it the line lacks evidence then.',
      }),
    ),
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
