// What the paragraphs of an article say, and what follows for a claim: `+` met, `-` not met, `?` a person must read it.
import t from 'tap'
import { answererOf, exportOf, filesOf, read, type Article, type Claim } from './mcd-export.js'

const denies = {
  noncovered: {
    1: {
      text: 'All those not listed under the &ldquo;ICD-10-CM Codes that Support Medical Necessity&rdquo; section of this article.',
      codes: 'XX000',
    },
  },
}
const two = (text: string, other = '', more: Partial<Article> = {}): Partial<Article> => ({
  covered: { 1: { text, codes: 'D51.0 D51.1' }, 2: { text: other, codes: 'E53.8' } },
  ...more,
})
const one = (text: string, more: Partial<Article> = {}): Partial<Article> => ({
  covered: { 1: { text, codes: 'D51.0 D51.1' } },
  ...more,
})
const procedures = { procedures: { 1: { codes: 'J9990 J9991' } } }

type Case = readonly [
  title: string,
  article: Partial<Article>,
  ...answers: ReadonlyArray<
    readonly [diagnoses: string, answer: '+' | '-' | '?', more?: Omit<Claim, 'diagnoses'>]
  >,
]

const noncovered = (text: string): Partial<Article> => one('', { noncovered: { 1: { text, codes: '' } } })
const allDenied = [
  'ICD-10 codes not listed above are not considered medically reasonable and necessary.',
  'Any diagnosis code not listed above is not medically necessary.',
  'ICD-10-CM codes that are not included in this article will be denied as not reasonable and necessary.',
  'Diagnoses not listed in the list above are considered not reasonable and necessary.',
  'All other diagnoses are non-covered.',
  'All other ICD-10 codes are not considered medically necessary.',
  'Any other diagnosis code does not support medical necessity.',
  'The use of any ICD-10-CM code not listed in this article will be denied.',
  'All diagnoses not listed in the "ICD-10 codes that support medical necessity."',
  'ICD10 codes not identified below will be denied for lack of medical necessity',
]
const notAllDenied = [
  'All ICD-10-CM codes not listed above are covered.',
  'All other diagnoses are considered medically necessary.',
  'All those not listed above will be considered reasonable and necessary.',
  'ICD-10 codes are not specified.',
  'Any diagnosis not listed above may be denied.',
  'Any ICD-10-CM code not listed in Group 1 will be denied.',
  'All other diagnoses will be denied unless documented.',
  'Services not listed above are not medically necessary.',
  'Diagnoses not listed above are not denied as not medically necessary.',
]

const cases: readonly Case[] = [
  ...allDenied.map((text): Case => [`denied: ${text}`, noncovered(text), ['D51.0', '+'], ['E53.8', '-']]),
  ...notAllDenied.map((text): Case => [`not all denied: ${text}`, noncovered(text), ['E53.8', '?']]),
  [
    'all denied, and some said not to support beside that',
    one('', {
      noncovered: {
        1: {
          text: 'Use of any ICD-10-CM code not listed in this LCD will be denied. In addition, the following ICD-10-CM codes are specifically listed as not supporting medical necessity for emphasis, and to avoid any provider errors.',
          codes: 'R53.83',
        },
      },
    }),
    ['D51.0', '+'],
    ['E53.8', '-'],
    ['R53.83', '-'],
  ],
  // Plain
  ['no paragraph', one(''), ['D51.0', '+'], ['E53.8', '?']],
  ['not applicable', one('<p>N/A</p>'), ['D51.1', '+']],
  [
    'everything else is denied by the placeholder',
    one('', { noncovered: { 1: { codes: 'XX000' } } }),
    ['D51.0', '+'],
    ['E53.8', '-'],
    ['E53.8 D51.0', '+'],
  ],
  ['everything else is denied, in words', one('', denies), ['D51.0', '+'], ['E53.8', '-']],
  [
    'the same words without the placeholder',
    one('', { noncovered: { 1: { text: 'Any ICD-10-CM code not listed above.', codes: '' } } }),
    ['D51.0', '+'],
    ['E53.8', '-'],
  ],
  [
    'the list supports, in escaped and styled words',
    one(
      '<p><span style="font-size:10pt">The following&amp;nbsp;ICD-10-CM codes support medical necessity and provide coverage.</span></p>',
    ),
    ['D51.0', '+'],
  ],
  [
    'highest specificity',
    one('Note: Diagnosis codes must be coded to the highest level of specificity.'),
    ['D51.0', '+'],
  ],
  ['the same code twice in the table', { covered: { 1: { codes: 'D51.0 D51.0' } } }, ['D51.0', '+']],
  // Procedures
  [
    'for procedures that are all of the article',
    one(
      'The following ICD-10-CM codes support medical necessity and provide coverage for HCPCS codes: J9990 and J9991.',
      { ...procedures, ...denies },
    ),
    ['D51.0', '+'],
    ['D51.0', '+', { code: 'J9991' }],
    ['E53.8', '-', { code: 'J9991' }],
  ],
  [
    'for one procedure of two: of the other nobody says anything',
    one('For HCPCS code J9990:', { ...procedures, ...denies }),
    ['D51.0', '+'],
    ['E53.8', '-'],
    ['D51.0', '?', { code: 'J9991' }],
    ['E53.8', '?', { code: 'J9991' }],
  ],
  [
    'groups that name their procedures',
    two('J9990', '<p>J9991</p>', { ...procedures, ...denies }),
    ['D51.0', '+'],
    ['E53.8', '-'],
    ['E53.8', '+', { code: 'J9991' }],
    ['D51.0', '-', { code: 'J9991' }],
  ],
  [
    'a group that names no procedures beside one that does',
    two('J9990', '', procedures),
    ['D51.0', '+'],
    ['E53.8', '?'],
    ['E53.8', '?', { code: 'J9991' }],
  ],
  ['a procedure that the article does not have', one('For HCPCS codes J9990, J9999'), ['D51.0', '?']],
  ['a range of procedures', one('For HCPCS codes J9990-J9991', procedures), ['D51.0', '?']],
  [
    'several groups of procedures, several groups of diagnoses, no word which is for which',
    two('', '', { procedures: { 1: { codes: 'J9990' }, 2: { codes: 'J9991' } } }),
    ['D51.0', '?'],
    ['E53.8', '?', { code: 'J9991' }],
  ],
  [
    'several groups of procedures, one of diagnoses',
    one('', { procedures: { 1: { codes: 'J9990' }, 2: { codes: 'J9991' } } }),
    ['D51.0', '+'],
    ['D51.0', '+', { code: 'J9991' }],
  ],
  ['two groups without a word: one code of either', two(''), ['D51.0', '+'], ['E53.8', '+'], ['G32.0', '?']],
  [
    'procedures that are not bound to the lists',
    one('', {
      ...denies,
      procedures: {
        1: { codes: 'J9990' },
        2: {
          text: 'CPT codes 20610 &amp; 20611 are not restricted to the diagnosis codes in this policy.',
          codes: '20610 20611',
        },
      },
    }),
    ['E53.8', '-'],
    ['E53.8', '+', { code: '20610' }],
    ['R53.83', '+', { code: '20611' }],
  ],
  [
    'a paragraph of procedures that nobody understands',
    one('', {
      procedures: { 1: { codes: 'J9990' }, 2: { text: 'Injection procedure codes', codes: '20610' } },
    }),
    ['D51.0', '+'],
    ['D51.0', '?', { code: '20610' }],
  ],
  [
    'one that speaks of diagnoses is for all procedures',
    one('', {
      procedures: {
        1: { codes: 'J9990' },
        2: { text: 'These codes need the diagnosis codes of the drug.', codes: '20610' },
      },
    }),
    ['D51.0', '?'],
    ['D51.0', '?', { code: '20610' }],
  ],
  // Pairs
  [
    'stand-alone codes',
    two('The following are stand-alone diagnosis codes', 'See the article.'),
    ['D51.0', '+'],
    ['E53.8', '?'],
    ['E53.8 D51.0', '+'],
  ],
  [
    'one of each group',
    two('One ICD-10-CM code from Group 1 and one from Group 2 must be billed.', '', denies),
    ['D51.0', '-'],
    ['E53.8', '-'],
    ['D51.0 D51.1', '-'],
    ['D51.0 E53.8', '+'],
    ['E53.8 D51.1', '+'],
  ],
  [
    'one of each group, where the others are not denied',
    two('At least one ICD-10-CM code from Group 1 and Group 2 must be billed.'),
    ['D51.0', '?'],
    ['E53.8', '?'],
    ['D51.0 E53.8', '+'],
  ],
  [
    'a pair told by the second group',
    two(
      '',
      'At least one diagnosis code from Group 2 must be billed with one diagnosis code from Group 1.',
      denies,
    ),
    ['D51.0', '-'],
    ['D51.0 E53.8', '+'],
  ],
  [
    'a pair with a half that nobody understands',
    two(
      'One ICD-10-CM code from Group 1 and one from Group 2 must be billed.',
      'In the acute phase.',
      denies,
    ),
    ['D51.0', '?'],
    ['E53.8', '?'],
    ['D51.0 E53.8', '?'],
    ['G32.0', '-'],
  ],
  [
    'a pair with words left over',
    two('In the acute phase. One ICD-10-CM code from Group 1 and one from Group 2 must be billed.', ''),
    ['D51.0', '?'],
    ['E53.8', '?'],
    ['D51.0 E53.8', '?'],
  ],
  [
    'a pair with a group that is not there',
    one('One ICD-10-CM code from Group 1 and one from Group 7 must be billed.', denies),
    ['D51.0', '?'],
    ['G32.0', '-'],
  ],
  [
    'a pair of other groups than its own',
    {
      covered: {
        1: { codes: 'D51.0' },
        2: { codes: 'E53.8' },
        3: { text: 'One ICD-10-CM code from Group 1 and one from Group 2 must be billed.', codes: 'G32.0' },
      },
    },
    ['D51.0', '?'],
    ['D51.0 E53.8', '?'],
    ['G32.0', '?'],
  ],
  [
    'a pair with a stand-alone group contradicts itself',
    two(
      'The following are stand-alone diagnosis codes',
      'One ICD-10-CM code from Group 1 and one from Group 2 must be billed.',
    ),
    ['D51.0', '?'],
    ['E53.8', '?'],
    ['D51.0 E53.8', '?'],
  ],
  [
    'must also be accompanied by another group',
    two('', 'Codes of this group must also be accompanied by a code of Group 1.'),
    ['D51.0', '?'],
    ['E53.8', '?'],
    ['D51.0 E53.8', '?'],
  ],
  ['a pair inside the group', one('D51.0 and one other listed code'), ['D51.0', '?'], ['D51.0 D51.1', '?']],
  [
    'a code that stands in no row',
    one('D64.81 and one of the codes below', denies),
    ['D51.0', '?'],
    ['D64.81', '?'],
    ['D64.81 D51.0', '?'],
  ],
  [
    'a code that stands alone and in a group nobody understands',
    {
      covered: {
        1: { text: 'The following are stand-alone diagnosis codes', codes: 'D51.0' },
        2: { text: 'In the acute phase.', codes: 'D51.0 E53.8' },
      },
    },
    ['D51.0', '+'],
    ['E53.8', '?'],
  ],
  // Order, sex, age, not payable
  ['must be primary', one('Anemia must be primary diagnosis.'), ['D51.0', '?']],
  [
    'one group must be listed first, all the others are meant',
    two('The codes in this list must be reported first.', ''),
    ['D51.0', '?'],
    ['E53.8', '?'],
  ],
  [
    'female patients',
    one('For female patients.', denies),
    ['D51.0', '+', { sex: 'female' }],
    ['D51.0', '-', { sex: 'male' }],
    ['D51.0', '?'],
  ],
  [
    'female patients with something more',
    one('For female patients over 50.'),
    ['D51.0', '?', { sex: 'female' }],
  ],
  ['not payable', one('These codes are not payable.'), ['D51.0', '?']],
  [
    'only',
    one('The following ICD-10-CM codes support medical necessity only when billed with a visit.'),
    ['D51.0', '?'],
  ],
  // Asterisk
  [
    'an asterisk without its text',
    { covered: { 1: { codes: 'D51.0 T50.995A*' } }, ...denies },
    ['D51.0', '+'],
    ['T50.995A', '?'],
    ['T50.995A D51.0', '+'],
    ['E53.8', '-'],
  ],
  [
    'an asterisk with a text nobody has read',
    { covered: { 1: { codes: 'D51.0 Z51.11*', footnote: '*Only with another code.' } } },
    ['D51.0', '+'],
    ['Z51.11', '?'],
  ],
  [
    'a text of an asterisk without an asterisk',
    { covered: { 1: { codes: 'D51.0', footnote: '*Only with another code.' } } },
    ['D51.0', '?'],
  ],
  [
    'an asterisk in one group, none in another',
    { covered: { 1: { codes: 'D51.0*' }, 2: { codes: 'D51.0 E53.8' } } },
    ['D51.0', '+'],
  ],
  // Lists that do not support
  [
    'only what does not support',
    {
      noncovered: {
        1: { text: 'The following ICD-10-CM codes do not support medical necessity.', codes: 'R53.83' },
      },
    },
    ['R53.83', '-'],
    ['D51.0', '?'],
    ['R53.83 D51.0', '?'],
  ],
  [
    'both lists',
    one('', { noncovered: { 1: { codes: 'R53.83' } } }),
    ['D51.0', '+'],
    ['R53.83', '-'],
    ['E53.8', '?'],
  ],
  [
    'a code on both lists',
    one('', { noncovered: { 1: { codes: 'D51.0' } } }),
    ['D51.0', '?'],
    ['D51.1', '+'],
  ],
  [
    'a text of the second list that nobody understands',
    one('', { noncovered: { 1: { text: 'Not covered unless documented.', codes: 'R53.83' } } }),
    ['D51.0', '?'],
    ['R53.83', '?'],
  ],
  [
    'a denial with an exception',
    one('', {
      noncovered: { 1: { text: 'All ICD-10-CM codes not listed above unless documented.', codes: 'XX000' } },
    }),
    ['E53.8', '?'],
  ],
  // No list
  [
    'no list, no determination, a text that does not speak of diagnoses',
    { body: '<p>Report units.</p>' },
    ['E53.8', '+'],
  ],
  ['no list, and a determination with criteria', { lcd: '80001' }, ['E53.8', '?']],
  [
    'no list, and a text that speaks of necessity',
    { body: '<p>Covered when medically necessary.</p>' },
    ['E53.8', '?'],
  ],
  ['a paragraph without codes', { covered: { 1: { text: 'Any cancer.', codes: '' } } }, ['C50.919', '?']],
  ['the placeholder as the list of what supports', { covered: { 1: { codes: 'XX000' } } }, ['D51.0', '?']],
  ['everything is denied and nothing supports', denies, ['D51.0', '?']],
  // Around the lists
  [
    'additional information on diagnoses',
    one('', { information: '<p>Report a second code.</p>', ...denies }),
    ['D51.0', '?'],
    ['E53.8', '-'],
  ],
  [
    'a running text with a second diagnosis',
    one('', { body: '<p>A dual diagnosis is required.</p>' }),
    ['D51.0', '?'],
  ],
]

const found = { met: '+', 'not-met': '-', indeterminate: '?', 'insufficient-evidence': '?' } as const

for (const [title, article, ...answers] of cases) {
  t.test(title, async (t) => {
    const { content, refused } = await read(filesOf(await exportOf([article])))
    t.strictSame(refused, [])
    const answer = answererOf(content)
    for (const [diagnoses, expected, more = {}] of answers) {
      const { status, reason } = answer({ diagnoses, ...more }).medicalNecessity
      t.equal(found[status], expected, `${diagnoses} ${JSON.stringify(more)}: ${status}, ${reason}`)
    }
  })
}
