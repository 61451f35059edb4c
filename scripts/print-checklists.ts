// Prints checklists by headless Chromium on Letter and A4, counts their pages and takes screenshots, so that somebody looks at them.
// npx tsx scripts/print-checklists.ts [--out folder] [--every]
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { InjectOptions } from 'fastify'
import { findChromium, launchChromium, noChromium } from '../test/support/browser.js'
import { appOnPacks } from './app-on-packs.js'

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(tmpdir(), 'precert-checklists') },
    every: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const write = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
if (values.help) {
  write(
    '--out folder   where PDF files and screenshots go\n--every        every plan of the starter packs with every code that its policies name, not only the chosen ones',
  )
  process.exit(0)
}

const chromium = findChromium()
if (chromium === undefined) {
  write(`Skipped: ${noChromium}.`)
  process.exit(0)
}

const { app, snapshot } = await appOnPacks(() => 'print')
const onDate = 'dateOfService=2026-11-24&format=html'
const get = (name: string, query: string): { name: string; ask: InjectOptions } => ({
  name,
  ask: { url: `/v1/checklists?${query}&${onDate}` },
})
const visit = {
  coverage: { planId: 'medicare-part-b', state: 'FL' },
  claimType: 'professional',
  patient: { ageYears: 70 },
  diagnosisCodes: ['D51.0'],
  serviceLines: [
    {
      lineNumber: 1,
      procedureCode: 'J3420',
      units: 1,
      diagnosisPointers: [1],
      dateOfService: '2026-11-24',
      placeOfService: '11',
    },
  ],
  serviceHistory: [{ procedureCode: 'J3420', dateOfService: '2026-10-20', units: 1 }],
  serviceHistorySince: '2023-01-01',
  serviceHistoryScope: 'practice',
  labResults: [{ loincCode: '2132-9', value: 150, unit: 'pg/mL', observedOn: '2026-10-01' }],
  documentation: [{ item: 'history-of-low-serum-b12', present: true }],
}
const chosen = [
  get(
    'medicare-part-b',
    'planId=medicare-part-b&procedureCode=J3420&state=FL&claimType=professional&placeOfService=11',
  ),
  get('western-health-advantage', 'planId=western-health-advantage&procedureCode=J3420'),
  get('aetna-commercial', 'planId=aetna-commercial&procedureCode=J3420'),
  get('medicare-part-b-open', 'planId=medicare-part-b&procedureCode=J3420'),
  get('nothing-held', 'planId=aetna-commercial&procedureCode=Q9999'),
  ...['test-labs', 'test-phases', 'test-delegated', 'test-claim-line', 'test-unread', 'test-disagreeing'].map(
    (plan) => get(plan, `planId=${plan}&procedureCode=J3420`),
  ),
  {
    name: 'with-facts',
    ask: { method: 'POST', url: '/v1/checklists?format=html', payload: visit } as InjectOptions,
  },
  {
    name: 'with-few-facts',
    ask: {
      method: 'POST',
      url: '/v1/checklists?format=html',
      payload: {
        coverage: { planId: 'western-health-advantage' },
        serviceLines: [{ lineNumber: 1, procedureCode: 'J3420', dateOfService: '2026-11-24' }],
      },
    } as InjectOptions,
  },
]

function everything(): typeof chosen {
  const { plans = [], policies = [], unitLimits = [] } = snapshot.current()?.content ?? {}
  return plans.flatMap((plan) => {
    const sets = new Set(plan.follows.map(({ policySetId }) => policySetId))
    const named = [...policies]
      .filter((policy) => sets.has(policy.policySetId))
      .flatMap((policy) =>
        policy.versions.flatMap((version) => version.rules.flatMap((rule) => rule.procedures)),
      )
    const codes = [
      ...new Set(
        [
          ...named,
          ...unitLimits
            .filter((one) => sets.has(one.policySetId))
            .flatMap((one) => one.rows.map((row) => row.procedureCode))
            .slice(0, 10),
        ].map((code) => code.slice(0, 5)),
      ),
    ].sort()
    return codes.map((code) =>
      get(
        `${plan.planId}-${code}`,
        `planId=${plan.planId}&procedureCode=${code}&state=FL&claimType=${plan.claimTypes?.[0] ?? 'professional'}`,
      ),
    )
  })
}

const browser = await launchChromium(chromium)
const tab = await browser.newPage({ viewport: { width: 1100, height: 1500 } })

const papers = { letter: '', a4: '<style>@page{size:A4}</style>' }
let failed = 0
await mkdir(values.out, { recursive: true })
for (const { name, ask } of values.every ? everything() : chosen) {
  const answer = await app.inject(ask)
  if (answer.statusCode !== 200) throw new Error(`${name}: ${answer.statusCode} ${answer.body}`)
  const pages: string[] = []
  for (const [paper, style] of Object.entries(papers)) {
    const [page, pdf] = [join(values.out, `${name}-${paper}.html`), join(values.out, `${name}-${paper}.pdf`)]
    await writeFile(page, answer.body.replace('</head>', `${style}</head>`))
    await tab.goto(pathToFileURL(page).href)
    const printed = (await tab.pdf({ path: pdf, preferCSSPageSize: true })).toString('latin1')
    const count = printed.match(/\/Type\s*\/Page\b/g)?.length ?? 0
    pages.push(`${paper} ${count}`)
    if (count !== 1) failed++
  }
  if (!values.every) {
    await tab.goto(pathToFileURL(join(values.out, `${name}-letter.html`)).href)
    await tab.screenshot({ path: join(values.out, `${name}.png`) })
  }
  write(
    `${name}: ${pages.join(', ')} (letter size ${/<body class="s(\d)"/.exec(answer.body)?.[1] ?? '?'}, ${answer.body.length} characters)`,
  )
}
await browser.close()
await app.close()
write(failed === 0 ? `All on one page. Look at them: ${values.out}` : `${failed} not on one page`)
process.exitCode = failed === 0 ? 0 : 1
