// A whole export of the coverage database in a fresh store with the starter packs. Published files are not part of the project; where
// PRECERT_REAL_DATA names a folder that holds them, the importer is held to them.
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import { bundledReadings } from '../../src/importers/mcd/overlay/bundled-readings.js'
import { mcd } from '../../src/importers/mcd/index.js'
import { runImport } from '../../src/importers/run.js'
import type { FoundFile } from '../../src/importers/files.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { publicTenant, publishFolder } from '../../src/policies/loaded/open-policies.js'
import { loadPolicyContent } from '../../src/store/tables/policy-content.js'
import { openMigratedMemory } from '../support/embedded.js'
import { answererOf, read } from './mcd-export.js'
import { realExportFolder, wholeExport } from './mcd-whole-export.js'

const folder = await realExportFolder()

if (folder === undefined)
  t.pass(
    'SKIPPED: PRECERT_REAL_DATA names no folder with published files, so nothing of this file was tested',
  )
else {
  const files = await wholeExport(folder)
  const { content, refused, notes } = await read(files, { readings: bundledReadings })

  t.test('every table comes in, with the documents of all contractors but home health', (t) => {
    t.strictSame(refused, [])
    t.notOk(
      notes.some((note) => /A57755.*any more|LEFT OUT|A and B/.test(note)),
      notes.join('\n'),
    )
    const count = (letter: string): number =>
      content.policies.filter(({ policyId }) => policyId.startsWith(letter)).length
    t.comment(`${count('a')} articles and ${count('l')} determinations speak`)
    t.ok(count('a') >= 1270 && count('l') >= 900, `${count('a')} articles, ${count('l')} determinations`)
    const states = new Set(
      content.policies.flatMap(({ jurisdiction }) =>
        [jurisdiction ?? []].flat().flatMap((area) => area.states ?? []),
      ),
    )
    t.ok(states.has('MP') && states.size >= 60, [...states].sort().join(' '))
    t.end()
  })

  t.test('A57755 speaks for Part B of Florida, and denies what it does not list', (t) => {
    const answer = answererOf(content)
    const of = (diagnoses: string, claimType: 'professional' | 'institutional' = 'professional') => {
      const { status, reasonCode } = answer({
        code: 'J3420',
        diagnoses,
        claimType,
        date: '2026-01-20',
      }).medicalNecessity
      return `${status} ${reasonCode}`
    }
    t.match(of('D51.0'), /^met/)
    t.match(of('E44.0'), /^not-met/)
    t.match(of('T50.995A'), /^indeterminate/)
    t.match(of('D51.0', 'institutional'), /^indeterminate rule-not-loaded/)
    t.end()
  })

  t.test('in a fresh store with the starter packs the worked example is answered as before', async (t) => {
    const db = await openMigratedMemory()
    t.teardown(async () => await db.close())
    await publishFolder(db, fileURLToPath(new URL('../../policies', import.meta.url)))
    const load = async (): Promise<PolicyContent> =>
      (await loadPolicyContent(db, { tenantId: publicTenant })).content
    const before = await load()
    const report = await runImport({
      database: db,
      importer: mcd,
      files: files as FoundFile[],
      settings: {},
      retrievedOn: '2026-11-23',
    })
    t.equal(report.outcome, 'imported')
    t.strictSame(report.refused, [])
    t.ok(
      report.notes.some((note) => /A57755/.test(note)),
      report.notes.join('\n'),
    )
    const after = await load()
    const lost = before.policies.filter(
      ({ policyId }) => !after.policies.some((policy) => policy.policyId === policyId),
    )
    t.strictSame(lost, [])
    const [old, now] = [
      compilePolicyView({ ...emptyContent, ...before }, 1),
      compilePolicyView({ ...emptyContent, ...after }, 1),
    ]
    for (const [planId, date] of before.plans.flatMap((plan) =>
      ['2026-11-03', '2026-01-20'].map((day) => [plan.planId, day] as const),
    ))
      for (const state of ['FL', 'GA', 'WI', 'MP'])
        for (const claimType of ['professional', 'institutional'] as const)
          for (const code of ['D51.0', 'E44.0', 'D51', 'T50.995A', 'E53.8']) {
            const answers = [old, now].map(
              (view) =>
                determine(
                  {
                    coverage: { planId, state },
                    claimType,
                    diagnosisCodes: [code],
                    serviceHistory: [],
                    serviceHistorySince: '2023-01-01',
                    serviceLines: [
                      {
                        lineNumber: 1,
                        procedureCode: 'J3420',
                        units: 1,
                        dateOfService: date,
                        placeOfService: '11',
                        diagnosisPointers: [1],
                      },
                    ],
                  },
                  view,
                ).lines,
            )
            t.strictSame(answers[1], answers[0], `${planId} ${state} ${claimType} ${code} ${date}`)
          }
  })
}
