// The files as CMS published them. They are not part of the project; where a copy lies beside it, the importer is held to it.
import { readdir, readFile } from 'node:fs/promises'
import t from 'tap'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import { unpackPairs } from '../../src/decision/shapes/procedure-pairs.js'
import { openSources } from '../../src/importers/files.js'
import type { RefusedRow } from '../../src/importers/importer.js'
import { ptp } from '../../src/importers/ptp/index.js'
import { realData } from './code-table-imports.js'

const names = await readdir(`${realData}ncci_ptp`).catch(() => [])

if (names.length === 0)
  t.pass('SKIPPED: no published PTP files at ../shared/data/ncci_ptp, so nothing of this file was tested')
else {
  t.test('what is published is read without a refusal, and row by row', async (t) => {
    const refused: RefusedRow[] = []
    let counted = 0
    const packs = await ptp.read(await openSources(`${realData}ncci_ptp`), {
      settings: {},
      held: emptyContent,
      retrievedOn: '2026-11-24',
      refuse: (row) => {
        refused.push(row)
      },
      count: (rows) => {
        counted += rows
      },
    })
    t.strictSame(refused, [])
    const pairs = packs
      .flatMap(({ content }) => content.procedurePairs)
      .flatMap((edition) =>
        edition.lists.flatMap(({ columnOne, pairs }) =>
          unpackPairs(pairs, edition.rationales).map((pair) => ({
            setting: edition.setting,
            columnOne,
            ...pair,
          })),
        ),
      )
    t.equal(pairs.length, counted, 'no row is a repetition')
    let compared = 0
    for (const name of names) {
      for (const line of (await readFile(`${realData}ncci_ptp/${name}`, 'latin1'))
        .split(/\r?\n/)
        .filter((text) => /^\w{5}\t/.test(text))) {
        const [columnOne, columnTwo, , from = '', to, indicator, rationale] = line.split('\t')
        const setting = name.startsWith('ccipra') ? 'practitioner' : 'outpatient-hospital'
        const found = pairs.find(
          (pair) =>
            pair.setting === setting &&
            pair.columnOne === columnOne &&
            pair.columnTwo === columnTwo &&
            pair.from.replaceAll('-', '') === from,
        )
        t.match(found, { modifierIndicator: Number(indicator), rationale }, `${columnOne} ${columnTwo}`)
        t.equal(found?.to === undefined, to === '*', 'open where no deletion is said')
        compared++
      }
    }
    t.equal(compared, counted)
  })
}
