import t from 'tap'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import { hcpcs } from '../../src/importers/hcpcs/index.js'
import type { SourceFile } from '../../src/importers/importer.js'
import { chance, pick, seeded as randomOf, shuffled, type Random } from '../oracle/random.js'
import { importTable, inMemory, ranges } from './code-table-imports.js'

const months = ['JAN', 'APR', 'JUL', 'OCT']
const firstDay = (quarter: number): string =>
  `${2018 + Math.floor(quarter / 4)}-${String((quarter % 4) * 3 + 1).padStart(2, '0')}-01`
const nameOf = (quarter: number): string =>
  `HCPC${2018 + Math.floor(quarter / 4)}_${months[quarter % 4] ?? ''}_ANWEB.csv`
const asPrinted = (day: string): string => day.replaceAll('-', '')

interface Life {
  readonly code: string
  readonly added: string
  /** Last usable day, and the quarter from which the files tell it. */
  readonly ended?: string
  readonly toldFrom: number
  /** The quarter from which the files do not list it any more; a code that has no end vanishes without a word. */
  readonly until: number
}

/** Codes with their lives, as files of every quarter would list them; some vanish without a termination date, some come back. */
function lives(random: Random): Life[] {
  const lasting = Array.from({ length: 20 }, (_, at): Life => ({
    code: `E${1000 + at}`,
    added: '1990-01-01',
    toldFrom: 99,
    until: 99,
  }))
  const others = Array.from({ length: 14 }, (_, at): Life[] => {
    const code = `J${1000 + at}`
    const added = pick(random, ['1990-01-01', firstDay(0), firstDay(2), firstDay(5)])
    if (chance(random, 0.4)) return [{ code, added, toldFrom: 99, until: 99 }]
    const last = Math.floor(random() * 6) + 6
    if (chance(random, 0.4)) return [{ code, added, toldFrom: 99, until: last }]
    const ended = { code, added, ended: firstDay(last), toldFrom: last - 1, until: last + 3 }
    return chance(random, 0.5)
      ? [ended]
      : [ended, { code, added: firstDay(last + 3), toldFrom: 99, until: 99 }]
  }).flat()
  return [...lasting, ...others]
}

/** Some doses change under the same number. */
const doseIn = (code: string, quarter: number): string =>
  `"Injection of a drug in spring, ${code < 'J1007' || quarter < 6 ? 10 : 20} mg"`

function fileOf(all: readonly Life[], quarter: number): SourceFile {
  const day = firstDay(quarter)
  const listed = all.filter(({ added, until }) => added <= day && quarter < until)
  const rows = listed.map(({ code, added, ended, toldFrom }, at) =>
    [
      code,
      String(at),
      '3',
      doseIn(code, quarter),
      'x',
      asPrinted(added),
      asPrinted(firstDay(quarter - 1 - (at % 3))),
      at % 5 === quarter ? 'R' : 'N',
    ]
      .concat(ended !== undefined && quarter >= toldFrom ? asPrinted(ended) : '')
      .join(','),
  )
  return inMemory(
    nameOf(quarter),
    [
      'HCPC,SEQNUM,RECID,LONG DESCRIPTION,SHORT DESCRIPTION,ADD DT,ACT EFF DT,ACTION CD,TERM DT',
      ...rows,
      '',
    ].join('\n'),
  )
}

const importing = async (files: readonly SourceFile[], held: PolicyContent): Promise<PolicyContent> =>
  (await importTable(hcpcs, files, { held })).content

t.test('editions imported in any order give the same table', async (t) => {
  let withGaps = 0
  for (let seed = 1; seed <= 25; seed++) {
    const random = randomOf(seed)
    const all = lives(random)
    const quarters = shuffled(
      random,
      Array.from({ length: 14 }, (_, at) => at),
    ).slice(0, 2 + (seed % 5))
    const ordered = [...quarters].sort((a, b) => a - b).map((quarter) => fileOf(all, quarter))
    const expected = await importing(ordered, emptyContent)
    withGaps += (expected.codeTables[0]?.held.length ?? 0) > 1 ? 1 : 0
    for (let turn = 0; turn < 3; turn++) {
      let held = emptyContent
      for (const quarter of shuffled(random, quarters)) held = await importing([fileOf(all, quarter)], held)
      t.strictSame(held, expected, `seed ${seed}: ${quarters.join(' ')}`)
    }
    const again = pick(random, quarters)
    t.strictSame(await importing([fileOf(all, again)], expected), expected, 'and one of them once more')
  }
  t.ok(withGaps > 2, 'some of them with gaps')
})

t.test('an older edition leaves every row of newer ones as it is from their first day on', async (t) => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = randomOf(seed)
    const all = lives(random)
    const newer = await importTable(hcpcs, [fileOf(all, 8)])
    const both = await importTable(hcpcs, [fileOf(all, Math.floor(random() * 8))], { held: newer.content })
    for (const row of newer.table.rows) {
      const now = both.table.rows.find((one) => one.code === row.code && one.from === row.from)
      const { listings = [], ...rest } = now ?? row
      t.strictSame({ ...rest, listings: listings.slice(-1) }, row, `seed ${seed}: ${row.code}`)
    }
    t.equal(both.table.source.coversThrough, newer.table.source.coversThrough)
  }
})

t.test('what comes in the zips of 2017 to 2020 is passed over', async (t) => {
  const files = [
    fileOf(lives(randomOf(1)), 0),
    ...[
      'HCPC18_Trans_Report_Alpha.xlsx',
      'HCPC18_Trans_Report_Alpha_ChangesbyAction.prn',
      'HCPC18_Trans_Report_Alpha_ChangesbyHCPC.prn',
      'HCPC2018_README.txt',
      'proc_notes_2018.txt',
      'HCPC2018_CONTR_ANWEB.xls',
    ].map((name) => inMemory(`2018-Alpha-Numeric-HCPCS-File.zip/${name}`, 'HCPCS/Modifier Code')),
  ]
  const { table, refused } = await importTable(hcpcs, files)
  t.strictSame(refused, [])
  t.equal(table.source.documentVersion, '2018-Q1')
  t.not(ranges(table, 'E1000').length, 0)
})
