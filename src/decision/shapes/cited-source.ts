import { Type, type Static } from 'typebox'
import { Identifier, plainDate } from './codes.js'
import { Sentence } from './finding.js'
import { Grade } from './source.js'

/** A rule of a source as it was applied: what it says, once in an answer however many findings cite it. */
export const CitedRule = Type.Object(
  {
    ruleId: Type.Optional(Identifier),
    section: Type.Optional(Type.String({ description: 'Section, group or page.' })),
    row: Type.Optional(Type.String({ description: 'Row of a published table or list.' })),
    statement: Sentence('What the document says, in our own words.'),
    interpretation: Type.Optional(Sentence('Our reading where the text leaves room.')),
    effectiveFrom: Type.Optional(plainDate('First day of the rule, where it is not that of the source')),
    effectiveTo: Type.Optional(plainDate('First day after the rule, where it is not that of the source')),
    listedDiagnoses: Type.Optional(
      Type.Object(
        {
          count: Type.Integer({ description: 'Number of listed codes.' }),
          codes: Type.Array(Type.String(), {
            description: 'The listed codes, at most 200; the policy lookup has all.',
          }),
        },
        {
          description:
            'Codes the document lists, given where a diagnosis of the line does not pass. They are not offered as a remedy: ask the clinician what the record supports.',
        },
      ),
    ),
  },
  { $id: 'CitedRule', description: 'One rule of a source.' },
)
export type CitedRule = Static<typeof CitedRule>

/** A document or edition that an answer rests on. */
export const CitedSource = Type.Object(
  {
    source: Type.String({
      description: 'Id by which this answer cites it; good within this answer.',
      examples: ['a57755@18'],
    }),
    policyId: Type.Optional(Identifier),
    versionId: Type.Optional(Type.String({ description: 'Version or edition of the policy or table.' })),
    publisher: Type.String({ description: 'Publisher of the document.' }),
    document: Type.String({ description: 'Number and title of the document.' }),
    documentVersion: Type.Optional(
      Type.String({ description: 'Version of the document, where it is not that of the policy.' }),
    ),
    url: Type.String({ description: 'Where it can be read.' }),
    grade: Grade,
    effectiveFrom: Type.Optional(plainDate('First day on which the cited text is in force')),
    effectiveTo: Type.Optional(plainDate('First day on which it no longer is')),
    retrievedOn: Type.Optional(
      plainDate('Date on which the document was read; given unless `coversThrough` is'),
    ),
    coversThrough: Type.Optional(plainDate('Last day until which our copy is known to be right')),
    rules: Type.Optional(
      Type.Array(Type.Unsafe<CitedRule>(Type.Ref('CitedRule')), {
        description: 'The rules of it that were applied.',
      }),
    ),
  },
  {
    $id: 'CitedSource',
    description: 'Which document or edition, in which version, read when, and how sure we are of it.',
  },
)
export type CitedSource = Static<typeof CitedSource>
