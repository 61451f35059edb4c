import { readFile } from 'node:fs/promises'
import t from 'tap'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import {
  ImportRefused,
  type ImportContext,
  type RefusedRow,
  type SourceFile,
} from '../../src/importers/importer.js'
import { paList } from '../../src/importers/pa-list/index.js'
import { matrixOf } from '../../src/commands/matrix/matrix-of.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { mergeContent } from '../../src/policies/packs/pack.js'

const settings = { layout: 'matrix', url: 'https://example.com/practice', 'effective-from': '2026-01-01' }
const gridA = {
  planId: 'test-grid-a',
  payerId: 'test-grid',
  name: 'Grid A',
  lineOfBusiness: 'commercial' as const,
  benefit: 'medical' as const,
  follows: [{ policySetId: 'test-grid-matrix-pa-test-grid-a', role: 'governing' as const }],
}
const held: PolicyContent = {
  ...emptyContent,
  payers: [{ payerId: 'test-grid', name: 'Grid' }],
  plans: [gridA],
}

function inMemory(name: string, bytes: Uint8Array): SourceFile {
  return {
    name,
    bytes: async () => bytes,
    chunks: async function* () {
      yield bytes
    },
  }
}
const ofText = (text: string): SourceFile => inMemory('matrix.csv', new TextEncoder().encode(text))

async function read(
  file: SourceFile,
  given: ImportContext['settings'] = settings,
  known: PolicyContent = held,
) {
  const refused: RefusedRow[] = []
  const packs = await paList.read([file], {
    settings: given,
    held: known,
    retrievedOn: '2026-11-23',
    refuse: (row) => {
      refused.push(row)
    },
    count: () => {},
  })
  return { packs, content: mergeContent(packs.map(({ content }) => content)), refused }
}

t.test('a matrix in, and the same matrix out', async (t) => {
  const { packs, content, refused } = await read(
    inMemory('matrix.csv', await readFile(new URL('fixtures/pa-list/matrix.csv', import.meta.url))),
  )
  t.strictSame([packs.map(({ packId }) => packId), refused], [['test-grid-matrix'], []])
  t.strictSame(
    content.plans.map(({ planId }) => planId),
    ['test-grid-a', 'test-grid-b'],
  )
  t.equal(
    content.policies.flatMap(({ versions }) => versions.flatMap(({ rules }) => rules)).length,
    5,
    '? and an empty cell are nothing',
  )
  const question = {
    planIds: ['test-grid-a', 'test-grid-b', 'nobody'],
    procedureCodes: ['J3420', 'J0585', 'J1745', '96372'],
    dateOfService: '2026-11-03',
  }
  const wanted = 'code,test-grid-a,test-grid-b,nobody\nJ3420,Y,N,?\nJ0585,C,?,?\nJ1745,?,?,?\n96372,N,Y,?\n'
  t.equal(matrixOf(content, question), wanted)
  t.equal(
    matrixOf(compilePolicyView(content, 7), {
      ...question,
      state: 'FL',
      claimType: 'professional',
      placeOfService: '11',
    }),
    wanted,
    'from a view',
  )
  t.match(
    matrixOf(content, { ...question, dateOfService: '2025-12-31' }),
    /J3420,\?,\?/,
    'before its first day',
  )
  t.equal(matrixOf(content, { ...question, planIds: ['a,"b"'], procedureCodes: [] }), 'code,"a,""b"""\n')
})

const real = (grade: string | undefined) =>
  read(
    ofText('code,acme/acme-a\nJ3420,N\nJ0585,Y\n'),
    { ...settings, ...(grade === undefined ? {} : { grade }) },
    emptyContent,
  )

t.test('a home-made N alone is never a yes', async (t) => {
  const question = { planIds: ['acme-a'], procedureCodes: ['J3420', 'J0585'], dateOfService: '2026-11-03' }
  t.equal(matrixOf((await real(undefined)).content, question), 'code,acme-a\nJ3420,?\nJ0585,Y\n')
  t.equal(
    matrixOf((await real('primary')).content, question),
    'code,acme-a\nJ3420,N\nJ0585,Y\n',
    'unless it is said to be read at the payer',
  )
})

t.test('what is refused', async (t) => {
  const cases: Array<[string, RegExp]> = [
    ['', /headed "code"/],
    ['plan,test-grid-a\n', /headed "code"/],
    ['code,test-grid-x\nJ3420,Y\n', /no plan "test-grid-x" is held/],
    ['code,test-grid-a,test-grid-a\nJ3420,Y,N\n', /heads two columns/],
    ['code,test-grid-a\nJ3420,?\n', /no usable row/],
  ]
  for (const [text, message] of cases)
    await t.rejects(read(ofText(text)), { constructor: ImportRefused, message }, text)
  const { refused, content } = await read(ofText('code,test-grid-a\nJ3420,Y\nJ0585,sometimes\n20,Y\n'))
  t.match(refused, [
    { line: 3, column: 'test-grid-a', reason: /"sometimes" is none of Y, N, C/ },
    { line: 4, column: 'code' },
  ])
  t.equal(content.policies.length, 1)
})
