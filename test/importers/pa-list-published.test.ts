// The list of the Medicare programs as somebody derived it from the pages of CMS. It is not part of the project; where a copy lies
// beside it, the importer and its example mapping are held to it.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import { emptyContent } from '../../src/decision/shapes/policy.js'
import type { RefusedRow } from '../../src/importers/importer.js'
import { paList } from '../../src/importers/pa-list/index.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { mergeContent } from '../../src/policies/packs/pack.js'

const file = new URL('../../../shared/data/pa_lists/medicare_ffs_pa_required.derived.csv', import.meta.url)
const mapping = new URL('../../examples/pa-list/medicare-ffs.mapping.json', import.meta.url).pathname
const bytes = await readFile(file).catch(() => undefined)

if (bytes === undefined)
  t.pass('SKIPPED: no list at ../shared/data/pa_lists, so nothing of this file was tested')
else {
  t.test('the derived Medicare list', async (t) => {
    const refused: RefusedRow[] = []
    let rows = 0
    const packs = await paList.read(
      [
        {
          name: 'medicare.csv',
          bytes: async () => bytes,
          chunks: async function* () {
            yield bytes
          },
        },
      ],
      {
        settings: { mapping, url: 'https://www.cms.gov/' },
        held: emptyContent,
        retrievedOn: '2026-11-23',
        refuse: (row) => {
          refused.push(row)
        },
        count: (n) => {
          rows += n
        },
      },
    )
    const content = mergeContent(packs.map((pack) => pack.content))
    const rules = content.policies.flatMap(({ versions }) => versions.flatMap((version) => version.rules))
    t.strictSame(refused, [])
    t.equal(rows, bytes.toString('utf8').trim().split('\n').length - 1)
    t.equal(rules.length, rows, 'each row is a rule')
    t.strictSame(
      rules.filter(({ kind }) => kind === 'review'),
      [],
      'each text is read by the mapping',
    )
    t.strictSame(
      content.policies.map(({ policyId }) => policyId.replace('medicare-list-pa-', '')),
      ['OPD', 'DMEPOS', 'ASC-demo', 'WISeR'],
    )
    const view = compilePolicyView(content, 1)
    const ask = (
      procedureCode: string,
      dateOfService: string,
      state: string,
      placeOfService: string,
      claimType: CheckRequest['claimType'] & string,
      companion?: string,
    ) =>
      determine(
        {
          coverage: { planId: 'medicare-part-b', state },
          claimType,
          claimIsComplete: true,
          serviceLines: [{ lineNumber: 1, procedureCode, dateOfService, placeOfService }],
          ...(companion === undefined
            ? {}
            : { plannedServices: [{ procedureCode: companion, dateOfService }] }),
        },
        view,
      ).lines[0]?.priorAuthorization.requirement
    const states = ['NY', 'MI', 'FL', 'CA', 'PA', 'MA', 'OH', 'IL', 'TX', 'GA', 'AZ', 'OR', 'WY', 'NJ']
    const requiring = (day: string) =>
      states.filter((state) => ask('L3761', day, state, '12', 'dme') === 'required')
    t.strictSame(requiring('2026-10-27'), [])
    t.strictSame(requiring('2026-10-28'), states.slice(0, 4))
    t.strictSame(requiring('2027-01-25'), states.slice(0, 4))
    t.strictSame(requiring('2027-01-26'), states.slice(0, 12))
    t.strictSame(requiring('2027-04-26'), states)
    t.equal(ask('J0588', '2026-11-03', 'FL', '22', 'institutional', '64612'), 'required')
    t.equal(ask('J0588', '2026-11-03', 'FL', '22', 'institutional'), 'indeterminate')
    t.equal(ask('J0589', '2026-11-03', 'FL', '24', 'professional'), 'conditional')
    t.equal(ask('C8007', '2031-12-31', 'WA', '22', 'institutional'), 'conditional', 'the last day of WISeR')
    t.equal(ask('C8007', '2032-01-01', 'WA', '22', 'institutional'), 'indeterminate')
    t.equal(
      ask('J3420', '2026-11-03', 'FL', '11', 'professional'),
      'indeterminate',
      'on no list, and no list is called complete',
    )
  })
}
