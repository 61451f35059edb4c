import { Type, type Static } from 'typebox'
import { Identifier } from '../../../decision/shapes/codes.js'
import { Outcome } from '../../../decision/shapes/statuses.js'
import { checkKinds, views } from '../../../decision/explain/views.js'
import { pageFormats } from '../../../rendering/formats.js'
import { nextPageToken } from '../lists/paging.js'

const strict = { additionalProperties: false }
export const DeterminationId = Type.String({
  pattern: '^det_[0-9a-f]{32}$',
  maxLength: 36,
  description: 'Id of a determination, as its answer gave it.',
  examples: ['det_0199c2d4f0a87c3e9b1d5a6f7e8c9d0a'],
})

const summary = {
  determinationId: DeterminationId,
  at: Type.String({ description: 'Instant of the answer (UTC).', examples: ['2026-03-03T17:04:05.123Z'] }),
  callerId: Type.String({
    description: 'Who asked: `key:` and the id of a key, `jwt:`, issuer, `#` and subject, or `anonymous`.',
  }),
  channel: Type.String({ description: 'The face through which it was asked.', examples: ['rest'] }),
  requestId: Type.String({ description: 'Id of the HTTP request, as in the log.' }),
  checkKind: Type.Enum([...checkKinds], { description: 'What was asked for: everything, or one question.' }),
  engineVersion: Type.String({ description: 'Version of the engine that decided.' }),
  policyRevision: Type.Integer({ description: 'Revision of the policy that decided.' }),
  planId: Type.Optional(Identifier),
  outcome: Outcome,
  procedureCodes: Type.Array(Type.String(), { description: 'Procedure codes of the lines.' }),
  reasonCodes: Type.Array(Type.String(), { description: 'Reason codes of the answers, each once.' }),
}

export const DeterminationSummary = Type.Object(summary, {
  ...strict,
  $id: 'DeterminationSummary',
  description: 'A determination of the decision log, without what was asked and answered.',
})
export type DeterminationSummary = Static<typeof DeterminationSummary>

export const DeterminationPage = Type.Object(
  {
    determinations: Type.Array(Type.Ref('DeterminationSummary'), { description: 'The newest first.' }),
    nextPageToken,
  },
  { ...strict, $id: 'DeterminationPage', description: 'A page of the decision log.' },
)

export const RecordedDetermination = Type.Object(
  {
    ...summary,
    chain: Type.Object(
      {
        writerId: Type.String({ description: 'Run of a process that wrote the row.' }),
        seq: Type.Integer({ description: 'Number of the row in its chain, from 1.' }),
        previousHash: Type.String({ description: 'SHA-256 (hex) of the row before.' }),
        hash: Type.String({ description: 'SHA-256 (hex) of this row and the hash before it.' }),
      },
      { ...strict, description: 'Place in the log, which `precert audit verify` checks.' },
    ),
    erased: Type.Boolean({
      description: 'The key of what was asked and answered was destroyed; only this heading is left.',
    }),
    request: Type.Optional(Type.Ref('CheckRequest')),
    answer: Type.Optional(
      Type.Union(
        [
          Type.Ref('Determination'),
          Type.Ref('MedicalNecessityCheck'),
          Type.Ref('FrequencyCheck'),
          Type.String(),
        ],
        {
          description:
            'The answer: byte for byte as it was sent, a page as a string; in another view or format worded anew from the same verdict.',
        },
      ),
    ),
    view: Type.Optional(Type.Enum([...views], { description: 'View of `answer`.' })),
    format: Type.Optional(Type.Enum([...pageFormats], { description: 'Format of `answer`.' })),
    wordedBy: Type.Optional(
      Type.String({
        description:
          'Version of the engine that worded the answer, where it is not the view and format that were sent.',
      }),
    ),
  },
  {
    ...strict,
    $id: 'RecordedDetermination',
    description: 'What was asked and answered, to whom, under which policy.',
  },
)

export const Replay = Type.Object(
  {
    determinationId: DeterminationId,
    identical: Type.Boolean({
      description: 'The same request is decided alike: the verdict is the recorded one.',
    }),
    sameBytes: Type.Optional(
      Type.Boolean({
        description:
          'The answer is the recorded one byte for byte; absent where another engine or policy revision worded it.',
      }),
    ),
    recorded: Type.Object(
      { at: summary.at, engineVersion: summary.engineVersion, policyRevision: summary.policyRevision },
      { ...strict, description: 'As it was answered.' },
    ),
    replayed: Type.Object(
      { engineVersion: summary.engineVersion, policyRevision: summary.policyRevision },
      { ...strict, description: 'As it is answered again.' },
    ),
    cause: Type.Optional(
      Type.Enum(['engine-version', 'policy-revision', 'unexplained'], {
        description: 'What differs: the engine, the policy, or neither, which a faithful record never shows.',
      }),
    ),
    changedAtRevision: Type.Optional(
      Type.Integer({
        description: 'First policy revision after the recorded one under which the answer is another.',
      }),
    ),
    differences: Type.Array(
      Type.Object(
        {
          pointer: Type.String({
            description: 'JSON pointer into the verdict, or into the answer where only words differ.',
          }),
          recorded: Type.Optional(
            Type.Unknown({ description: 'Value that was answered; absent where there was none.' }),
          ),
          replayed: Type.Optional(
            Type.Unknown({ description: 'Value that is answered now; absent where there is none.' }),
          ),
        },
        strict,
      ),
      { description: 'Where the answers differ; at most 50.' },
    ),
  },
  { ...strict, $id: 'Replay', description: 'Would we say it again?' },
)
export type Replay = Static<typeof Replay>
