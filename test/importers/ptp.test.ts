import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import type { ProcedurePairEdition } from '../../src/decision/shapes/tables.js'
import { unpackPairs } from '../../src/decision/shapes/procedure-pairs.js'
import { openSources, type FoundFile } from '../../src/importers/files.js'
import {
  ImportRefused,
  type ImportContext,
  type RefusedRow,
  type SourceFile,
} from '../../src/importers/importer.js'
import { ptp } from '../../src/importers/ptp/index.js'
import { runImport } from '../../src/importers/run.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { publicTenant } from '../../src/policies/loaded/open-policies.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { openMigratedMemory } from '../support/embedded.js'
import { fileOf } from './sources.js'
import { zipOf } from './zips.js'

const fixtures = new URL('fixtures/ptp/', import.meta.url)
const fixture = async (file: string, name = file): Promise<FoundFile> =>
  fileOf(name, await readFile(new URL(file, fixtures)), 64)
const practitioner = async (...parts: number[]): Promise<FoundFile[]> =>
  await Promise.all(parts.map((part) => fixture(`ccipra-v323r0-f${part}.txt`)))
const hospital = async (): Promise<FoundFile> => await fixture('ccioph-v323r0-f1.txt')

/** A file of a table with these rows, below the headings of the fixtures. */
const headings = (await readFile(new URL('malformed.txt', fixtures), 'latin1')).split('\r\n').slice(0, 6)
const table = (name: string, ...rows: readonly string[]): FoundFile =>
  fileOf(name, [...headings, ...rows.map((row) => row.replaceAll('|', '\t'))].join('\r\n'))
const backwards = async (file: FoundFile): Promise<FoundFile> =>
  table(
    file.name,
    ...Buffer.from(await file.bytes())
      .toString('latin1')
      .trim()
      .split('\r\n')
      .slice(6)
      .reverse(),
  )
const named = (content: string | Uint8Array): FoundFile => fileOf('ccipra-v323r0-f1.txt', content)

async function read(
  files: readonly SourceFile[],
  held: Partial<PolicyContent> = {},
  settings: ImportContext['settings'] = {},
) {
  const refused: RefusedRow[] = []
  const notes: string[] = []
  let rows = 0
  const packs = await ptp.read(files, {
    settings,
    held: { ...emptyContent, ...held },
    retrievedOn: '2026-11-24',
    refuse: (row) => {
      refused.push(row)
    },
    count: (more) => {
      rows += more
    },
    note: (text) => {
      notes.push(text)
    },
  })
  const editions = packs.flatMap(({ content }) => content.procedurePairs)
  return { packs, editions, edition: editions[0] as ProcedurePairEdition, refused, notes, rows }
}

const pairsOf = ({ lists, rationales }: ProcedurePairEdition, columnOne: string) =>
  unpackPairs(lists.find((list) => list.columnOne === columnOne)?.pairs ?? '', rationales)

t.test('all files of both settings, each setting one edition', async (t) => {
  const { packs, editions, refused, notes, rows } = await read([
    ...(await practitioner(1, 2, 3)),
    await hospital(),
    fileOf('ccipra-v323r0-f1.xlsx', ''),
  ])
  t.strictSame([refused, notes, rows], [[], [], 11])
  t.strictSame(
    packs.map(({ packId }) => packId),
    ['ptp', 'ptp-practitioner', 'ptp-outpatient-hospital'],
  )
  t.match(packs[0]?.content.policySets, [{ policySetId: 'cms-ptp', speaksTo: ['claim-line'] }])
  t.strictSame(
    editions.map(({ setting, edition, columnOne }) => [setting, edition, columnOne]),
    [
      ['practitioner', '2026-Q4', ['0001U-J3420']],
      ['outpatient-hospital', '2026-Q4', ['0001U-J3420']],
    ],
    'from the first to the last code, the gaps between files closed',
  )
  const [office] = editions as [ProcedurePairEdition]
  t.match(office.source, {
    documentNumber: 'NCCI PTP edits',
    documentVersion: '2026 Q4',
    grade: 'primary',
    retrievedOn: '2026-11-24',
    coversThrough: '2026-12-31',
    usableThrough: '2027-06-30',
  })
  const misuse = 'Misuse of Column Two code with Column One code'
  t.strictSame(
    pairsOf(office, '0001U'),
    [
      { columnTwo: '0029U', from: '2018-07-01', to: '2026-07-01', modifierIndicator: 1, rationale: misuse },
      { columnTwo: '0030U', from: '2018-07-01', modifierIndicator: 1, rationale: misuse },
      {
        columnTwo: 'G0008',
        from: '2022-01-01',
        to: '2022-01-02',
        modifierIndicator: 9,
        rationale: 'Mutually exclusive procedures',
      },
    ],
    'the deletion date is the last day in force; what ended as it began was withdrawn, whatever its indicator',
  )
  const withdrawn = await read([
    table('ccipra-v323r0-f1.txt', '20610|J2001||20180701|20181231|9|', '20610|J2002||20180701|*|9|'),
  ])
  t.match(pairsOf(withdrawn.edition, '20610'), [
    { to: '2019-01-01', modifierIndicator: 9 },
    { from: '2018-07-01', modifierIndicator: 9 },
  ])
  t.strictSame(
    pairsOf(office, '20610').map(({ columnTwo, from, to, modifierIndicator, rationale }) => [
      columnTwo,
      from,
      to,
      modifierIndicator,
      rationale,
    ]),
    [
      ['J2001', '2004-01-01', '2013-01-01', 1, undefined],
      ['J2001', '2013-04-01', undefined, 0, misuse],
      ['J3420', '2020-01-01', undefined, 0, misuse],
    ],
    'a pair may come back',
  )
  t.match(pairsOf(editions[1] as ProcedurePairEdition, 'J3420'), [{ to: '2024-03-01' }], 'a leap day')
})

t.test('the view finds its pairs', async (t) => {
  const { packs } = await read(await practitioner(1, 2, 3))
  const view = compilePolicyView(
    { ...emptyContent, procedurePairs: packs.flatMap(({ content }) => content.procedurePairs) },
    1,
  )
  t.match(view.procedurePairs('cms-ptp', 'practitioner', '20610', 'J3420'), {
    edition: { edition: '2026-Q4' },
    pairs: [{ modifierIndicator: 0 }],
  })
  t.match(view.procedurePairs('cms-ptp', 'practitioner', '20610', 'J9999'), { pairs: [] })
  t.equal(view.procedurePairs('cms-ptp', 'outpatient-hospital', '20610', 'J3420'), undefined)
})

t.test('what is said whatever the order of files and rows', async (t) => {
  const { edition } = await read(await practitioner(1, 2, 3))
  const [one, two, three] = (await practitioner(1, 2, 3)) as [FoundFile, FoundFile, FoundFile]
  const other = await read([await backwards(three), await backwards(two), await backwards(one)], {
    procedurePairs: [edition],
  })
  t.strictSame(other.edition, edition)
  t.strictSame(other.notes, [])
})

t.test('files that are missing are not held', async (t) => {
  const { edition, notes } = await read(await practitioner(1, 3))
  t.strictSame(edition.columnOne, ['0001U-11042', '96372-J3420'])
  t.match(notes, [/Of practitioner 2026-Q4 part f2 was not given/])
  t.match((await read(await practitioner(2))).notes, [/part f1 was not given/])
  const whole = await read(await practitioner(1, 2, 3))
  const less = await read(await practitioner(1, 2), { procedurePairs: [whole.edition] })
  t.match(less.notes, [
    'practitioner 2026-Q4 has pairs for 3 column-one codes, 2026-Q4 for 5. See that no file is missing.',
  ])
  t.strictSame(less.edition.columnOne, ['0001U-20610'])
  t.strictSame(less.edition.rationales, whole.edition.rationales, 'rationales keep their places')
  t.strictSame(
    less.edition.lists,
    whole.edition.lists.filter(({ columnOne }) => columnOne <= '20610'),
  )
})

t.test('editions and settings from the name, or said', async (t) => {
  const row = '20610|J2001||20040101|*|1|x'
  const told = async (name: string, settings: ImportContext['settings'] = {}): Promise<string> => {
    const { edition } = await read([table(name, row)], {}, settings)
    return `${edition.setting} ${edition.edition} ${edition.columnOne.join()}`
  }
  t.equal(await told('ccipra-v320r1-f2.txt'), 'practitioner 2026-Q1 20610')
  t.equal(await told('2027/ccioph-v332r0.zip/CCIOPH-V332R0-F1.TXT'), 'outpatient-hospital 2027-Q3 20610')
  t.equal(await told('ccioph-v313r0-f1.zip/edits.txt'), 'outpatient-hospital 2025-Q4 20610', 'the zip tells')
  t.equal(
    await told('edits.txt', { edition: '2026-Q4', setting: 'practitioner' }),
    'practitioner 2026-Q4 20610',
  )
  const { edition } = await read(await practitioner(1))
  const older = [table('ccipra-v322r0-f1.txt', row)]
  t.equal((await read(older, { procedurePairs: [edition] })).edition.edition, '2026-Q3')
  t.equal(
    (await read(older, { procedurePairs: [{ ...edition, setting: 'outpatient-hospital' }] })).edition.edition,
    '2026-Q3',
    'the other setting is another table',
  )
  t.equal(
    (await read(older, { procedurePairs: [{ ...edition, edition: 'extract' }] })).edition.edition,
    '2026-Q3',
    'what is held is no quarter',
  )
})

t.test('rows that are refused, and what is then not held', async (t) => {
  const { edition, refused, rows } = await read([
    await fixture('malformed.txt', 'ccipra-v323r0-f1.txt'),
    table('ccipra-v323r0-f2.txt', '30000|J2001||20040101|*|1|x'),
  ])
  t.equal(rows, 15)
  t.strictSame(
    refused.map(({ line, column, reason }) => `${line} ${column ?? ''}: ${reason}`),
    [
      '8 Column 1: "2061" is not a procedure code of five capital letters and digits',
      '9 Column 2: "J20-1" is not a procedure code of five capital letters and digits',
      '10 *=in existence prior to 1996: "x" is neither * nor empty',
      '11 Effective Date: "20040230" is not a day as YYYYMMDD',
      '12 Deletion Date *=no data: nothing is neither a day as YYYYMMDD nor *',
      '13 Deletion Date *=no data: 20031231 is before the effective date 20040101',
      '14 Modifier 0=not allowed 1=allowed 9=not applicable: "2" is not 0, 1 or 9',
      '15 PTP Edit Rationale: "Misuse \x96 of a code" has letters that are not plain ones; the file was saved in another encoding',
      '16 : 4 fields where the headings are 7; a line that is cut off means that the file is',
      '18 : 20619 with J2001 has another modifier indicator for days that line 17 names too; neither row is taken',
    ],
  )
  t.strictSame(
    edition.lists.map(({ columnOne }) => columnOne),
    ['20610', '20620', '30000'],
  )
  t.strictSame(edition.columnOne, ['30000'], 'a row of no readable code may be of any code of its file')
  const told = await read([
    table(
      'ccipra-v323r0-f1.txt',
      '20610|J2001||20040101|*|1|',
      '20611|J2001||20040101|*|1|',
      '20612|J2001||20040101|*|3|',
      '20613|J2001||20040101|*|1|',
    ),
  ])
  t.strictSame(told.edition.columnOne, ['20610-20611', '20613'], 'a code that lacks a row is not held')
  const across = await read([
    table('ccipra-v323r0-f1.txt', '20610|J2001||20040101|*|1|', '20611|J2001||20040101|*|1|'),
    table('ccipra-v323r0-f2.txt', '20611|J2001||20050101|*|0|', '20612|J2001||20040101|*|1|'),
  ])
  t.match(across.refused, [
    { file: 'ccipra-v323r0-f2.txt', line: 7, reason: /ccipra-v323r0-f1.txt, line 8 names too/ },
  ])
  t.strictSame(across.edition.columnOne, ['20610', '20612'])
})

t.test('files that are something else are refused, with what to do', async (t) => {
  const [good] = (await practitioner(1)) as [FoundFile]
  const text = Buffer.from(await good.bytes()).toString('latin1')
  const cases: Array<[string, readonly SourceFile[], ImportContext['settings'], RegExp]> = [
    ['only a workbook', [fileOf('ccipra-v323r0-f1.xlsx', '')], {}, /No \.txt among ccipra-v323r0-f1\.xlsx/],
    ['empty', [named('')], {}, /is empty\. Download it again/],
    ['a web page', [named('<!DOCTYPE html>\n<html>')], {}, /is a web page/],
    ['commas', [named(text.replaceAll('\t', ','))], {}, /separated by "," and not by tabs/],
    ['UTF-16', [named(Buffer.from(`\ufeff${text}`, 'utf16le'))], {}, /not plain text \(UTF-16/],
    [
      'no headings',
      [named(text.split('\r\n').slice(6).join('\r\n'))],
      {},
      /no line of headings .* begins with "0001U 0029U/,
    ],
    [
      'a renamed column',
      [named(text.replace('Deletion', 'Expiry'))],
      {},
      /column 5 is headed "Expiry Date \*=no data" where "Deletion Date \*=no data" is expected/,
    ],
    [
      'other words of indicators',
      [named(text.replace('0=not allowed', '0=allowed'))],
      {},
      /column 6 is headed/,
    ],
    [
      'another column',
      [named(text.replace('PTP Edit Rationale\t', 'PTP Edit Rationale\tSince'))],
      {},
      /8 columns where 7 are known/,
    ],
    [
      'columns in another order',
      [named(text.replace('Effective\tDeletion', 'Deletion\tEffective'))],
      {},
      /column 4 is headed "Deletion Date"/,
    ],
    ['only headings', [named(headings.join('\r\n'))], {}, /no usable row/],
    ['no line ends', [named('x'.repeat(70_000))], {}, /line 1 does not end/],
    [
      'rubbish below the headings',
      [table('ccipra-v323r0-f1.txt', ...Array.from({ length: 10_001 }, () => 'x|y'))],
      {},
      /10000 rows were refused, the last on line 10006/,
    ],
    [
      'too many rationales',
      [
        table(
          'ccipra-v323r0-f1.txt',
          ...Array.from({ length: 40 }, (_, at) => `20610|J20${10 + at}||20040101|*|1|Rationale ${at}`),
        ),
      ],
      {},
      /more than 36 different rationales/,
    ],
    [
      'a name that tells nothing',
      [fileOf('edits.txt', text)],
      {},
      /the name does not tell its setting; give --setting/,
    ],
    [
      'no such setting',
      [fileOf('edits.txt', text)],
      { setting: 'dme-supplier' },
      /--setting dme-supplier is not one of practitioner, outpatient-hospital/,
    ],
    [
      'no such edition',
      [fileOf('edits.txt', text)],
      { setting: 'practitioner', edition: 'v323' },
      /form 2026-Q4/,
    ],
    [
      'name and setting disagree',
      [good],
      { edition: '2026-Q3' },
      /its name says edition 2026-Q4, --edition says 2026-Q3/,
    ],
    ['two editions', [good, fileOf('ccipra-v322r0-f2.txt', text)], {}, /two editions, or of two releases/],
    ['two releases', [good, fileOf('ccipra-v323r1-f2.txt', text)], {}, /two editions, or of two releases/],
    [
      'a part twice',
      [good, fileOf('copy/ccipra-v323r0-f1.txt', text)],
      {},
      /are both part 1 of practitioner/,
    ],
  ]
  for (const [title, files, settings, message] of cases)
    await t.rejects(read(files, {}, settings), { constructor: ImportRefused, message }, title)
  const folder = await mkdtemp(join(tmpdir(), 'precert-ptp-'))
  const zip = zipOf(
    { name: 'ccipra-v323r0-f1.txt', content: text },
    { name: 'ccipra-v323r0-f1.xlsx', content: '' },
  )
  await writeFile(join(folder, 'cut.zip'), zip.subarray(0, zip.length - 30))
  await t.rejects(
    openSources(join(folder, 'cut.zip')),
    { constructor: ImportRefused, message: /cannot be read as a zip.*Download it again/ },
    'a zip that is cut off',
  )
  await writeFile(join(folder, 'whole.zip'), zip)
  t.equal(
    (await read(await openSources(join(folder, 'whole.zip')))).edition.lists.length,
    2,
    'and one that is not',
  )
})

t.test(
  'imported: pairs are counted, the same again is nothing, a quarter leaves what did not change',
  async (t) => {
    const db = await openMigratedMemory()
    t.teardown(async () => await db.close())
    const run = async (files: readonly FoundFile[], retrievedOn = '2026-11-24') =>
      await runImport({ database: db, importer: ptp, files, settings: {}, retrievedOn })
    const all = [...(await practitioner(1, 2, 3)), await hospital()]
    t.match(await run(all), {
      outcome: 'imported',
      policyRevision: 1,
      rowsRead: 11,
      changes: {
        policySets: { added: 1 },
        procedurePairEditions: { added: 2 },
        procedurePairs: { added: 11 },
      },
    })
    t.match(
      await run([...all].reverse(), '2026-12-24'),
      { outcome: 'nothing-changed', policyRevision: 1 },
      'the same on another day',
    )
    const next = [1, 2, 3].map(async (part) => {
      const text = (await readFile(new URL(`ccipra-v323r0-f${part}.txt`, fixtures), 'latin1'))
        .replace('J3420\t\t20200101\t*', 'J3420\t\t20200101\t20261231')
        .replace('0001U\tG0008', '0001U\tG0009')
      return fileOf(`ccipra-v330r0-f${part}.txt`, text)
    })
    const report = await run(await Promise.all(next))
    t.match(report, {
      outcome: 'imported',
      policyRevision: 2,
      changes: { procedurePairEditions: { changed: 1 }, procedurePairs: { added: 1, changed: 1, ended: 1 } },
    })
    const { content } = await loadPolicyContent(db, { tenantId: publicTenant })
    t.strictSame(
      content.procedurePairs.map(({ setting, edition, lists }) => [setting, edition, lists.length]),
      [
        ['outpatient-hospital', '2026-Q4', 2],
        ['practitioner', '2027-Q1', 5],
      ],
      'the other setting stays',
    )
    t.strictSame(
      await db.query(
        'SELECT column_one FROM procedure_pair_list WHERE lower(revisions) = 2 ORDER BY column_one',
      ),
      [{ column_one: '0001U' }, { column_one: '20610' }],
    )
  },
)
