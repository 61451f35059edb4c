import { Type, type Static } from 'typebox'
import { Identifier, PolicySetName, plainDate } from './codes.js'
import { ruleKinds } from './rule-kinds.js'
import { Grade } from './source.js'
import { consequences, questions } from './statuses.js'

/** A sentence for a reader. */
export const Sentence = (description: string) => Type.String({ description })

const ReasonCode = Type.String({
  description: 'Stable machine code of the reason; new codes may be added.',
  examples: ['diagnosis-not-listed'],
})
/** What every answer and every finding says of its reason. */
export const reasoned = {
  reasonCode: ReasonCode,
  reason: Type.Optional(
    Sentence(
      'The specific reason, as a sentence for a biller. Absent in the summary, and where the line has said it already.',
    ),
  ),
}

export const Citation = Type.Object(
  {
    ruleId: Type.Optional(Identifier),
    policySetId: PolicySetName,
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
  { $id: 'Citation', description: 'Which rule of which document, in which version.' },
)
export type Citation = Static<typeof Citation>

/** Where a determination was read: a source of the same answer, and the place in it. */
export const SourceReference = Type.Object(
  {
    source: Type.String({ description: 'Id of an entry of `sources`.', examples: ['a57755@18'] }),
    ruleId: Type.Optional(Identifier),
    section: Type.Optional(
      Type.String({ description: 'Section, group or page, where no rule of the source says it.' }),
    ),
    row: Type.Optional(
      Type.String({ description: 'Row of a published table, where no rule of the source says it.' }),
    ),
    effectiveFrom: Type.Optional(plainDate('First day of that row')),
    effectiveTo: Type.Optional(plainDate('First day after that row')),
  },
  { $id: 'SourceReference', description: 'Which rule, section or row of which source of this answer.' },
)
export type SourceReference = Static<typeof SourceReference>
export const SourceReferenceRef = Type.Unsafe<SourceReference>(Type.Ref('SourceReference'))

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
    text: Type.Optional(Sentence('What to supply; absent where a step of the same answer says it.')),
  },
  {
    $id: 'InfoNeeded',
    description: 'A fact that the caller can supply and that would settle something.',
  },
)
export type InfoNeeded = Static<typeof InfoNeeded>

/** What may be false of a listed diagnosis, so that it does not support the service as it stands. */
export const failedParts = [
  'age',
  'documentation',
  'lab-result',
  'other',
  'partner',
  'position',
  'sex',
] as const
export type FailedPart = (typeof failedParts)[number]

/** What the reason of a diagnosis rule is made of. */
const diagnosisFacts = {
  listed: Type.Optional(
    Type.Array(Type.String(), {
      description:
        "Of a diagnosis rule: the line's diagnoses that the document lists, whatever their condition.",
    }),
  ),
  condition: Type.Optional(
    Type.Enum(['none', 'met', 'failed', 'unknown'], {
      description:
        'Of listed diagnoses: whether what the document asks for beside them holds; none: one of them supports by itself.',
    }),
  ),
  failed: Type.Optional(
    Type.Array(Type.Enum(failedParts), {
      description:
        'What is not so where the condition failed: a further diagnosis (partner), the place among the diagnoses (position), sex, age, documentation, laboratory result, or other; new values may be added.',
    }),
  ),
  othersDenied: Type.Optional(
    Type.Boolean({
      description:
        'Whether the document denies diagnoses that it does not list; absent where that is not known.',
    }),
  ),
}

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
    ...reasoned,
    factsUsed: Type.Record(Type.String(), Type.String(), {
      description: 'Facts the rule looked at, with their values as text.',
    }),
    ...diagnosisFacts,
    consequence: Type.Optional(
      Type.Enum(consequences, {
        description: 'Of a rule that asks for prior authorization: what happens to a claim without it.',
      }),
    ),
    citation: SourceReferenceRef,
  },
  { $id: 'Finding', description: 'What one rule said of one line, on which facts.' },
)
export type Finding = Static<typeof Finding>

/** The facts of a finding of which the sentence of a diagnosis rule is made. */
export type DiagnosisFacts = Pick<Finding, 'listed' | 'condition' | 'failed' | 'othersDenied'>
