// What would change the answer, over HTTP: cases as data on the starter packs, and what the answer is not.
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { whatWouldChange } from '../../src/decision/advice/changes/what-would-change.js'
import { noDecisionLog } from '../../src/decision-log/decision-log.js'
import type { Decision } from '../../src/decision/shapes/determination.js'
import { requestOf, type PackCase } from '../../src/policies/packs/cases.js'
import { pairOf } from '../oracle/generate.js'
import { differencesFromCase } from '../support/case-differences.js'
import { conformance } from './conformance.js'

const url = '/v1/what-would-change'
let recorded = 0
const decisionLog = {
  ...noDecisionLog,
  records: true,
  record: async () => {
    recorded++
  },
}
const { app, snapshot } = await appOnPacks(() => 'case', { decisionLog })
t.teardown(() => app.close())
const faults = conformance(app)
const { base, cases } = JSON.parse(await readFile('test/protocols/what-would-change/cases.json', 'utf8')) as {
  base: Record<string, unknown>
  cases: PackCase[]
}
const post = async (payload: object, to = url) => await app.inject({ method: 'POST', url: to, payload })

t.test('cases', async (t) => {
  for (const one of cases) {
    const request = requestOf(base, one)
    const answer = await post(request)
    t.equal(answer.statusCode, 200, one.title)
    t.strictSame(differencesFromCase(one, withLengths(answer.json()) as Decision), [], one.title)
    t.same(faults('POST', url, answer), [], `${one.title}: as documented`)
    t.equal(
      answer.body,
      JSON.stringify(whatWouldChange(request, snapshot.current()!.view)),
      `${one.title}: the bytes of the core`,
    )
  }
  t.equal(new Set(cases.map(({ title }) => title)).size, cases.length, 'every case has a title of its own')
})

t.test('generated requests have the documented shape', async (t) => {
  for (let seed = 1; seed <= 60; seed++) {
    const found = faults('POST', url, await post({ ...pairOf(seed).request, coverage: base.coverage }))
    if (found.length > 0) return t.same(found, [], `seed ${seed}`)
  }
  t.pass('60 worlds')
})

t.test('it is no determination: no id, no record, and the same refusals as a check', async (t) => {
  const answer = await post(base)
  t.notOk('determinationId' in answer.json<object>() || 'recorded' in answer.json<object>())
  t.equal(answer.headers['cache-control'], 'no-store')
  t.equal(recorded, 0)
  t.equal((await post(base, `${url}?knownAt=1`)).statusCode, 200)
  t.equal((await post(base, `${url}?knownAt=99`)).statusCode, 404)
  t.equal((await post({ ...base, serviceHistry: [] })).statusCode, 400)
  const [line] = base.serviceLines as object[]
  t.equal((await post({ ...base, serviceLines: [line, line] })).statusCode, 422)
})

t.test('the largest request is answered in bounded time and says that it was cut', async (t) => {
  const [line] = base.serviceLines as object[]
  const serviceHistory = Array.from({ length: 2000 }, (_, at) => ({
    procedureCode: 'J3420',
    dateOfService: `${2000 + (at % 27)}-0${1 + (at % 9)}-1${at % 10}`,
    units: 1,
  }))
  const serviceLines = Array.from({ length: 200 }, (_, at) => ({ ...line, lineNumber: at + 1, units: 2 }))
  for (const planId of ['western-health-advantage', 'medicare-part-b']) {
    const started = process.cpuUsage()
    const answer = (
      await post({ ...base, coverage: { planId, state: 'FL' }, serviceHistory, serviceLines })
    ).json<{ evaluations: number; truncated: boolean }>()
    const { user, system } = process.cpuUsage(started)
    t.equal(answer.truncated, true)
    t.ok(answer.evaluations <= 10)
    t.ok((user + system) / 1000 < 8000, `${planId}: ${Math.round((user + system) / 1000)} ms of CPU`)
  }
})

t.test(
  'a check that comes meanwhile does not wait for a search, and nobody searches for a caller who left',
  async (t) => {
    const { app: server } = await appOnPacks(() => 'case')
    t.teardown(() => server.close())
    const address = await server.listen({ port: 0, host: '127.0.0.1' })
    const [line] = base.serviceLines as object[]
    const serviceLines = Array.from({ length: 200 }, (_, at) => ({ ...line, lineNumber: at + 1, units: 2 }))
    const ask = async (path: string, body: object, signal?: AbortSignal): Promise<number> => {
      const answer = await fetch(`${address}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...(signal === undefined ? {} : { signal }),
      })
      await answer.text()
      return answer.status
    }
    const order: string[] = []
    const told = async (name: string, answered: Promise<number>): Promise<void> => {
      t.equal(await answered, 200, name)
      order.push(name)
    }
    const search = told('search', ask(url, { ...base, serviceLines }))
    await sleep(20)
    await Promise.all([search, told('check', ask('/v1/authorization-checks', base))])
    t.same(order, ['check', 'search'])
    const left = Array.from({ length: 8 }, async () => {
      await t.rejects(ask(url, { ...base, serviceLines }, AbortSignal.timeout(30)))
    })
    await Promise.all(left)
    t.equal(await ask(url, base), 200, 'others are answered')
  },
)

/** The answer with the length of each list beside its elements, so that a case can name it. */
function withLengths(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, part]) => [key, withLengths(part)] as const)
  return Object.fromEntries(Array.isArray(value) ? [...entries, ['length', value.length]] : entries)
}
