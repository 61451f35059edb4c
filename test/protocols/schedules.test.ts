// Calendars over HTTP: cases as data, the size of a request at its limits, and what a calendar is not.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { planSchedule } from '../../src/decision/advice/schedule/schedule.js'
import { noDecisionLog } from '../../src/decision-log/decision-log.js'
import { changedBy, type PackCase } from '../../src/policies/packs/cases.js'
import type { ScheduleRequest } from '../../src/decision/advice/schedule/request.js'
import { courseInWorld } from '../oracle/generate-schedule.js'
import { differencesFromCase } from '../support/case-differences.js'
import { conformance } from './conformance.js'

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
const { base, cases } = JSON.parse(await readFile('test/protocols/schedules/cases.json', 'utf8')) as {
  base: ScheduleRequest
  cases: PackCase[]
}
const post = async (payload: object, url = '/v1/schedules') =>
  await app.inject({ method: 'POST', url, payload })

t.test('cases', async (t) => {
  for (const one of cases) {
    const request = changedBy(base, one) as ScheduleRequest
    const answer = await post(request)
    t.equal(answer.statusCode, one.expect.status ?? 200, one.title)
    t.strictSame(differencesFromCase(one, answer.json()), [], one.title)
    t.same(faults('POST', '/v1/schedules', answer), [], `${one.title}: as documented`)
    if (answer.statusCode === 200) {
      t.equal(
        answer.body,
        JSON.stringify(planSchedule(request, snapshot.current()!.view)),
        `${one.title}: the bytes of the core`,
      )
      t.equal(answer.headers['cache-control'], 'no-store')
    }
  }
  t.equal(new Set(cases.map(({ title }) => title)).size, cases.length, 'every case has a title of its own')
})

t.test('generated courses have the documented shape', async (t) => {
  for (let seed = 1; seed <= 100; seed++) {
    const { request } = courseInWorld(seed)
    const found = faults(
      'POST',
      '/v1/schedules',
      await post({ ...request, coverage: seed % 2 === 0 ? base.coverage : request.coverage }),
    )
    if (found.length > 0) return t.same(found, [], `seed ${seed}`)
  }
})

t.test('a calendar is no determination: no id, no record', async (t) => {
  const before = recorded
  const answer = (await post(base)).json<object>()
  t.notOk('determinationId' in answer || 'recorded' in answer)
  t.equal(recorded, before)
  t.equal((await post(base, '/v1/schedules?knownAt=1')).statusCode, 200)
  t.equal((await post(base, '/v1/schedules?knownAt=99')).statusCode, 404)
})

t.test('the largest request is answered in bounded time', async (t) => {
  const serviceHistory = Array.from({ length: 2000 }, (_, at) => ({
    procedureCode: 'J3420',
    dateOfService: `${2000 + (at % 27)}-0${1 + (at % 9)}-1${at % 10}`,
    units: 1,
  }))
  for (const planId of ['test-limits', 'test-phases', 'medicare-part-b']) {
    const started = process.cpuUsage()
    const answer = await post({
      ...base,
      coverage: { planId, state: 'FL' },
      serviceHistory,
      horizonDays: 731,
      maximumDates: 400,
      clinicWeekdays: undefined,
      wishedRhythm: [{ every: { days: 1 }, times: 400, phase: 'loading' }],
      closedOn: Array.from({ length: 400 }, () => '2026-12-25'),
    })
    const { user, system } = process.cpuUsage(started)
    t.equal(answer.statusCode, 200)
    t.ok(
      (user + system) / 1000 < 3000,
      `${planId}: ${Math.round((user + system) / 1000)} ms of CPU, ${answer.json<{ dates: [] }>().dates.length} dates`,
    )
  }
})
