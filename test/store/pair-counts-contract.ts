import type { Test } from 'tap'
import type { Database } from '../../src/store/database/database.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { publishPacks, type Published } from '../../src/store/publishing/publish.js'
import { emptied } from './emptied.js'
import { nothing, pairEdition } from './sample.js'

/** Procedure pairs: a quarter costs what changed, pairs are what is counted, and people see them as rows. */
export async function pairCountsContract(t: Test, db: Database): Promise<void> {
  let base = 0
  const publish = async (
    edition: string,
    lists: Readonly<Record<string, readonly string[]>>,
  ): Promise<Published> =>
    await publishPacks(db, {
      tenantId: 'public',
      description: edition,
      packs: [{ packId: 'pack', content: { ...nothing, procedurePairs: [pairEdition(edition, lists)] } }],
    })
  const rowsOf = async (sql: string): Promise<unknown[]> => await db.query(sql, ['public'])
  const first = {
    '0001U': ['0029U20180701202607011 ', '0030U20180701        11', '0046U20190101        1 '],
    11042: ['9701019960101        10'],
    J3420: ['9637219960101        00'],
  }

  await t.test('pairs are counted, and lists without a change stay', async (t) => {
    base = await emptied(db)
    t.match((await publish('2026 Q3', first)).changes, {
      procedurePairEditions: { added: 1 },
      procedurePairs: { added: 5, changed: 0, ended: 0 },
    })
    // One ended by its date, one gone, one new; a whole list new and a whole list gone.
    const second = {
      '0001U': ['0029U20180701202607011 ', '0030U201807012026100111', '0438U20250101        1 '],
      11042: first[11042],
      20610: ['J342020200101        9 ', 'J342120200101        0 '],
    }
    t.match((await publish('2026 Q4', second)).changes, {
      procedurePairEditions: { changed: 1 },
      procedurePairs: { added: 3, changed: 1, ended: 2 },
    })
    t.strictSame(
      await rowsOf(
        'SELECT column_one, lower(revisions) AS since FROM procedure_pair_list WHERE tenant_id = $1 AND upper_inf(revisions) ORDER BY column_one',
      ),
      [
        { column_one: '0001U', since: base + 2 },
        { column_one: '11042', since: base + 1 },
        { column_one: '20610', since: base + 2 },
      ],
    )
    t.strictSame(
      (await loadPolicyContent(db, { tenantId: 'public', revision: base + 1 })).content.procedurePairs,
      [pairEdition('2026 Q3', first)],
      'what was known before',
    )
  })

  await t.test('the view shows pairs as rows, of each revision', async (t) => {
    const columns =
      'column_one, column_two, lower(effective) AS "from", upper(effective) AS "to", modifier_indicator, rationale, edition'
    t.strictSame(
      await rowsOf(
        `SELECT ${columns} FROM procedure_pair WHERE tenant_id = $1 AND column_one = '0001U' AND upper_inf(revisions) ORDER BY column_two`,
      ),
      [
        {
          column_one: '0001U',
          column_two: '0029U',
          from: '2018-07-01',
          to: '2026-07-01',
          modifier_indicator: 1,
          rationale: null,
          edition: '2026 Q4',
        },
        {
          column_one: '0001U',
          column_two: '0030U',
          from: '2018-07-01',
          to: '2026-10-01',
          modifier_indicator: 1,
          rationale: 'Mutually “exclusive”',
          edition: '2026 Q4',
        },
        {
          column_one: '0001U',
          column_two: '0438U',
          from: '2025-01-01',
          to: null,
          modifier_indicator: 1,
          rationale: null,
          edition: '2026 Q4',
        },
      ],
    )
    t.strictSame(
      await rowsOf(
        `SELECT count(*) AS pairs FROM procedure_pair WHERE tenant_id = $1 AND revisions @> ${base + 1}::int8`,
      ),
      [{ pairs: 5 }],
    )
  })

  await t.test('more lists than one page are loaded, in order', async (t) => {
    const many = Object.fromEntries(
      Array.from({ length: 1001 }, (_, at) => [
        `A${String(at).padStart(4, '0')}`,
        ['9637219960101        00'],
      ]),
    )
    t.match((await publish('2027 Q1', many)).changes, { procedurePairs: { added: 1001, ended: 6 } })
    t.strictSame((await loadPolicyContent(db, { tenantId: 'public' })).content.procedurePairs, [
      pairEdition('2027 Q1', many),
    ])
  })
}
