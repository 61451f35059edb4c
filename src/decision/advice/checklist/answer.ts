import { Type, type Static } from 'typebox'
import { ClaimType, Identifier, PlaceOfService, StateCode, plainDate } from '../../shapes/codes.js'
import { Decision, NotEvaluated } from '../../shapes/determination.js'
import { Citation, InfoNeeded } from '../../shapes/finding.js'
import { requirements } from '../../shapes/statuses.js'

const strict = { additionalProperties: false }
const ref = <T>($id: string) => Type.Unsafe<T>(Type.Ref($id))
const Words = (description: string) => Type.String({ description })
const CitationPointers = Type.Array(Type.Integer({ minimum: 1 }), {
  description: 'What it rests on: numbers of `citations`.',
})

export const checklistTopics = [
  'prior-authorization',
  'coverage-exclusion',
  'contact',
  'diagnosis',
  'documentation',
  'laboratory',
  'frequency',
  'units',
  'claim-line',
] as const
export type ChecklistTopic = (typeof checklistTopics)[number]

/** How sure a line of the page is. */
export const itemStandings = ['rule', 'undecided', 'not-held'] as const

export const ListedCodes = Type.Object(
  {
    title: Words('What the codes are.'),
    count: Type.Integer({ description: 'Number of listed codes.' }),
    codes: Type.Array(Type.String(), {
      description:
        'The codes, families and runs drawn together: `D51.0–D51.3, .8` stands for D51.0, D51.1, D51.2, D51.3 and D51.8. `*` marks a code that supports under a condition only.',
    }),
    omitted: Type.Integer({
      minimum: 0,
      description:
        'Listed codes that are left out here so that the page stays one page; the policy version that is cited has all.',
    }),
  },
  {
    ...strict,
    $id: 'ListedCodes',
    description: 'Codes that a document lists, for information: ask the clinician what the record supports.',
  },
)
export type ListedCodes = Static<typeof ListedCodes>

export const ChecklistItem = Type.Object(
  {
    standing: Type.Enum(itemStandings, {
      description:
        'rule: a rule or table says so. undecided: a text that nobody has turned into a rule, or that may not be used for the date: read it, or ask. not-held: we hold nothing on it.',
    }),
    text: Words('What the document says, or what we do not hold, as a sentence for a biller.'),
    label: Type.Optional(Words('What kind of requirement it is, in a few words.')),
    when: Type.Optional(
      Words(
        'Condition under which it holds, in words; absent where it always holds, or is known to hold here.',
      ),
    ),
    dependsOn: Type.Optional(Words('What was not given and decides whether it speaks here at all.')),
    points: Type.Array(Type.String(), { description: 'The particulars: cases, limits, what must be shown.' }),
    lists: Type.Array(ref<ListedCodes>('ListedCodes'), { description: 'Diagnoses that the rule lists.' }),
    reading: Type.Optional(Words('Our reading where the text leaves room.')),
    citationPointers: CitationPointers,
  },
  { ...strict, $id: 'ChecklistItem', description: 'One line of the page.' },
)
export type ChecklistItem = Static<typeof ChecklistItem>

export const ChecklistSection = Type.Object(
  {
    topic: Type.Enum(checklistTopics, { description: 'What it is about.' }),
    step: Type.Integer({
      minimum: 1,
      maximum: 5,
      description:
        'Step of the work before a claim is sent: 1 policy of the plan, 2 diagnoses, 3 documentation, 4 schedule, 5 claim line.',
    }),
    title: Words('Heading.'),
    standing: Type.Enum(itemStandings, {
      description: 'The most that is held on it: a rule, only what is undecided, or nothing.',
    }),
    items: Type.Array(ref<ChecklistItem>('ChecklistItem'), {
      minItems: 1,
      description: 'What is known, and what is not; never empty.',
    }),
  },
  { ...strict, $id: 'ChecklistSection', description: 'One topic of the page.' },
)
export type ChecklistSection = Static<typeof ChecklistSection>

const OutlinePoint = Type.Object(
  { text: Words('What was given, or what was not.'), citationPointers: CitationPointers },
  strict,
)
export const outlineParts = ['why-this-treatment', 'why-now', 'why-this-patient'] as const
export const OutlinePart = Type.Object(
  {
    part: Type.Enum(outlineParts, { description: 'The question it answers.' }),
    title: Words('Heading.'),
    given: Type.Array(OutlinePoint, { description: 'Facts of the request, as they were given.' }),
    gaps: Type.Array(OutlinePoint, { description: 'What was not given; each begins with "not given:".' }),
  },
  { ...strict, $id: 'OutlinePart', description: 'A part of the outline of the clinical justification.' },
)
export type OutlinePart = Static<typeof OutlinePart>

export const citationMarks = ['secondary-source', 'fictional-source', 'edition-behind', 'not-usable'] as const
export const ChecklistCitation = Type.Object(
  {
    number: Type.Integer({ minimum: 1, description: 'Number by which it is pointed to.' }),
    marks: Type.Array(Type.Enum(citationMarks), {
      description:
        'What to know before it is relied on: read second-hand, a sandbox payer, older than the date of service, or not usable for it.',
    }),
    citation: ref<Citation>('Citation'),
    policyPath: Type.Optional(
      Words('Where this service shows the rules and whole code lists of the version.'),
    ),
  },
  {
    ...strict,
    $id: 'ChecklistCitation',
    description: 'A document that the page rests on, with its dates and grade.',
  },
)
export type ChecklistCitation = Static<typeof ChecklistCitation>

const { policyRevision, engineVersion } = Decision.properties
export const Checklist = Type.Object(
  {
    policyRevision,
    engineVersion,
    planId: Type.Optional(Identifier),
    planName: Type.Optional(Words('Name of the plan.')),
    planNote: Type.Optional(Words('What to know about the plan.')),
    procedureCode: Words('Procedure code.'),
    procedureTitle: Type.Optional(Words('Title of a HCPCS Level II code; CPT has none here.')),
    dateOfService: plainDate('Date of service for which the page holds'),
    claimType: Type.Optional(ClaimType),
    state: Type.Optional(StateCode),
    contractorNumber: Type.Optional(Words('Medicare contractor number.')),
    placeOfService: Type.Optional(PlaceOfService),
    requirement: Type.Enum(requirements, {
      description:
        'Whether prior authorization is required, as far as what was given tells; the same as in a check.',
    }),
    warnings: Type.Array(Type.String(), {
      description: 'What to know before the page is relied on: fictional, secondary and outdated sources.',
    }),
    sections: Type.Array(ref<ChecklistSection>('ChecklistSection'), {
      description: 'The page, topic by topic, in the order of work.',
    }),
    justification: Type.Optional(
      Type.Array(ref<OutlinePart>('OutlinePart'), {
        description:
          'Outline of the clinical justification from what was given, where facts were given. Nothing is added to them; gaps are marked.',
      }),
    ),
    infoNeeded: Type.Array(ref<InfoNeeded>('InfoNeeded'), {
      description: 'What was not given and decides which rules speak.',
    }),
    notEvaluated: Type.Array(ref<NotEvaluated>('NotEvaluated'), {
      description: 'What the page does not cover.',
    }),
    citations: Type.Array(ref<ChecklistCitation>('ChecklistCitation'), {
      description: 'Every document that is pointed to.',
    }),
  },
  {
    ...strict,
    $id: 'Checklist',
    description:
      'What a plan asks for a procedure on a date, on one page. Advice, not a determination: it is not recorded and has no id.',
  },
)
export type Checklist = Static<typeof Checklist>

/** The named components of the answer, for faces that publish or validate it. */
export const checklistComponents = [
  ListedCodes,
  ChecklistItem,
  ChecklistSection,
  OutlinePart,
  ChecklistCitation,
  Checklist,
]
