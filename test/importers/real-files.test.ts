import { join } from 'node:path'
import t from 'tap'
import { openSources } from '../../src/importers/files.js'
import type { Importer } from '../../src/importers/importer.js'
import { importers } from '../../src/importers/index.js'
import { runImport, type ImportRequest } from '../../src/importers/run.js'
import type { ImportReport } from '../../src/importers/report.js'
import { openMigratedMemory } from '../support/embedded.js'
import { fileOf } from './sources.js'

// Files as their publishers made them are no part of the project: the folder that holds them is named by the environment.
const folder = process.env['PRECERT_REAL_DATA']

const list = { url: 'https://example.org/fees' }
const mapping = (content: object): ReturnType<typeof fileOf> =>
  fileOf('list.mapping.json', JSON.stringify(content), 4096)
const ofMedicaid = (state: string): Record<string, string> => ({
  payerId: `${state}-medicaid`,
  planId: `${state}-medicaid-ffs`,
  lineOfBusiness: 'medicaid',
})

if (folder === undefined)
  t.pass('SKIPPED: PRECERT_REAL_DATA names no folder of published files, so they were not read')
else
  t.test('published files come in as they are', async (t) => {
    const database = await openMigratedMemory()
    t.teardown(async () => await database.close())
    const run = async (
      source: string,
      path: string,
      more: Partial<ImportRequest> = {},
      beside: ReturnType<typeof fileOf>[] = [],
    ): Promise<ImportReport> =>
      await runImport({
        database,
        importer: importers.get(source) as Importer,
        files: [...(await openSources(join(folder, 'real', path))), ...beside],
        settings: {},
        retrievedOn: '2026-11-24',
        ...more,
      })
    const hcpcs = await run('hcpcs', 'hcpcs/2018-Alpha-Numeric-HCPCS-File.zip')
    t.match(hcpcs, { outcome: 'imported', refused: [], changes: { codeRows: { ended: 0 } } })
    t.ok((hcpcs.changes.codeRows?.added ?? 0) > 6000)
    const ndc = await run('ndc', 'asp/asp_ndc_hcpcs_crosswalk_2025Q4.csv')
    t.match(ndc, { outcome: 'imported', rowsRead: 8245, refused: [] })
    t.ok((ndc.changes.ndcCodes?.added ?? 0) > 6900)

    const required = { requirement: 'required' }
    const alaska = await run(
      'pa-list',
      'medicaid/AK_Fee_07-31-2025.xlsx',
      {
        skipBad: true,
        settings: { ...list, sheet: 'Physician Fee Schedule', 'effective-from': '2025-07-01' },
      },
      [
        mapping({
          columns: {
            code: 'Proc Code',
            condition: 'Proc Mod',
            requirement: 'Requires Comagine Authorization',
            vendorName: 'Requires Fiscal Agent Authorization',
          },
          ignore: [
            'OMK',
            'Requires Medical Justificatio',
            'Requires  NDC',
            'Maximum Allowable',
            'Billing Notes',
          ],
          constants: ofMedicaid('ak'),
          values: {
            requirement: { X: { ...required, vendorName: 'Comagine' } },
            vendorName: { X: { ...required, vendorName: 'Fiscal agent' } },
          },
        }),
      ],
    )
    t.match(alaska, { outcome: 'imported', rowsRead: 9552 })
    const alabama = await run(
      'pa-list',
      'medicaid/AL_Fee_03-06-2026.xlsx',
      { skipBad: true, settings: { ...list, 'effective-from': '2026-03-06' } },
      [
        mapping({
          columns: { code: 'Procedure', condition: 'Mod', requirement: 'Requires PA' },
          ignore: [
            'Procedure Description',
            'Allowed Amount',
            'Maximum Quantity',
            'Benefit Limit',
            'Procedure Auditing',
            'Units',
            'Unity Type',
            'Time',
            'Time Type',
          ],
          constants: ofMedicaid('al'),
          values: { requirement: { Y: required } },
        }),
      ],
    )
    t.match(alabama, { outcome: 'imported', rowsRead: 6672, notes: [/7 rows above the headings/] })
    const colorado = await run(
      'pa-list',
      'medicaid/CO_PAD_Fee_Schedule_2026_Q1_Q2.xlsx',
      { skipBad: true, settings: { ...list, 'effective-from': '2026-01-01' } },
      [
        mapping({
          columns: { code: 'Proc Code', requirement: 'PAR Required*', condition: 'Comments' },
          ignore: [
            'Service Description',
            'Rate Effective 01/01/2026-03/31/2026',
            'Rate Effective 04/01/2026-06/30/2026',
            'Rate Effective 07/01/2026-09/30/2026',
            'Rate Effective 10/01/2026-12/31/2026',
          ],
          constants: ofMedicaid('co'),
          values: {
            requirement: {
              'Yes - PAD': { ...required, claimTypes: 'professional' },
              'Yes - Hospital Specialty Drug': { ...required, claimTypes: 'institutional' },
              'Yes - Both': required,
            },
          },
        }),
      ],
    )
    t.match(colorado, { outcome: 'imported', rowsRead: 980 })
  })
