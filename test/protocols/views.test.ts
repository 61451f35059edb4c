// How much is told: the summary unless the query asks for more, and the summary is the full answer with parts left out.
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { pairs } from '../oracle/generate.js'
import { conformance } from './conformance.js'
import { aCheck } from './requests.js'

const { app } = await appOnPacks(() => 'same')
t.teardown(() => app.close())
const faults = conformance(app)

const lookup = '/v1/prior-authorization-requirements'
const question = {
  planId: 'medicare-part-b',
  procedureCode: 'J3420',
  dateOfService: '2026-11-03',
  state: 'FL',
}
const denied = aCheck({ diagnosisCodes: ['E44.0'], line: { units: 2 } })
const asked: ReadonlyArray<readonly [title: string, request: InjectOptions & { url: string }]> = [
  ...['authorization', 'medical-necessity', 'frequency'].map(
    (kind) => [`a check of ${kind}`, { method: 'POST', url: `/v1/${kind}-checks`, payload: denied }] as const,
  ),
  [
    'a batch as an array',
    {
      method: 'POST',
      url: '/v1/authorization-checks/batch',
      payload: [denied, { ...denied, no: 1 }, aCheck()],
    },
  ],
  [
    'a batch of lines',
    {
      method: 'POST',
      url: '/v1/authorization-checks/batch',
      headers: { 'content-type': 'application/x-ndjson' },
      payload: JSON.stringify(denied),
    },
  ],
  ['a lookup by its query', { url: `${lookup}?${new URLSearchParams(question).toString()}` }],
  ['a lookup by its body', { method: 'POST', url: lookup, payload: question }],
]
/** The parts that only the full answer has, by the names of their fields. */
const ofFull =
  /"(engineVersion|planId|claimType|sources|reason|findings|documentation|notices|infoNeeded|notEvaluated|coverageInformation|codes|citation|factsUsed|dateOfService|calculation|adjudicationIndicator)":/

for (const [title, request] of asked) {
  t.test(`${title}: the summary is the default, full tells everything`, async (t) => {
    const inView = async (view?: string) =>
      await app.inject({
        ...request,
        headers: { ...request.headers, 'x-request-id': 'same-for-all' },
        url: `${request.url}${view === undefined ? '' : `${request.url.includes('?') ? '&' : '?'}view=${view}`}`,
      })
    const [first, summary, full] = [await inView(), await inView('summary'), await inView('full')]
    t.equal(first.statusCode, 200)
    t.equal(first.body, summary.body)
    t.notMatch(summary.body, ofFull)
    for (const part of ['sources', 'findings', 'reason', 'notEvaluated', 'engineVersion', 'headline'])
      t.ok(full.body.includes(`"${part}":`), part)
    const [path = ''] = request.url.split('?')
    if (!String(first.headers['content-type']).includes('ndjson'))
      for (const answer of [first, full]) t.same(faults(request.method ?? 'GET', path, answer), [])
    t.strictSame(
      leftOut(first.json(), full.json()),
      [],
      'nothing in the summary differs from the full answer',
    )
  })
}

t.test('the summary of generated requests is the full answer with parts left out', async (t) => {
  const more = { steps: 0, cut: 0 }
  for (const { seed, request } of pairs(9000, 60)) {
    const payload = { ...request, coverage: aCheck().coverage }
    const [summary, full] = await Promise.all(
      ['summary', 'full'].map(
        async (view) =>
          await app.inject({ method: 'POST', url: `/v1/authorization-checks?view=${view}`, payload }),
      ),
    )
    if (summary?.statusCode !== 200 || full?.statusCode !== 200) continue
    const [brief, whole] = [summary, full].map((one) =>
      one.json<{ nextSteps: unknown[]; moreSteps: number }>(),
    )
    if (brief === undefined || whole === undefined) return t.fail('not answered')
    const found = leftOut(brief, whole)
    if (found.length > 0) return t.strictSame(found, [], `seed ${seed}`)
    if (
      whole.moreSteps !== 0 ||
      brief.nextSteps.length > 5 ||
      brief.nextSteps.length + brief.moreSteps !== whole.nextSteps.length
    )
      return t.fail(`seed ${seed}: ${brief.nextSteps.length} steps and ${brief.moreSteps} more`)
    more.steps += whole.nextSteps.length
    more.cut += brief.moreSteps
  }
  t.ok(more.steps > 50 && more.cut > 0, `${more.steps} steps, of which summaries leave out ${more.cut}`)
})

/** Where a summary says what the full answer does not: a list is shorter only where its end is left out, and that is of steps alone. */
function leftOut(brief: unknown, full: unknown, path = ''): string[] {
  if (path.endsWith('/moreSteps')) return []
  if (typeof brief !== 'object' || brief === null || typeof full !== 'object' || full === null)
    return Object.is(brief, full) ? [] : [path]
  if (Array.isArray(brief) !== Array.isArray(full)) return [path]
  if (
    Array.isArray(brief) &&
    Array.isArray(full) &&
    !path.endsWith('/nextSteps') &&
    brief.length !== full.length
  )
    return [`${path}/length`]
  return Object.entries(brief).flatMap(([name, value]) =>
    leftOut(value, (full as Record<string, unknown>)[name], `${path}/${name}`),
  )
}
