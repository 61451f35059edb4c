import {
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  integer,
  record,
  shuffledSubarray,
  tuple,
  uniqueArray,
  type Arbitrary,
} from 'fast-check'
import t from 'tap'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import type { CodeTable } from '../../src/decision/shapes/tables.js'
import { icd10cm } from '../../src/importers/icd10cm/index.js'
import { importTable, inMemory } from './code-table-imports.js'

// Small generated editions, imported one by one in any order, against a map of half-years that knows nothing of ranges.

const codes = ['A00', 'A000', 'A001', 'B20', 'U071']
type Flags = Record<string, 0 | 1 | undefined>
interface Edition {
  readonly year: number
  readonly april: boolean
  readonly flags: Flags
}

const flag = constantFrom<0 | 1 | undefined>(0, 1, undefined)
// The last code is always there: a file that ends before the U codes is refused.
const flags: Arbitrary<Flags> = record({
  A00: flag,
  A000: flag,
  A001: flag,
  B20: flag,
  U071: constantFrom<0 | 1>(0, 1),
})
const editions = uniqueArray(record({ year: integer({ min: 2020, max: 2025 }), april: boolean(), flags }), {
  minLength: 1,
  maxLength: 7,
  selector: ({ year, april }) => `${year} ${april}`,
})

const fileOf = ({ year, april, flags }: Edition) =>
  inMemory(
    `${april ? 'April ' : ''}icd10cm_order_${year}.txt`,
    codes
      .filter((code) => flags[code] !== undefined)
      .map(
        (code, at) =>
          `${String(at + 1).padStart(5, '0')} ${code.padEnd(7)} ${flags[code]} ${code.padEnd(60)} ${code}\n`,
      )
      .join(''),
  )

/** What each half-year says: October's file holds for both halves until an April file says otherwise. */
function halfYears(all: readonly Edition[]): Map<string, Flags> {
  const halves = new Map<string, Flags>()
  for (const { year, flags } of all.filter(({ april }) => !april))
    halves.set(`${year - 1}-10-01`, flags).set(`${year}-04-01`, flags)
  for (const { year, flags } of all.filter(({ april }) => april)) halves.set(`${year}-04-01`, flags)
  return halves
}

async function importOneByOne(all: readonly Edition[]): Promise<CodeTable> {
  let held = emptyContent
  for (const edition of all) held = (await importTable(icd10cm, [fileOf(edition)], { held })).content
  const [table] = held.codeTables
  if (table === undefined) throw new Error('nothing was imported')
  return table
}

const within = (date: string, { from, to }: { from: string; to?: string }): boolean =>
  from <= date && (to === undefined || date < to)

/** What the table says of every code on the first day of every half-year, or that the time is not held. */
function answers(table: CodeTable, dates: readonly string[]): unknown {
  const end = table.source.coversThrough ?? ''
  return dates.map((date) => [
    date,
    date > end || !table.held.some((span) => within(date, span))
      ? 'not held'
      : codes.map((code) => {
          const rows = table.rows.filter((row) => row.code === code && within(date, row))
          return rows.length > 1 ? 'twice' : rows[0] === undefined ? null : Number(rows[0].billable)
        }),
  ])
}

t.test('any order gives the same content, and what the half-years say', async (t) => {
  const dates = [2019, 2020, 2021, 2022, 2023, 2024, 2025].flatMap((year) => [
    `${year}-04-01`,
    `${year}-10-01`,
  ])
  await assert(
    asyncProperty(
      editions.chain((all) => tuple(constant(all), shuffledSubarray(all, { minLength: all.length }))),
      async ([all, shuffled]) => {
        const together = (await importTable(icd10cm, all.map(fileOf))).table
        const oneByOne = await importOneByOne(shuffled)
        const expected = halfYears(all)
        return (
          JSON.stringify(oneByOne) === JSON.stringify(together) &&
          JSON.stringify(answers(together, dates)) ===
            JSON.stringify(
              dates.map((date) => [
                date,
                expected.has(date) ? codes.map((code) => expected.get(date)?.[code] ?? null) : 'not held',
              ]),
            )
        )
      },
    ),
    { numRuns: 400 },
  )
  t.pass('400 sets of editions')
})

t.test('rows of a code do not overlap, and neighbours that say the same are one', async (t) => {
  await assert(
    asyncProperty(editions, async (all) => {
      const { rows } = (await importTable(icd10cm, all.map(fileOf))).table
      return rows.every((row, at) => {
        const next = rows[at + 1]
        if (row.to !== undefined && row.to <= row.from) return false
        return (
          next?.code !== row.code ||
          (row.to !== undefined &&
            row.to <= next.from &&
            !(row.to === next.from && row.billable === next.billable))
        )
      })
    }),
    { numRuns: 200 },
  )
  t.pass('200 sets of editions')
})
