// The page of a plan and procedure, as data.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { appOnPacks } from '../../../scripts/app-on-packs.js'
import { checklistTopics, type Checklist } from '../../../src/decision/advice/checklist/answer.js'
import { checklistFor } from '../../../src/decision/advice/checklist/checklist.js'
import type { ChecklistRequest } from '../../../src/decision/advice/checklist/request.js'
import { determine } from '../../../src/decision/determine.js'
import { pairs } from '../../oracle/generate.js'
import { compilePolicyView } from '../../../src/policies/loaded/compile.js'
import { cited } from '../../support/cited.js'
import { worldsOf } from '../../support/short.js'

type Line = ChecklistRequest['serviceLines'][number]
interface Case {
  title: string
  outline?: true
  request: Partial<ChecklistRequest> & { line?: Partial<Line> }
  expect?: Record<string, unknown>
  contains?: Record<string, string>
}
const cases = JSON.parse(await readFile(new URL('checklist-cases.json', import.meta.url), 'utf8')) as Case[]
const { app, snapshot } = await appOnPacks(() => '1')
t.teardown(() => app.close())
const view = snapshot.current()?.view
if (view === undefined) throw new Error('no view')

function requestOf({ line, ...request }: Case['request']): ChecklistRequest {
  return {
    coverage: {},
    ...request,
    serviceLines: [{ lineNumber: 1, procedureCode: 'J3420', dateOfService: '2026-11-03', ...line }],
  }
}

/** What stands at a path; sections are named by their topic. */
function at(page: Checklist, path: string): unknown {
  let node: unknown = {
    ...page,
    sections: Object.fromEntries(page.sections.map((section) => [section.topic, section])),
  }
  for (const name of path.split('.')) node = (node as Record<string, unknown> | undefined)?.[name]
  return node
}

for (const { title, outline = false, request, expect = {}, contains = {} } of cases) {
  t.test(title, async (t) => {
    const page = checklistFor(requestOf(request), view, { outline })
    for (const [path, value] of Object.entries(expect)) t.strictSame(at(page, path) ?? null, value, path)
    for (const [path, text] of Object.entries(contains))
      t.ok(
        JSON.stringify(at(page, path) ?? '').includes(JSON.stringify(text).slice(1, -1)),
        `${path} contains ${text}: ${JSON.stringify(at(page, path))}`,
      )
  })
}

/** Faults that no page may have, whatever the policies say. */
function faultsOf(page: Checklist, request: ChecklistRequest, requirement: string): string[] {
  const pointers = [
    ...page.sections.flatMap(({ items }) => items),
    ...(page.justification ?? []).flatMap(({ given, gaps }) => [...given, ...gaps]),
  ].flatMap((item) => item.citationPointers)
  const items = page.sections.flatMap((section) => section.items)
  return [
    ...(JSON.stringify(page.sections.map((section) => section.topic)) === JSON.stringify(checklistTopics)
      ? []
      : ['a topic is missing']),
    ...page.sections
      .filter((section) => section.items.length === 0)
      .map((section) => `${section.topic} is silent`),
    ...(pointers.every((pointer) => page.citations[pointer - 1]?.number === pointer)
      ? []
      : ['a pointer leads nowhere']),
    ...(page.citations.every(({ number }) => pointers.includes(number))
      ? []
      : ['a citation that nothing points to']),
    ...items
      .filter((item) => item.standing === 'rule' && item.citationPointers.length === 0)
      .map((item) => `no source: ${item.text}`),
    ...page.citations
      .filter(
        ({ citation, marks }) =>
          (citation.grade === 'secondary') !== marks.includes('secondary-source') ||
          (citation.grade === 'fictional') !== marks.includes('fictional-source'),
      )
      .map(() => 'a grade is not marked'),
    ...((page.justification ?? [])
      .flatMap((part) => part.gaps)
      .every(({ text }) => text.startsWith('not given: '))
      ? []
      : ['a gap is not marked']),
    ...(page.requirement === requirement ? [] : [`${page.requirement}, but a check says ${requirement}`]),
    ...(page.dateOfService === request.serviceLines[0]?.dateOfService ? [] : ['another date']),
  ]
}

t.test(
  'in generated worlds: no topic is silent, every rule has a source, and a check says the same',
  async (t) => {
    for (const { seed, request, content } of pairs(7000, worldsOf(400, 40))) {
      const [line] = request.serviceLines
      if (line === undefined) continue
      const one = { ...request, serviceLines: [line] }
      const generated = compilePolicyView(content, 1)
      const page = checklistFor(one, generated, { outline: true })
      const faults = faultsOf(
        page,
        one,
        determine(one, generated).lines[0]?.priorAuthorization.requirement ?? '',
      )
      if (faults.length > 0) return t.same(faults, [], `seed ${seed}`)
      if (JSON.stringify(page) !== JSON.stringify(checklistFor(one, generated, { outline: true })))
        return t.fail(`seed ${seed}: two pages for one request`)
    }
  },
)

t.test('every document that decides in a check is a source of the page with the same facts', async (t) => {
  for (const planId of [
    'medicare-part-b',
    'western-health-advantage',
    'aetna-commercial',
    'test-phases',
    'test-claim-line',
    'test-units',
  ]) {
    const request = requestOf({
      coverage: { planId, state: 'FL' },
      claimType: 'professional',
      diagnosisCodes: ['D51.0'],
    })
    const held = new Set(
      checklistFor(request, view, { outline: true }).citations.map(
        ({ citation }) => `${citation.policyId ?? citation.policySetId} ${citation.ruleId ?? ''}`,
      ),
    )
    const decision = determine(request, view)
    const [line] = decision.lines
    const asked = (line?.findings ?? [])
      .filter((finding) => finding.question !== 'code-validity')
      .map((finding) => {
        const { policyId, ruleId } = cited(decision, finding)
        return `${policyId ?? finding.citation.source.replace(/@.*/, '')} ${ruleId ?? ''}`
      })
    for (const one of asked) t.ok(held.has(one), `${planId}: ${one}`)
  }
})
