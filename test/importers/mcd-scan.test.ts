import * as fc from 'fast-check'
import t from 'tap'
import { readCsv } from '../../src/importers/csv.js'
import type { RefusedRow } from '../../src/importers/importer.js'
import { scanRows } from '../../src/importers/mcd/tables/scan.js'
import { all, fileOf } from './sources.js'

const columns = { first: ['first'], third: ['third'] }

async function scan(text: string, piece: number): Promise<{ rows: unknown[]; refused: RefusedRow[] }> {
  const rows: unknown[] = []
  const refused: RefusedRow[] = []
  await scanRows(
    fileOf('t.csv', text, piece),
    columns,
    (row) => {
      refused.push(row)
    },
    (values, line) => {
      rows.push({ line, values: { ...values } })
    },
  )
  return { rows, refused }
}

t.test('it reads what the other reader reads, however the file comes in pieces', async (t) => {
  const cell = fc
    .tuple(
      fc.string({ unit: fc.constantFrom('a', 'é', ' ', ',', '"', '\n', '\r\n', '1', '<p>'), maxLength: 8 }),
      fc.boolean(),
    )
    .map(([text, always]) => (always || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      async (rows, lineEnd, piece, last) => {
        const text =
          [['second', 'first', 'x', 'third'], ...rows].map((cells) => cells.join(',')).join(lineEnd) +
          (last ? lineEnd : '')
        const refused: RefusedRow[] = []
        const wanted = await all(
          readCsv(fileOf('t.csv', text, piece), columns, {
            refuse: (row) => {
              refused.push(row)
            },
          }),
        )
        const got = await scan(text, piece)
        t.strictSame(got.rows, wanted)
        t.strictSame(
          got.refused.map(({ line }) => line),
          refused.map(({ line }) => line),
        )
      },
    ),
    { numRuns: 150, seed: 20261124 },
  )
})

t.test('broken quotes name the line', async (t) => {
  for (const [text, message] of [
    ['first,third\n"a,b\nc', /t\.csv, line 2: the quote that begins there does not end/],
    ['first,third\n\n"a"x,b', /line 3: a quote ends before its cell does/],
    ['first,third\na"b",c', /line 2: a quote stands inside a cell/],
  ] as const)
    for (const piece of [1, 3, 100])
      await t.rejects(scan(text, piece), { code: 'import-refused', message }, text)
})
