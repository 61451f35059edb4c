// The week that an import of the Medicare Coverage Database speaks of, where its halves are of one week and of two.
import t from 'tap'
import { readEdition } from '../../src/importers/mcd/tables/edition.js'
import { Tables } from '../../src/importers/mcd/tables/tables.js'
import { csv, filesOf, fixture, read, type Texts } from './mcd-export.js'

const retrievedOn = '2026-10-06'
const weekBefore = ['1219', '2026-09-14 00:00:00', '2026-09-21 00:00:00']
const week = ['1220', '2026-09-21 00:00:00', '2026-09-28 00:00:00']
const weekAfter = ['1221', '2026-09-28 00:00:00', '2026-10-05 00:00:00']
const periods = (...rows: readonly string[][]): Texts => ({
  'update_period.csv': csv('period_id begin_date dis_end_date', rows),
})

async function editionOf(...files: readonly Texts[]) {
  const tables = new Tables(
    files.flatMap((texts, at) => filesOf(texts, `half-${at}/`)),
    { refuse: (row) => t.fail(row.reason), count: () => {} },
  )
  return await readEdition(tables, retrievedOn)
}

t.test('an export is of the last of the weeks that it names', async (t) => {
  const edition = { from: '2026-09-21', coversThrough: '2026-09-27', retrievedOn }
  t.strictSame(await editionOf(periods(weekBefore, week)), edition)
  t.strictSame(await editionOf(periods(week, weekBefore)), edition, 'in any order')
  t.strictSame(await editionOf(periods(weekBefore, week), periods(weekBefore, week)), edition, 'both halves')
})

t.test(
  'halves of two weeks tell from the later week on, and are known right through the earlier',
  async (t) => {
    const edition = { from: '2026-09-28', coversThrough: '2026-09-27', retrievedOn }
    const [older, newer] = [periods(weekBefore, week), periods(week, weekAfter)]
    t.strictSame(await editionOf(older, newer), edition)
    t.strictSame(await editionOf(newer, older), edition, 'in any order')
  },
)

t.test('no document of halves of two weeks is said to be right after the earlier one', async (t) => {
  const lookups = /^(contractor|state_lookup)/
  const articles = await fixture((name) => name.startsWith('article') || lookups.test(name))
  const lcds = await fixture((name) => name.startsWith('lcd') || lookups.test(name))
  for (const [ofArticles, ofLcds] of [
    [weekAfter, week],
    [week, weekAfter],
  ] as const) {
    const { content } = await read([
      ...filesOf({ ...articles, ...periods(ofArticles) }, 'article/'),
      ...filesOf({ ...lcds, ...periods(ofLcds) }, 'lcd/'),
    ])
    const days = content.policies.flatMap(({ versions }) =>
      versions.flatMap(({ source }) => source.coversThrough ?? []),
    )
    t.ok(days.length > 0)
    t.strictSame([...new Set(days)], ['2026-09-27'])
  }
})
