// Dates of service, diagnoses and references are sent through every route, right and wrong; then they are looked for where they must not be.
import { subscribe } from 'node:diagnostics_channel'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions, RouteOptions } from 'fastify'
import t from 'tap'
import { asOwner } from '../store/emptied.js'
import { createLog } from '../../src/process/log.js'
import { claim, content } from '../oracle/worked-example.js'
import { recordedService } from '../support/recorded.js'

// Each of them stands nowhere else: not in policy, not in a table.
const canaries = ['2031-07-19', '20310719', 'Q87.89', 'Q8789', 'CANARY-77-REF', 'canary-item', '83.25']
const asBytes = canaries.map((text) => Buffer.from(text).toString('hex'))

const routes: RouteOptions[] = []
subscribe('fastify.initialization', (message) => {
  const { fastify } = message as { fastify: FastifyInstance }
  fastify.addHook('onRoute', (route) => {
    routes.push(route)
  })
})
const lines: string[] = []
const log = createLog('trace', {
  write: (line: string) => {
    lines.push(line)
  },
})

const request = claim(
  {
    reference: 'CANARY-77-REF',
    diagnosisCodes: ['Q87.89'],
    patient: { ageYears: 83.25, sex: 'female' },
    documentation: [{ item: 'canary-item', present: true }],
    serviceHistory: [{ procedureCode: 'J3420', dateOfService: '2031-07-19' }],
    labResults: [{ loincCode: '2132-9', value: 83.25, unit: 'pg/mL', observedOn: '2031-07-19' }],
    authorizations: [{ authorizationNumber: 'CANARY-77-REF', status: 'approved', from: '2031-07-19' }],
  },
  { dateOfService: '2031-07-19' },
)

/** What a route is sent: as it should be, and wrong in several ways. */
function sends({ method, url }: { method: string; url: string }): InjectOptions[] {
  const path = url
    .replace(':code', 'Q87.89')
    .replace(':determinationId', 'CANARY-77-REF')
    .replace(/:\w+/, 'CANARY-77-REF')
    .replace('*', 'CANARY-77-REF')
  const query =
    'dateOfService=2031-07-19&diagnosisCode=Q87.89&procedureCode=J3420&planId=medicare-part-b&state=FL'
  const at = { method: method as 'GET', url: path }
  const bodies = [
    request,
    { ...request, unknownField: 'CANARY-77-REF' },
    { ...request, diagnosisCodes: ['Q87.89', 'CANARY-77-REF'] },
    { ...request, serviceLines: [{ ...request.serviceLines[0], diagnosisPointers: [9] }] },
  ]
  const head = {
    authorization: 'Bearer CANARY-77-REF',
    'idempotency-key': '"CANARY-77-REF"',
    'x-request-id': 'req-1',
  }
  return [
    { ...at, headers: head },
    { ...at, url: `${path}?${query}`, headers: head },
    { ...at, url: `${path}?authorizationNumber=CANARY-77-REF` },
    { ...at, url: `${path}?reference=CANARY-77-REF` },
    // The name of an unknown parameter is told; its value is not.
    { ...at, url: `${path}?${query}&unknown=CANARY-77-REF` },
    ...(method === 'POST' || method === 'PUT'
      ? [
          ...bodies.map((payload, number) => ({
            ...at,
            payload,
            headers: { 'idempotency-key': `"CANARY-77-REF${url}${number}"` },
          })),
          {
            ...at,
            payload: `{"diagnosisCodes":["Q87.89"],,"CANARY-77-REF"`,
            headers: { 'content-type': 'application/json' },
          },
          { ...at, payload: 'Q87.89 on 2031-07-19', headers: { 'content-type': 'text/plain' } },
        ]
      : []),
  ]
}

for (const mode of ['db', 'spool'] as const) {
  t.test(`nothing of a request in logs, errors, metrics, spool or store (${mode})`, async (t) => {
    lines.length = 0
    routes.length = 0
    const service = await recordedService(content, { mode, log })
    const answers = new Map<number, number>()
    for (const { method, url, few } of routes.flatMap((route) =>
      [route.method]
        .flat()
        .map((method) => ({ method, url: route.url, few: route.config?.access === 'any-credential' })),
    )) {
      // A method that the route does not take is refused before anything is looked at.
      for (const send of sends({ method, url }).slice(0, few ? 2 : undefined)) {
        const answer = await service.app.inject(send)
        answers.set(answer.statusCode, (answers.get(answer.statusCode) ?? 0) + 1)
        if (answer.statusCode >= 400)
          found(t, answer.body, `${method} ${url}: the body of a ${answer.statusCode}`)
        // The pages of the documentation send a browser on, with the query that it came with.
        if (!url.startsWith('/docs')) found(t, JSON.stringify(answer.headers), `${method} ${url}: headers`)
      }
    }
    t.ok(
      (answers.get(200) ?? 0) > 10 && (answers.get(400) ?? 0) > 20 && (answers.get(422) ?? 0) >= 3,
      JSON.stringify(Object.fromEntries(answers)),
    )
    const spooled = await Promise.all(
      (await readdir(service.spoolFolder))
        .filter((name) => name.endsWith('.rows'))
        .map(async (name) => await readFile(join(service.spoolFolder, name))),
    )
    if (mode === 'spool')
      t.ok(
        spooled.some((bytes) => bytes.includes('"action":"determination"')),
        'the spool holds rows',
      )
    for (const bytes of spooled) found(t, bytes.toString('latin1'), 'the spool')
    t.match(service.metrics.render(), /precert_determinations_total\{kind="authorization"/)
    found(t, service.metrics.render(), 'the metrics')
    await service.app.close()
    await service.decisions.close()
    service.metrics.stop()
    const tables = await asOwner(service.database).query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )
    let rows = 0
    for (const { name } of tables) {
      for (const { text } of await asOwner(service.database).query<{ text: string }>(
        `SELECT t::text AS text FROM "${name}" AS t`,
      )) {
        rows++
        found(t, text, `a row of ${name}`)
      }
    }
    t.ok(rows > 20, `${rows} rows looked through`)
    const [{ count } = { count: 0 }] = await asOwner(service.database).query<{ count: number }>(
      "SELECT count(*) FROM decision_log WHERE action = 'determination'",
    )
    t.ok(count >= 3, `${count} determinations are on record`)
    await service.database.close()
    t.ok(lines.length > 50, `${lines.length} lines of log`)
    for (const line of lines) found(t, line, 'a line of the log')
  })
}

/** Fails when a canary, as text or as bytes in hexadecimal, stands in a text. */
function found(t: { fail: (message: string) => unknown }, text: string, where: string): void {
  const seen = [...canaries, ...asBytes].find((canary) => text.includes(canary))
  if (seen !== undefined) t.fail(`${where} holds ${seen}`)
}
