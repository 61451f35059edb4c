import t from 'tap'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import { inRange } from '../../src/decision/shapes/plain-date.js'
import { codeOf } from '../../src/decision/reasons/reason.js'
import { statusOf } from '../../src/decision/questions/code-validity.js'
import type { Source } from '../../src/decision/shapes/source.js'
import type { CodeTable } from '../../src/decision/shapes/tables.js'
import type { CodeTableView } from '../../src/decision/shapes/view.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { chance, maybe, pick, seeded, shuffled, some, type Random } from '../oracle/random.js'

type Row = CodeTable['rows'][number]

const source = (more: Partial<Source> = {}): Source => ({
  publisher: 'A publisher',
  title: 'A table',
  url: 'https://example.org/codes',
  retrievedOn: '2026-11-24',
  grade: 'primary',
  ...more,
})
const table = (layer: string, rows: Row[], more: Partial<CodeTable> = {}): CodeTable => ({
  system: 'hcpcs',
  layer,
  source: source({ title: `Of ${layer}` }),
  held: [{ from: '2019-01-01' }],
  complete: [],
  rows,
  ...more,
})
const row = (code: string, from: string, to?: string, more: Partial<Row> = {}): Row => ({
  code,
  from,
  ...(to === undefined ? {} : { to }),
  billable: true,
  ...more,
})
const viewOf = (...tables: CodeTable[]): CodeTableView | undefined =>
  compilePolicyView({ ...emptyContent, codeTables: tables }, 1).codeTable('hcpcs')
const status = (view: CodeTableView | undefined, code: string, date: string): string => {
  const { status: word, reason, source } = statusOf('hcpcs', code, code, view, date)
  return `${word} ${codeOf(reason)} ${source?.title ?? ''}`
}

const edition = table('editions', [row('J0001', '2000-01-01'), row('J0002', '2000-01-01', '2022-01-01')], {
  held: [{ from: '2019-01-01', to: '2020-01-01' }, { from: '2021-01-01' }],
  complete: ['J'],
  source: source({ title: 'Of editions', coversThrough: '2025-12-31', usableThrough: '2026-12-31' }),
})
const mine = table('mine', [
  row('A0001', '2019-01-01'),
  row('J0001', '2019-01-01', '2024-01-01'),
  row('J0002', '2019-01-01'),
  row('J0003', '2019-01-01'),
])

t.test('a pack speaks of codes that no edition held covers on the date', async (t) => {
  const both = viewOf(edition, mine)
  for (const [code, date, expected] of [
    ['J0001', '2025-06-01', 'valid code-valid Of editions'],
    ['J0002', '2025-06-01', 'invalid no-longer-valid Of editions'],
    ['J0003', '2025-06-01', 'invalid not-a-code Of editions'],
    ['A0001', '2025-06-01', 'valid code-valid Of mine'],
    ['J0001', '2020-06-01', 'valid code-valid Of mine'],
    ['J0003', '2026-06-01', 'valid code-valid Of mine'],
    ['J0001', '2026-06-01', 'valid code-valid Of editions'],
    ['J0001', '2027-06-01', 'invalid no-longer-valid Of mine'],
    ['B0001', '2020-06-01', 'indeterminate edition-gap Of editions'],
  ] as const)
    t.equal(status(both, code, date), expected, `${code} on ${date}`)
  t.strictSame(both?.held, edition.held, 'gaps are those of editions')
  t.notOk(
    viewOf(edition, { ...mine, complete: ['B'] })
      ?.on('B0001', '2020-06-01')
      .isComplete('B0001'),
  )
})

t.test('without editions the pack with most codes speaks first, whichever stands in front', async (t) => {
  const starter = { ...mine, layer: 'starter' }
  const one = table('one', [row('A0002', '2019-01-01'), row('A0001', '2019-01-01', '2020-01-01')])
  for (const tables of [
    [starter, one],
    [one, starter],
  ]) {
    const view = viewOf(...tables)
    t.equal(view?.layer, 'starter')
    t.equal(status(view, 'A0001', '2025-06-01'), 'valid code-valid Of mine')
    t.equal(status(view, 'A0002', '2025-06-01'), 'valid code-valid Of one')
  }
  t.equal(viewOf(mine)?.on('A0001', '2025-06-01'), viewOf(mine), 'one alone is as it was')
})

const days = [
  '2018-06-01',
  '2019-01-01',
  '2020-01-01',
  '2021-06-01',
  '2023-01-01',
  '2025-01-01',
  '2027-01-01',
]

function anyTable(random: Random, layer: string): CodeTable {
  const [one, two, three] = some(random, days, 3, 3).sort() as [string, string, string]
  return table(
    layer,
    some(random, ['A0001', 'A0002', 'J0001', 'J0002', 'J0003'], 1, 5)
      .sort()
      .map((code) => {
        const [from, to] = some(random, days, 2, 2).sort() as [string, string]
        return row(code, from, chance(random, 0.5) ? to : undefined, { title: `${layer} ${code}` })
      }),
    {
      held: pick(random, [[{ from: one }], [{ from: one, to: two }, { from: three }]]),
      complete: pick(random, [[], ['J'], ['A', 'J']]),
      source: source({
        title: `Of ${layer}`,
        ...maybe(random, 0.6, () => ({ coversThrough: '2024-12-31' })),
        ...maybe(random, 0.4, () => ({ usableThrough: '2026-06-30' })),
      }),
    },
  )
}

t.test('whatever packs say, an edition answers as if it stood alone', async (t) => {
  let [answered, ofPacks] = [0, 0]
  const wrong: string[] = []
  for (let seed = 1; seed <= 400; seed++) {
    const random = seeded(seed)
    const editions = anyTable(random, 'editions')
    const packs = [anyTable(random, 'one'), anyTable(random, 'two')]
    const alone = viewOf(editions)
    const view = viewOf(...shuffled(random, [editions, ...packs]))
    for (const code of ['A0001', 'A0002', 'J0001', 'J0002', 'J0003'])
      for (const date of days) {
        const before = status(alone, code, date)
        const after = status(view, code, date)
        const isCovered =
          editions.held.some((span) => inRange(date, span)) &&
          date <= (editions.source.usableThrough ?? date) &&
          (alone?.rows(code).some((one) => inRange(date, one)) === true ||
            (date <= (editions.source.coversThrough ?? date) &&
              (alone?.rows(code).length !== 0 || alone.isComplete(code))))
        if (isCovered && before !== after) wrong.push(`seed ${seed} ${code} ${date}: ${before} -> ${after}`)
        if (after !== before && !/ Of (one|two)$/.test(after))
          wrong.push(`seed ${seed} ${code} ${date}: ${after}`)
        answered++
        if (after !== before) ofPacks++
      }
  }
  t.strictSame(wrong.slice(0, 5), [])
  t.ok(ofPacks > 500, `${ofPacks} of ${answered} answers are those of packs`)
})
