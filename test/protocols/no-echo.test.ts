// No error of the API repeats what was sent: a mark is put into every place of every operation, and no refusal carries it.
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { exampleRequests } from '../../scripts/example-requests.js'

const { app } = await appOnPacks(() => '1')
t.teardown(() => app.close())

interface Operation {
  readonly operationId: string
  readonly parameters?: ReadonlyArray<{ readonly in: string; readonly name: string }>
}
const document = app.swagger() as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}
const mark = 'Zanzibar7391'
const numberMark = 739173917391
const marks = [mark, mark.toLowerCase(), String(numberMark), encodeURIComponent(mark)]

/** Every value of a body in turn replaced by something that is not taken, and something unknown put into every object. */
function* altered(value: unknown): Iterable<unknown> {
  yield* [mark, numberMark, [mark], { [mark]: mark }]
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      for (const other of altered(item)) yield value.with(at, other)
    }
    yield [...value, mark]
  } else {
    yield { ...value, [mark]: mark }
    for (const [key, inner] of Object.entries(value)) {
      for (const other of altered(inner)) yield { ...value, [key]: other }
    }
  }
}

function* requestsOf(path: string, method: string, operation: Operation): Iterable<InjectOptions> {
  const example = exampleRequests.find(({ operationId }) => operationId === operation.operationId)
  const filled = path.replace(/\{\w+\}/g, mark)
  const url = example?.url ?? filled
  const body = example === undefined ? undefined : (example as { body?: unknown }).body
  const send = { method: method.toUpperCase() as 'GET' | 'POST' }
  const whole = body === undefined ? {} : { payload: body as object }
  const joined = (query: string): string => `${url}${url.includes('?') ? '&' : '?'}${query}`
  yield { ...send, ...whole, url: filled }
  yield { ...send, ...whole, url: `${filled}/${mark}` }
  yield { ...send, ...whole, url: joined(`${mark}=${mark}`) }
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'query') yield { ...send, ...whole, url: joined(`${parameter.name}=${mark}~`) }
    if (parameter.in === 'header') yield { ...send, ...whole, url, headers: { [parameter.name]: `"${mark}` } }
  }
  // X-Request-Id is not among them: that it comes back is what it is for.
  for (const name of ['accept', 'content-type', 'content-encoding', 'authorization', 'expect'])
    yield { ...send, ...whole, url, headers: { [name]: mark } }
  yield { method: 'PUT', url, payload: { [mark]: mark } }
  if (body === undefined) return
  const json = { 'content-type': 'application/json' }
  for (const text of [mark, `{"${mark}":`, `{"${mark}":1,"${mark}":2}`, `{"__proto__":"${mark}"}`])
    yield { ...send, url, headers: json, payload: text }
  for (const other of altered(body)) yield { ...send, url, headers: json, payload: JSON.stringify(other) }
}

t.test('a mark in every path, query, header and field', async (t) => {
  let refusals = 0
  const codes = new Set<string>()
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      for (const request of requestsOf(path, method, operation)) {
        const answer = await app.inject(request)
        if (answer.statusCode < 400) continue
        refusals++
        codes.add((answer.json() as { code: string }).code)
        const said = `${answer.body} ${JSON.stringify(answer.headers)}`
        const found = marks.find((one) => said.includes(one))
        if (found !== undefined || answer.statusCode >= 500)
          t.fail(`${operation.operationId}: ${answer.body.slice(0, 300)}`, { request })
      }
    }
  }
  t.ok(refusals > 500, `${refusals} refusals`)
  for (const code of [
    'invalid-request',
    'malformed-body',
    'route-not-found',
    'not-held',
    'method-not-allowed',
  ])
    t.ok(codes.has(code), code)
})

t.test('a contradiction names its place, and not what stands there', async (t) => {
  const check = {
    coverage: { planId: 'medicare-part-b', state: 'FL' },
    diagnosisCodes: ['D51.0'],
    serviceLines: [{ lineNumber: 1, procedureCode: 'J3420', units: 1, dateOfService: '2026-11-03' }],
  }
  const cases: ReadonlyArray<readonly [request: object, pointer: string, sent: string]> = [
    [{ ...check, coverage: { ...check.coverage, state: 'ZQ' } }, '/coverage/state', 'ZQ'],
    [
      { ...check, serviceLines: [{ ...check.serviceLines[0], diagnosisPointers: [11] }] },
      '/serviceLines/0/diagnosisPointers/0',
      '11',
    ],
    [
      { ...check, serviceLines: [997, 997].map((lineNumber) => ({ ...check.serviceLines[0], lineNumber })) },
      '/serviceLines/1/lineNumber',
      '997',
    ],
  ]
  for (const [payload, pointer, sent] of cases) {
    const answer = await app.inject({ method: 'POST', url: '/v1/authorization-checks', payload })
    const { requestId: _, ...problem } = answer.json() as { requestId: string; errors: unknown }
    t.match(problem, { code: 'contradictory-request', errors: [{ in: 'body', pointer }] })
    t.notOk(JSON.stringify(problem).includes(sent), `${sent} is not repeated`)
  }
})
