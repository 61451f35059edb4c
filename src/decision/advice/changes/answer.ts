import { Type, type Static } from 'typebox'
import { Decision, LineDetermination } from '../../shapes/determination.js'
import type { CitedSource } from '../../shapes/cited-source.js'
import { Finding } from '../../shapes/finding.js'
import { plainDate } from '../../shapes/codes.js'
import { Outcome, questions } from '../../shapes/statuses.js'
import { changeKinds } from './change.js'
import { refusalCodes } from './options.js'

const strict = { additionalProperties: false }
const ref = <T>($id: string) => Type.Unsafe<T>(Type.Ref($id))
const { policyRevision, engineVersion, planId, claimType } = Decision.properties
const { lineNumber, procedureCode } = LineDetermination.properties
const Question = Type.Enum(questions, { description: 'A question of the check.' })

export const ProposedChange = Type.Object(
  {
    kind: Type.Enum(changeKinds, { description: 'What kind of fact is changed.' }),
    pointer: Type.String({
      description: 'JSON pointer into the request; one that ends in `-` adds to a list (as in RFC 6902).',
      examples: ['/serviceLines/0/dateOfService'],
    }),
    value: Type.Unknown({ description: 'Value that would stand there.' }),
    example: Type.Boolean({
      description:
        'true: the value only shows what would do. Send what the record, the payer or the package really says, never this value.',
    }),
    text: Type.String({ description: 'The change, as a sentence for a biller.' }),
  },
  {
    ...strict,
    $id: 'ProposedChange',
    description: "One change of a fact that is the caller's to choose or to supply.",
  },
)
export type ProposedChange = Static<typeof ProposedChange>

export const ChangeSuggestion = Type.Object(
  {
    changes: Type.Array(ref<ProposedChange>('ProposedChange'), {
      description: 'Changes that are made together; none of them can be left out.',
    }),
    lineOutcome: Type.Enum([...Outcome.enum], {
      description: 'Outcome of the line under these changes alone.',
    }),
    opens: Type.Array(Question, {
      description: 'Questions that pass now and would press under these changes.',
    }),
  },
  {
    ...strict,
    $id: 'ChangeSuggestion',
    description:
      'A smallest set of changes that turns a finding; the engine decided the changed request and found it so.',
  },
)
export type ChangeSuggestion = Static<typeof ChangeSuggestion>

const NotProposed = Type.Object(
  {
    code: Type.Enum(refusalCodes, { description: 'Why it is not proposed.' }),
    text: Type.String({ description: 'What is not proposed, and whom to ask.' }),
  },
  { ...strict, description: 'Something that is not proposed.' },
)

export const FindingChanges = Type.Object(
  {
    finding: ref<Finding>('Finding'),
    suggestions: Type.Array(ref<ChangeSuggestion>('ChangeSuggestion'), {
      description:
        "What would turn it, the least first; empty when nothing that is the caller's to change would.",
    }),
    notProposed: Type.Array(NotProposed, {
      description: 'What is not proposed for it, whatever it would do.',
    }),
    truncated: Type.Boolean({ description: 'Not every way was tried; others may exist.' }),
  },
  {
    ...strict,
    $id: 'FindingChanges',
    description:
      'A finding that is not met or lacks evidence, with its rule and citation, and what would turn it.',
  },
)
export type FindingChanges = Static<typeof FindingChanges>

const Left = Type.Object(
  {
    question: Question,
    reasonCode: Type.String({ description: 'Stable machine code of the reason.' }),
    reason: Type.String({ description: 'The reason, as a sentence for a biller.' }),
  },
  { ...strict, description: 'A question that presses and that no change here settles.' },
)

export const LineChanges = Type.Object(
  {
    lineNumber,
    procedureCode,
    dateOfService: plainDate('Date of service of the line'),
    outcome: Outcome,
    findings: Type.Array(ref<FindingChanges>('FindingChanges'), {
      description: 'Each finding that is not met or lacks evidence.',
    }),
    together: Type.Optional(
      Type.Object(
        {
          changes: Type.Array(ref<ProposedChange>('ProposedChange'), {
            description:
              'Changes that are made together; without any one of them one of `settles` presses again.',
          }),
          settles: Type.Array(Question, {
            description:
              'Questions that press now and pass under these changes. No other question gets worse.',
          }),
          lineOutcome: Type.Enum([...Outcome.enum], {
            description: 'Outcome of the line under these changes: `proceed` when `leaves` is empty.',
          }),
        },
        {
          ...strict,
          description:
            'One set of changes for everything on the line that can be settled. Absent where nothing presses, or nothing can be settled.',
        },
      ),
    ),
    leaves: Type.Array(Left, { description: 'What presses all the same, and why.' }),
  },
  { ...strict, $id: 'LineChanges', description: 'What would change the answer for one line.' },
)
export type LineChanges = Static<typeof LineChanges>

export const WhatWouldChange = Type.Object(
  {
    policyRevision,
    engineVersion,
    planId,
    claimType,
    outcome: Outcome,
    note: Type.String({ description: 'What this answer is, and what it is not.' }),
    lines: Type.Array(ref<LineChanges>('LineChanges'), { description: 'One entry per line, in line order.' }),
    sources: Type.Array(ref<CitedSource>('CitedSource'), {
      description: 'Every document and edition that the findings cite, each once.',
    }),
    evaluations: Type.Integer({ minimum: 0, description: 'How many changed requests were decided.' }),
    truncated: Type.Boolean({
      description: 'A bound was reached before every way was tried; fewer lines at a time get more.',
    }),
  },
  {
    ...strict,
    $id: 'WhatWouldChange',
    description:
      'What would change the answer of a check. It is advice, not a determination: it is not recorded and has no id.',
  },
)
export type WhatWouldChange = Static<typeof WhatWouldChange>

/** The named components of the answer, for faces that publish or validate it. */
export const changesComponents = [
  ProposedChange,
  ChangeSuggestion,
  FindingChanges,
  LineChanges,
  WhatWouldChange,
]
