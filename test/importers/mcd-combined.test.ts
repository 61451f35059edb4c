// Contractors of Part A and Part B in one, states that are written otherwise or not known, and codes and footnotes as real exports have them.
import t from 'tap'
import type { Policy } from '../../src/decision/shapes/policy.js'
import { bundledReadings } from '../../src/importers/mcd/overlay/bundled-readings.js'
import { answererOf, combined, exportOf, filesOf, read, type Article, type Texts } from './mcd-export.js'
import { fileOf } from './sources.js'

const listed: Article['covered'] = { 1: { codes: 'D51.0 QA0.0101' } }
const denied: Article['noncovered'] = { 1: { text: 'All other codes not listed will be denied.', codes: '' } }
const exported = async (articles: readonly Article[], change: (texts: Texts) => void = () => {}) => {
  const texts = await exportOf(
    articles.map((article) => ({ covered: listed, noncovered: denied, ...article })),
    combined,
  )
  change(texts)
  return texts
}
const areaOf = ({ jurisdiction }: Policy): string =>
  (Array.isArray(jurisdiction) ? jurisdiction : [jurisdiction])
    .map((area) => `${area?.contractorTypes?.join('+')} ${area?.states?.join(' ')}`)
    .join('; ')

t.test('on which side a contractor of Part A and Part B is, its subtype tells', async (t) => {
  const areas = async (...contractors: string[]): Promise<string | undefined> => {
    const { content, refused } = await read(filesOf(await exported([{ contractors }])))
    t.strictSame(refused, [])
    return content.policies.map(areaOf)[0]
  }
  t.equal(await areas('1 12 1'), 'mac-part-a FL')
  t.equal(await areas('2 12 1'), 'mac-part-b FL')
  t.equal(await areas('1 12 1', '2 12 1'), 'mac-part-a FL; mac-part-b FL')
  t.equal(await areas('3 13 1', '4 13 1', '5 13 1'), 'mac-part-a WI; mac-part-b WI')
  t.equal(await areas('8 12 1'), 'mac-part-a+mac-part-b GA', 'without a subtype it is both')
  t.equal(await areas('5 13 1'), undefined, 'home health and hospice is told apart by no claim')
})

t.test(
  'an export without the table or the column of subtypes is read, and a contractor is of both',
  async (t) => {
    const texts = await exported([{ contractors: ['2 12 1'] }], (its) => {
      delete its['contractor_subtype_lookup.csv']
    })
    t.equal((await read(filesOf(texts))).content.policies.map(areaOf)[0], 'mac-part-a+mac-part-b FL')
    const without = await exported([{ contractors: ['2 12 1'] }], (its) => {
      its['contractor.csv'] = its['contractor.csv']!.replace(/,[^,\n]*$/gm, '')
    })
    const { content, refused } = await read(filesOf(without))
    t.strictSame(refused, [])
    t.equal(content.policies.map(areaOf)[0], 'mac-part-a+mac-part-b FL')
  },
)

t.test('a type of contractor that is not known is refused, and vouches for nothing', async (t) => {
  const texts = await exported([{ contractors: ['1 12 1', '2 12 1'] }], (its) => {
    its['contractor_type_lookup.csv'] += '14,"Super MAC"\n'
    its['contractor.csv'] += '9,14,1,"Other Contractor","00999",\n'
    its['mcd_documents_2026.csv'] = index('A and B MAC')
  })
  const { refused, notes, content } = await read(filesOf(texts))
  t.match(refused, [
    { file: 'export/contractor.csv', line: 10, column: 'contractor_type_id', reason: /type "Super MAC"/ },
  ])
  t.equal(content.policySets[0]?.completeness, undefined)
  t.notOk(notes.some((note) => note.includes('Super MAC')))
})

const index = (types: string, version = 1, last = types): string =>
  'contractor_name_type,document_display_id,document_version,retirement_date,updated_on\n' +
  ['South', 'North', 'Island']
    .map((name) => `"${name} Contractor\n(${types})",A91000,${version},N/A,09/20/2026\n`)
    .join('') +
  `"Contractor without a side\n(${last})",A91000,${version},N/A,09/20/2026\n`

t.test('the document index names combined types too', async (t) => {
  const contractors = '1 12 1,2 12 1,3 13 1,4 13 1,6 12 1,7 12 1,8 12 1'.split(',')
  const declared = async (types: string, version?: number, last?: string) => {
    const texts = await exported([{ contractors }], (its) => {
      its['mcd_documents_2026.csv'] = index(types, version, last)
    })
    const { content, refused } = await read(filesOf(texts))
    return {
      refused,
      where: content.policySets.flatMap(({ completeness = [] }) =>
        completeness.map(({ jurisdiction }) => areaOf({ jurisdiction } as Policy)),
      ),
    }
  }
  const everywhere = ['mac-part-a FL GA MP WI', 'mac-part-b FL GA MP WI']
  t.strictSame(await declared('A and B MAC'), { refused: [], where: everywhere })
  t.strictSame(await declared('MAC - Part A, MAC - Part B'), { refused: [], where: everywhere })
  t.strictSame(await declared('A and B and HHH MAC'), { refused: [], where: everywhere })
  t.strictSame((await declared('A and B MAC', 2)).where, [], 'a version that is not held')
  const unknown = await declared('A and B MAC', 1, 'Super MAC')
  t.match(unknown.refused[0], { column: 'contractor_name_type', reason: /type "Super MAC"/ })
  t.strictSame(unknown.where, [])
})

t.test('the Northern Mariana Islands are MP, however the export writes them', async (t) => {
  const { content, refused } = await read(filesOf(await exported([{ contractors: ['7 12 1'] }])))
  t.strictSame(refused, [])
  t.equal(
    answererOf(content)({ diagnoses: 'D51.0', state: 'MP', date: '2026-09-22' }).medicalNecessity.status,
    'met',
  )
})

t.test('a state that is not known costs its rows, is told first, and leaves nothing complete', async (t) => {
  const texts = await exported([{ contractors: ['1 12 1', '2 12 1', '7 12 1'] }], (its) => {
    its['state_lookup.csv'] += '99,"ZZ","Nowhere"\n'
    its['contractor_jurisdiction.csv'] += '2,12,1,99,2026-09-21 00:00:00,1900-01-01 00:00:00,\n'
    its['contractor_jurisdiction.csv'] += '2,12,1,98,2026-09-21 00:00:00,1900-01-01 00:00:00,\n'
    its['mcd_documents_2026.csv'] = index('A and B MAC')
  })
  const { content, refused, notes } = await read(filesOf(texts))
  t.strictSame(refused, [], 'the other rows come in')
  t.match(notes[0], /^LEFT OUT: 1 row of contractor_jurisdiction\.csv with the state ZZ \(number 99\).*South/)
  t.match(notes[1], /^LEFT OUT: 1 row .* state number 98/)
  const answer = answererOf(content)
  t.equal(answer({ diagnoses: 'D51.0' }).medicalNecessity.status, 'met')
  t.strictSame(
    content.policySets.flatMap(({ completeness = [] }) =>
      completeness.flatMap(({ jurisdiction }) => areaOf({ jurisdiction } as Policy)),
    ),
    ['mac-part-a FL GA MP WI'],
    'the contractor is of Part B',
  )
})

t.test('a reviewed text of an article that was left out is not said to be gone', async (t) => {
  const { notes, content } = await read(
    filesOf(await exported([{ id: 57755, version: 18, contractors: ['5 13 1'] }])),
    { readings: bundledReadings },
  )
  t.strictSame(content.policies, [])
  t.notOk(
    notes.some((note) => note.includes('any more')),
    notes.join('\n'),
  )
  t.ok(notes.some((note) => /HHH MAC.*left out: A57755/.test(note)))
})

t.test('codes with a letter in the second place are diagnoses', async (t) => {
  const { content, refused } = await read(filesOf(await exported([{ contractors: ['2 12 1'] }])))
  t.strictSame(refused, [])
  const status = (diagnoses: string) => answererOf(content)({ diagnoses }).medicalNecessity.status
  t.equal(status('QA0.0101'), 'met')
  t.equal(status('qa00101'), 'met')
  t.equal(status('QA0.0102'), 'not-met')
  const wrong = await exported([{ contractors: ['2 12 1'], covered: { 1: { codes: 'ABC.1 D51.0' } } }])
  t.match((await read(filesOf(wrong))).refused, [{ reason: /"ABC.1" is not an ICD-10-CM code/ }])
})

t.test('a footnote that names its own starred codes says nothing of those that are not listed', async (t) => {
  const of = async (footnote: string, text?: string) => {
    const article: Article = {
      contractors: ['2 12 1'],
      covered: {
        1: { codes: 'D51.0 D51.3 T50.995A* T50.995D*', footnote, ...(text === undefined ? {} : { text }) },
      },
    }
    const { content } = await read(filesOf(await exported([article])))
    const answer = answererOf(content)
    return ['D51.0', 'T50.995A', 'R53.83'].map((diagnoses) => answer({ diagnoses }).medicalNecessity.status)
  }
  const deniesOthers = ['met', 'indeterminate', 'not-met']
  const open = ['met', 'indeterminate', 'indeterminate']
  t.strictSame(
    await of('*T50.995A and T50.995D go with Vitamin B<sub>12</sub> beside another drug.'),
    deniesOthers,
  )
  t.strictSame(await of('*T50995A goes with vitamin B-12.'), deniesOthers)
  t.strictSame(await of('*Only beside D51.3.'), deniesOthers, 'a partner of the same list')
  t.strictSame(await of('*Only beside D51.9.'), open, 'D51.9 stands in no list')
  t.strictSame(await of('*Only beside QA0.0102.'), open)
  t.strictSame(await of('*Only beside D51.0 through D51.3.'), open, 'a range means more than it names')
  t.strictSame(await of('*Only beside D51.0-D51.3.'), open)
  t.strictSame(await of('*Only beside any D51 code.'), open, 'and so does a category')
})

t.test('what denies the diagnoses that are not listed', async (t) => {
  const status = async (text: string) => {
    const article: Article = { contractors: ['2 12 1'], noncovered: { 1: { text, codes: '' } } }
    const { content } = await read(filesOf(await exported([article])))
    return answererOf(content)({ diagnoses: 'R53.83' }).medicalNecessity.status
  }
  for (const text of [
    'All other ICD-10-CM codes not listed under ICD-10-CM Codes that Support Medical Necessity will be denied as not medically necessary.',
    'All diagnosis codes not listed will be denied as not reasonable and necessary.',
    'All ICD-10 codes that are not specified in the previous section.',
    'All other diagnosis codes will be denied as non-covered.',
    'Codes not listed above',
    'Those not listed.',
  ])
    t.equal(await status(text), 'not-met', text)
  for (const text of [
    'All other diagnosis codes may be denied.',
    'All codes not listed will be denied unless medically necessary.',
    'Codes not listed above may be reviewed.',
    'For J9990, all codes that are not specified in the previous section.',
    'All ICD-10 codes that are specified in the previous section.',
  ])
    t.equal(await status(text), 'indeterminate', text)
})

t.test('a procedure that its paragraph calls not covered is never left to the list', async (t) => {
  const article = (text: string): Article => ({
    contractors: ['2 12 1'],
    procedures: { 1: { text, codes: 'J9990 J9991' }, 2: { text: '', codes: 'J9992' } },
  })
  const answers = async (text: string, codes: string[], reading?: object) => {
    const files = filesOf(await exported([article(text)]))
    const first = await read(files)
    const overlay = async () => {
      const { readParagraph } = await import('../../src/importers/mcd/texts/reading.js')
      const entry = {
        document: 'A91000',
        text: 'hcpcs 1',
        hash: readParagraph(text, 'hcpcs').hash,
        reading,
        reviewedBy: 'policy reviewer',
        reviewedOn: '2026-11-20',
      }
      return await read([...files, fileOf('my.mcd-overlay.json', JSON.stringify({ entries: [entry] }))])
    }
    const { content, notes } = reading === undefined ? first : await overlay()
    const answer = answererOf(content)
    return {
      notes,
      statuses: codes.map((code) => {
        const { status, reasonCode } = answer({ code, diagnoses: 'D51.0' }).medicalNecessity
        return status === 'met' ? status : `${status} ${reasonCode}`
      }),
    }
  }
  const all = ['J9990', 'J9991', 'J9992']
  const recalled = 'Since February 2013 the drug (J9991) has been recalled and will no longer be covered.'
  const excluded = 'not-met excluded'
  const unread = 'indeterminate text-unread'
  t.strictSame((await answers('', all)).statuses, ['met', 'met', 'met'])
  t.strictSame(
    (await answers('J9991 is considered not medically reasonable and necessary.', all)).statuses,
    ['met', excluded, 'met'],
    'with its ground',
  )
  t.strictSame(
    (await answers('The following CPT codes are considered not medically necessary (non-covered).', all))
      .statuses,
    [excluded, excluded, 'met'],
    'all of the group',
  )
  t.strictSame(
    (await answers('HCPCS code J9991 is no longer covered by Medicare.', all)).statuses,
    ['met', unread, 'met'],
    'without its ground',
  )
  t.strictSame(
    (await answers('The drug J9992 was withdrawn.', all)).statuses,
    [unread, unread, unread],
    'also where another group lists it',
  )
  t.strictSame((await answers(recalled, all)).statuses, [unread, unread, 'met'], 'a text that is not read')
  for (const reading of ['plain', 'not-restricted']) {
    const { statuses, notes } = await answers(recalled, all, reading as never)
    t.strictSame(statuses, [unread, unread, 'met'], `read as ${reading}`)
    t.ok(
      notes.some((note) => /A91000 "hcpcs 1" does not apply: its text speaks of procedures/.test(note)),
      notes.join('\n'),
    )
  }
  const said = {
    notCovered: { procedures: ['J9991'], basis: 'reasonable-and-necessary', from: '2013-02-23' },
  }
  t.strictSame((await answers(recalled, all, said)).statuses, ['met', excluded, 'met'], 'as a person read it')
})
