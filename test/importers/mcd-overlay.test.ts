import { readFile } from 'node:fs/promises'
import t from 'tap'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import { bundledReadings } from '../../src/importers/mcd/overlay/bundled-readings.js'
import { Overlay, type OverlayEntry } from '../../src/importers/mcd/overlay/overlay.js'
import { plainText } from '../../src/importers/mcd/texts/plain-text.js'
import { Expression } from '../../src/decision/shapes/expression.js'
import { answererOf, exportOf, filesOf, read, type Article, type Claim } from './mcd-export.js'
import { fileOf } from './sources.js'

const texts = {
  first: '<p>In the acute phase, with a code of the second list.</p>',
  second: '<p>Complications</p>',
  footnote: '*In remission.',
}
const article: Article = {
  covered: {
    1: { text: texts.first, codes: 'D51.0 D51.1' },
    2: { text: texts.second, codes: 'E53.8 Z51.11*', footnote: texts.footnote },
  },
  noncovered: { 1: { text: 'Other codes, unless documented.', codes: 'XX000' } },
}
const entry = (
  text: string,
  paragraph: string,
  reading: OverlayEntry['reading'],
  more: Partial<OverlayEntry> = {},
): OverlayEntry => ({
  document: 'A91000',
  text,
  hash: plainText(paragraph).hash,
  reading,
  reviewedBy: 'policy reviewer',
  reviewedOn: '2026-11-20',
  ...more,
})
const both = { all: [{ diagnosis: { codeSet: 'group 1' } }, { diagnosis: { codeSet: 'group 2' } }] }
const entries = [
  entry('covered 1', texts.first, { supports: both }, { note: 'Both lists are needed.' }),
  entry('covered 2', texts.second, 'partner'),
  entry('footnote 2', texts.footnote, { supports: { documented: 'remission' } }),
  entry('noncovered 1', 'Other codes, unless documented.', 'plain'),
]
const overlay = (list: readonly OverlayEntry[]) =>
  fileOf('my.mcd-overlay.json', JSON.stringify({ $schema: 'x', entries: list }))
const status = (content: PolicyContent, diagnoses: string, more: Partial<Claim> = {}) =>
  answererOf(content)({ diagnoses, ...more }).medicalNecessity.status
const stale = (notes: readonly string[]) => notes.filter((note) => note.includes('reviewed reading'))

t.test('without a reading a person is asked, with it the rule decides', async (t) => {
  const files = filesOf(await exportOf([article]))
  const before = (await read(files)).content
  t.strictSame(
    ['D51.0', 'E53.8', 'D51.0 E53.8', 'G32.0'].map((diagnoses) => status(before, diagnoses)),
    Array(4).fill('indeterminate'),
  )
  const { content, notes } = await read([...files, overlay(entries)])
  t.strictSame(
    ['D51.0', 'E53.8', 'D51.0 E53.8', 'G32.0', 'Z51.11 D51.0'].map((diagnoses) => status(content, diagnoses)),
    ['not-met', 'not-met', 'met', 'not-met', 'insufficient-evidence'],
  )
  t.strictSame(stale(notes), [])
  t.match(
    content.policies[0]?.versions[0]?.rules[0]?.interpretation,
    /^Both lists are needed\. Reviewed on 2026-11-20 \(policy reviewer\): covered 1 #[0-9a-f]{16} = \{"supports"/,
  )
})

t.test('it survives the next import without the file, and the next version with the same text', async (t) => {
  const first = (await read([...filesOf(await exportOf([article])), overlay(entries)])).content
  const again = await read(filesOf(await exportOf([article])), { held: first })
  t.strictSame(again.content, first, 'nothing changes')
  const later = await read(filesOf(await exportOf([{ ...article, version: 2, from: '2025-01-01' }])), {
    held: first,
  })
  t.equal(status(later.content, 'D51.0 E53.8'), 'met')
  t.strictSame(stale(later.notes), [])
  const third = await read(filesOf(await exportOf([{ ...article, version: 2, from: '2025-01-01' }])), {
    held: later.content,
  })
  t.strictSame(third.content, later.content)
})

t.test('a text that has changed is told, and answers indeterminate', async (t) => {
  const changed: Article = {
    ...article,
    covered: {
      ...article.covered,
      2: { text: '<p>Complications of another kind</p>', codes: 'E53.8 Z51.11*', footnote: texts.footnote },
    },
  }
  for (const [title, held, files] of [
    ['with the overlay', undefined, [...filesOf(await exportOf([changed])), overlay(entries)]],
    [
      'from what is held',
      (await read([...filesOf(await exportOf([article])), overlay(entries)])).content,
      filesOf(await exportOf([changed])),
    ],
  ] as const) {
    const { content, notes } = await read(files, held === undefined ? {} : { held })
    t.strictSame(
      ['D51.0 E53.8', 'D51.0', 'E53.8'].map((diagnoses) => status(content, diagnoses)),
      Array(3).fill('indeterminate'),
      `${title}: the pair hangs on both`,
    )
    t.strictSame(
      stale(notes),
      [
        `The text under the reviewed reading of A91000 "covered 2" has changed: read was ${plainText(texts.second).hash.slice(0, 16)} of 2026-11-20, version 1 has ${plainText('Complications of another kind').hash}. Until somebody reads it again it is answered as indeterminate.`,
      ],
      title,
    )
  }
  const gone = await read([
    ...filesOf(await exportOf([{ covered: { 1: { codes: 'D51.0' } } }])),
    overlay([entry('covered 3', 'x', 'plain')]),
  ])
  t.match(stale(gone.notes), [/A91000 "covered 3".*no version has that text any more/])
  const markup: Article = {
    ...article,
    covered: {
      ...article.covered,
      2: { text: '<div>Complications</div>\r\n', codes: 'E53.8 Z51.11*', footnote: texts.footnote },
    },
  }
  t.equal(
    status((await read([...filesOf(await exportOf([markup])), overlay(entries)])).content, 'D51.0 E53.8'),
    'met',
    'markup is no change',
  )
  const other = await read([...filesOf(await exportOf([{ id: 91001 }])), overlay(entries)])
  t.strictSame(stale(other.notes), [], 'a document that is not in the files is not missed')
})

t.test('readings of other texts', async (t) => {
  const cases: ReadonlyArray<
    readonly [
      title: string,
      Article,
      readonly OverlayEntry[],
      diagnoses: string,
      answer: string,
      code?: string,
    ]
  > = [
    [
      'primary position',
      { covered: { 1: { text: 'Must be primary.', codes: 'D51.0' } } },
      [
        entry('covered 1', 'Must be primary.', {
          supports: { diagnosis: { codeSet: 'group 1', position: 'primary' } },
        }),
      ],
      'D51.0 E53.8',
      'met',
    ],
    [
      'and not second',
      { covered: { 1: { text: 'Must be primary.', codes: 'D51.0' } } },
      [
        entry('covered 1', 'Must be primary.', {
          supports: { diagnosis: { codeSet: 'group 1', position: 'primary' } },
        }),
      ],
      'E53.8 D51.0',
      'indeterminate',
    ],
    [
      'a code that stands in no row',
      { covered: { 1: { text: 'D64.81 and one below', codes: 'C50.919' } } },
      [
        entry('covered 1', 'D64.81 and one below', {
          supports: { all: [{ diagnosis: { codes: ['D6481'] } }, { diagnosis: { codeSet: 'group 1' } }] },
        }),
      ],
      'C50.919 D64.81',
      'met',
    ],
    [
      'procedures',
      {
        procedures: { 1: { codes: 'J9990 J9991' } },
        covered: { 1: { text: 'The first drug.', codes: 'D51.0' } },
      },
      [entry('covered 1', 'The first drug.', { procedures: ['J9990'] })],
      'D51.0',
      'met',
    ],
    [
      'and not the others',
      {
        procedures: { 1: { codes: 'J9990 J9991' } },
        covered: { 1: { text: 'The first drug.', codes: 'D51.0' } },
      },
      [entry('covered 1', 'The first drug.', { procedures: ['J9990'] })],
      'D51.0',
      'indeterminate',
      'J9991',
    ],
    [
      'procedures that the article does not have',
      { covered: { 1: { text: 'The first drug.', codes: 'D51.0' } } },
      [entry('covered 1', 'The first drug.', { procedures: ['J9990', 'J9999'] })],
      'D51.0',
      'indeterminate',
    ],
    [
      'a group that is not there',
      { covered: { 1: { text: 'With group 4.', codes: 'D51.0' } } },
      [entry('covered 1', 'With group 4.', { supports: { diagnosis: { codeSet: 'group 4' } } })],
      'D51.0',
      'indeterminate',
    ],
    [
      'a paragraph of procedures',
      { procedures: { 1: { text: 'See there.', codes: 'J9990' } }, covered: { 1: { codes: 'D51.0' } } },
      [entry('hcpcs 1', 'See there.', 'plain')],
      'D51.0',
      'met',
    ],
    [
      'procedures that are not bound',
      { procedures: { 1: { text: 'See there.', codes: 'J9990' } }, covered: { 1: { codes: 'D51.0' } } },
      [entry('hcpcs 1', 'See there.', 'not-restricted')],
      'R53.83',
      'met',
    ],
    [
      'additional information',
      { information: 'More.', covered: { 1: { codes: 'D51.0' } } },
      [entry('information', 'More.', 'plain')],
      'D51.0',
      'met',
    ],
    [
      'an asterisk without a condition',
      { covered: { 1: { codes: 'D51.0*', footnote: '*Note' } } },
      [entry('footnote 1', '*Note', 'plain')],
      'D51.0',
      'met',
    ],
    [
      'a reading of another version',
      { covered: { 1: { text: 'Text.', codes: 'D51.0' } } },
      [entry('covered 1', 'Text.', 'plain', { version: '7' })],
      'D51.0',
      'indeterminate',
    ],
    [
      'the first 16 digits of the hash do',
      { covered: { 1: { text: 'Text.', codes: 'D51.0' } } },
      [entry('covered 1', 'Text.', 'plain', { hash: plainText('Text.').hash.slice(0, 16) })],
      'D51.0',
      'met',
    ],
  ]
  for (const [title, its, list, diagnoses, wanted, code] of cases) {
    const files = filesOf(await exportOf([its]))
    const { content } = await read([...files, overlay(list)])
    t.equal(status(content, diagnoses, code === undefined ? {} : { code }), wanted, title)
    t.strictSame((await read(files, { held: content })).content, content, `${title}: kept by the next import`)
  }
})

t.test('a reviewer who reads otherwise than the program goes before it, also later', async (t) => {
  const files = filesOf(
    await exportOf([
      { covered: { 1: { text: 'Text.', codes: 'D51.0' }, 2: { text: 'Other text.', codes: 'E53.8' } } },
    ]),
  )
  const readings = [
    entry('covered 1', 'Text.', 'plain', { reviewedBy: 'maintainer' }),
    entry('covered 2', 'Other text.', 'plain', { reviewedBy: 'maintainer', note: 'From the program.' }),
  ]
  const { content } = await read(
    [...files, overlay([entry('covered 1', 'Text.', 'partner', { note: 'Mine.' })])],
    { readings },
  )
  t.strictSame(
    ['D51.0', 'E53.8'].map((diagnoses) => status(content, diagnoses)),
    ['indeterminate', 'met'],
  )
  t.strictSame((await read(files, { held: content, readings })).content, content)
})

t.test('readings too long to be kept are told', async (t) => {
  const covered = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [at + 1, { text: `Text ${at + 1}.`, codes: 'D51.0' }]),
  )
  const { notes } = await read([
    ...filesOf(await exportOf([{ covered }])),
    overlay(Object.entries(covered).map(([number, { text }]) => entry(`covered ${number}`, text, 'plain'))),
  ])
  t.ok(
    notes.some((note) => /reviewed readings of A91000 are too long to be kept/.test(note)),
    notes.join(),
  )
})

t.test('the schema for editors, the example and the bundled readings', async (t) => {
  const examples = new URL('../../examples/mcd/', import.meta.url)
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...Overlay,
    definitions: { Expression },
  }
  const text = JSON.stringify(
    schema,
    (key, value: unknown) => (key === '$id' ? undefined : value),
    2,
  ).replace(/"\$ref": "([A-Za-z]+)"/g, '"$ref": "#/definitions/$1"')
  t.equal(await readFile(new URL('overlay.schema.json', examples), 'utf8'), `${text}\n`)
  const example = fileOf(
    'example.mcd-overlay.json',
    await readFile(new URL('example.mcd-overlay.json', examples)),
  )
  await t.resolves(read([...filesOf(await exportOf([article])), example]), 'it is an overlay')
  await t.resolves(read([...filesOf(await exportOf([article])), overlay(bundledReadings)]))
})
