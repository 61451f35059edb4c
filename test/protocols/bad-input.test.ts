import { gzipSync } from 'node:zlib'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import type { Problem } from '../../src/protocols/http/problem.js'
import { aCheck } from './requests.js'

const { app } = await appOnPacks(() => '1')
t.teardown(() => app.close())

const json = { 'content-type': 'application/json' }
const checks = '/v1/authorization-checks'
type Row = [
  title: string,
  request: InjectOptions,
  status: number,
  code: string,
  pointer?: string | undefined,
  words?: RegExp,
]

const post = (payload: unknown, headers: Record<string, string> = json): InjectOptions => ({
  method: 'POST',
  url: checks,
  headers,
  payload: typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
})
const withLine = (line: object) =>
  post({ ...aCheck(), serviceLines: [{ ...aCheck().serviceLines[0], ...line }] })
const withText = (text: string) => post(JSON.stringify(aCheck()).replace('"J3420"', text))

const rows: Row[] = [
  [
    'an unknown field',
    post({ ...aCheck(), serviceHistroy: [] }),
    400,
    'invalid-request',
    '',
    /^The body has a field that is not known; the closest known one is serviceHistory/,
  ],
  [
    'a field in another spelling',
    post({ ...aCheck(), diagnosis_codes: [] }),
    400,
    'invalid-request',
    '',
    /diagnosisCodes/,
  ],
  [
    'an unknown field far from any known one',
    post({ ...aCheck(), zzzzzzzzzzzz: 1 }),
    400,
    'invalid-request',
    '',
    /known here are reference, coverage, claimType/,
  ],
  [
    'an unknown field with a slash in its name',
    post({ ...aCheck(), 'a/b~c': 1 }),
    400,
    'invalid-request',
    '',
  ],
  [
    'an unknown field deep inside',
    withLine({ provider: { nip: '1234567893' } }),
    400,
    'invalid-request',
    '/serviceLines/0/provider',
    /closest known one is npi/,
  ],
  ['a missing field', post({ coverage: {} }), 400, 'invalid-request', '/serviceLines', /is missing/],
  [
    'a number sent as text',
    withLine({ units: '1' }),
    400,
    'invalid-request',
    '/serviceLines/0/units',
    /must be a number/,
  ],
  ['null for a number', withLine({ units: null }), 400, 'invalid-request', '/serviceLines/0/units'],
  [
    'null for a code',
    withLine({ procedureCode: null }),
    400,
    'invalid-request',
    '/serviceLines/0/procedureCode',
  ],
  ['true for a number', withLine({ units: true }), 400, 'invalid-request', '/serviceLines/0/units'],
  [
    'a number for a code',
    withLine({ procedureCode: 99213 }),
    400,
    'invalid-request',
    '/serviceLines/0/procedureCode',
    /must be a string/,
  ],
  [
    'one value where a list is expected',
    post({ ...aCheck(), diagnosisCodes: 'D51.0' }),
    400,
    'invalid-request',
    '/diagnosisCodes',
    /must be an array/,
  ],
  [
    'a value that is not allowed',
    post({ ...aCheck(), claimType: 'pharmacy' }),
    400,
    'invalid-request',
    '/claimType',
    /professional, institutional, dme/,
  ],
  [
    'a fraction of a line number',
    withLine({ lineNumber: 1.5 }),
    400,
    'invalid-request',
    '/serviceLines/0/lineNumber',
  ],
  [
    '29 February 2023',
    withLine({ dateOfService: '2023-02-29' }),
    400,
    'invalid-request',
    '/serviceLines/0/dateOfService',
    /not a valid date/,
  ],
  [
    'the year 9999',
    withLine({ dateOfService: '9999-12-31' }),
    400,
    'invalid-request',
    '/serviceLines/0/dateOfService',
  ],
  [
    'a date of another order',
    withLine({ dateOfService: '11/03/2026' }),
    400,
    'invalid-request',
    '/serviceLines/0/dateOfService',
  ],
  [
    'an instant for a date',
    withLine({ dateOfService: '2026-11-03T00:00:00Z' }),
    400,
    'invalid-request',
    '/serviceLines/0/dateOfService',
  ],
  [
    'a number beyond all bounds',
    post(JSON.stringify(aCheck()).replace('"units":1', '"units":1e400')),
    400,
    'invalid-request',
    '/serviceLines/0/units',
  ],
  ['no lines', post({ ...aCheck(), serviceLines: [] }), 400, 'invalid-request', '/serviceLines'],
  [
    '201 lines',
    post({
      ...aCheck(),
      serviceLines: Array.from({ length: 201 }, (_, at) => ({
        ...aCheck().serviceLines[0],
        lineNumber: at + 1,
      })),
    }),
    400,
    'invalid-request',
    '/serviceLines',
  ],
  [
    '50,000 unknown fields: one fault is told',
    post(Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, 1]))),
    400,
    'invalid-request',
  ],
  ['a list for an object', post([]), 400, 'invalid-request', ''],
  ['a bare string', post('"J3420"'), 400, 'invalid-request', ''],
  ['no body', { method: 'POST', url: checks }, 400, 'invalid-request', ''],
  ['an empty body', post(''), 400, 'malformed-body'],
  ['not JSON', post('{"coverage":'), 400, 'malformed-body'],
  ['two JSON texts', post('{} {}'), 400, 'malformed-body'],
  ['a comment', post('{} // nothing'), 400, 'malformed-body'],
  ['NaN', post(JSON.stringify(aCheck()).replace('"units":1', '"units":NaN')), 400, 'malformed-body'],
  [
    '10,000 levels',
    post(`${'['.repeat(10_000)}${']'.repeat(10_000)}`),
    400,
    'malformed-body',
    undefined,
    /32 levels/,
  ],
  ['200,000 open braces', post('{"a":'.repeat(200_000)), 400, 'malformed-body'],
  [
    'the same key twice',
    post(JSON.stringify(aCheck()).replace('"units":1', '"units":1,"units":2')),
    400,
    'malformed-body',
    undefined,
    /twice/,
  ],
  [
    'the same key twice, once escaped',
    post(JSON.stringify(aCheck()).replace('"units":1', '"units":1,"\\u0075nits":2')),
    400,
    'malformed-body',
    undefined,
    /twice/,
  ],
  ['__proto__', post('{"__proto__":{"planId":"x"}}'), 400, 'malformed-body', undefined, /__proto__/],
  [
    '__proto__ with an escape',
    post('{"coverage":{"\\u005f_proto__":{"planId":"x"}}}'),
    400,
    'malformed-body',
    undefined,
    /__proto__/,
  ],
  [
    'constructor.prototype',
    post('{"constructor":{"prototype":{"x":1}}}'),
    400,
    'malformed-body',
    undefined,
    /constructor/,
  ],
  ['an escaped NUL', withText('"J342\\u0000"'), 400, 'malformed-body', undefined, /control character/],
  ['a raw NUL', withText('"J342\u0000"'), 400, 'malformed-body'],
  ['an escape sequence of terminals', withText('"J342\\u001b"'), 400, 'malformed-body'],
  ['a raw C1 control character', withText('"J342\u0085"'), 400, 'malformed-body'],
  ['a lone surrogate', withText('"J342\\ud800"'), 400, 'malformed-body', undefined, /surrogate/],
  ['a line break in a code', withText('"J3420\\n"'), 400, 'invalid-request', '/serviceLines/0/procedureCode'],
  [
    'a replacement character in a code',
    withText('"J342\ufffd"'),
    400,
    'invalid-request',
    '/serviceLines/0/procedureCode',
  ],
  [
    'invalid UTF-8',
    post(
      Buffer.concat([Buffer.from('{"coverage":{"planId":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}}')]),
    ),
    400,
    'malformed-body',
    undefined,
    /UTF-8/,
  ],
  [
    'overlong UTF-8',
    post(Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d])),
    400,
    'malformed-body',
  ],
  ['UTF-16', post(Buffer.from(JSON.stringify(aCheck()), 'utf16le')), 400, 'malformed-body'],
  [
    '2 MB',
    post(`{"coverage":{"planId":"${'a'.repeat(2_000_000)}"}}`),
    413,
    'body-too-large',
    undefined,
    /1 MiB/,
  ],
  [
    'a text of 100,000 characters',
    withLine({ procedureCode: 'A'.repeat(100_000) }),
    400,
    'invalid-request',
    '/serviceLines/0/procedureCode',
  ],
  [
    'a form',
    post('a=1', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'unsupported-media-type',
  ],
  ['plain text', post('{}', { 'content-type': 'text/plain' }), 415, 'unsupported-media-type'],
  [
    'another JSON type',
    post('{}', { 'content-type': 'application/fhir+json' }),
    415,
    'unsupported-media-type',
  ],
  [
    'a content type with a tab',
    post('{}', { 'content-type': 'application/json\t; charset=utf-8' }),
    415,
    'unsupported-media-type',
  ],
  [
    'a content type that only begins so',
    post('{}', { 'content-type': 'application/jsonx' }),
    415,
    'unsupported-media-type',
  ],
  [
    'another character set',
    post('{}', { 'content-type': 'application/json; charset=iso-8859-1' }),
    415,
    'unsupported-media-type',
  ],
  [
    'gzip',
    post(gzipSync(JSON.stringify(aCheck())), { ...json, 'content-encoding': 'gzip' }),
    415,
    'unsupported-media-type',
  ],
  ['a broken escape in the path', { url: '/v1/plans/%zz' }, 400, 'malformed-url'],
  ['invalid UTF-8 in the path', { url: '/v1/plans/%ff' }, 400, 'malformed-url'],
  ['an id that is too long', { url: `/v1/plans/${'a'.repeat(101)}` }, 414, 'url-too-long'],
  ['an id that cannot be one', { url: '/v1/plans/..%2f..%2fetc' }, 400, 'invalid-request', '/planId'],
  ['an unknown route', { url: '/v2/4711-Jane-Doe' }, 404, 'route-not-found'],
  ['an unknown route with a body', { ...post({}), url: '/v1/nothing' }, 404, 'route-not-found'],
  ['a plan that is not held', { url: '/v1/plans/no-such-plan' }, 404, 'not-held'],
  ['a policy that is not held', { url: '/v1/policies/no-such-policy' }, 404, 'not-held'],
  ['versions of a policy that is not held', { url: '/v1/policies/no-such-policy/versions' }, 404, 'not-held'],
  ['a version that is not held', { url: '/v1/policies/a57755/versions/nope' }, 404, 'not-held'],
  ['a payer that is not held', { url: '/v1/payers/constructor' }, 404, 'not-held'],
  ['GET where POST is taken', { url: checks }, 405, 'method-not-allowed'],
  ['DELETE where GET is taken', { method: 'DELETE', url: '/v1/plans' }, 405, 'method-not-allowed'],
  [
    'PUT with a form where POST is taken',
    { ...post('a=1', { 'content-type': 'application/x-www-form-urlencoded' }), method: 'PUT' },
    415,
    'unsupported-media-type',
  ],
  ['an unknown parameter', { url: '/v1/plans?pagesize=3' }, 400, 'invalid-request', '', /pageSize/],
  [
    'a parameter where none is taken',
    { ...post(aCheck()), url: `${checks}?dryRun=true` },
    400,
    'invalid-request',
    '',
  ],
  ['a page size of nothing', { url: '/v1/plans?pageSize=0' }, 400, 'invalid-request', '/pageSize'],
  ['a page size of too much', { url: '/v1/plans?pageSize=100000' }, 400, 'invalid-request', '/pageSize'],
  [
    'a page size that is no number',
    { url: '/v1/plans?pageSize=many' },
    400,
    'invalid-request',
    '/pageSize',
    /must be an integer/,
  ],
  [
    'a page token that was not given out',
    { url: '/v1/plans?pageToken=nope' },
    400,
    'invalid-page-token',
    '/pageToken',
  ],
  [
    'a parameter twice',
    {
      url: '/v1/prior-authorization-requirements?planId=a&planId=b&procedureCode=J3420&dateOfService=2026-11-03',
    },
    400,
    'invalid-request',
    '/planId',
  ],
  [
    'a lookup without a date',
    { url: '/v1/prior-authorization-requirements?planId=a&procedureCode=J3420' },
    400,
    'invalid-request',
    '/dateOfService',
    /is missing/,
  ],
  [
    'a lookup on 30 February',
    { url: '/v1/prior-authorization-requirements?planId=a&procedureCode=J3420&dateOfService=2026-02-30' },
    400,
    'invalid-request',
    '/dateOfService',
  ],
  ...[
    ...[
      'authorization-checks',
      'medical-necessity-checks',
      'frequency-checks',
      'authorization-checks/batch',
    ].map((route): InjectOptions => ({
      method: 'POST',
      url: `/v1/${route}?view=brief`,
      headers: json,
      payload: route.endsWith('batch') ? [aCheck()] : aCheck(),
    })),
    {
      url: '/v1/prior-authorization-requirements?planId=a&procedureCode=J3420&dateOfService=2026-11-03&view=brief',
    },
    {
      method: 'POST' as const,
      url: '/v1/prior-authorization-requirements?view=brief',
      payload: { planId: 'a', procedureCode: 'J3420', dateOfService: '2026-11-03' },
    },
    { url: '/v1/determinations/det_01a20d98c29c7478aa689b7deffb1ea2?view=brief' },
  ].map((request): Row => [
    `an unknown view of ${request.method ?? 'GET'} ${String(request.url).replace(/\?.*/, '')}`,
    request,
    400,
    'invalid-request',
    '/view',
    /summary.*full/,
  ]),
  [
    'a view twice',
    { ...post(aCheck()), url: `${checks}?view=full&view=summary` },
    400,
    'invalid-request',
    '/view',
  ],
  [
    'the same line number twice',
    post({ ...aCheck(), serviceLines: [aCheck().serviceLines[0], aCheck().serviceLines[0]] }),
    422,
    'contradictory-request',
    '/serviceLines/1/lineNumber',
  ],
  [
    'a pointer to no diagnosis',
    withLine({ diagnosisPointers: [2] }),
    422,
    'contradictory-request',
    '/serviceLines/0/diagnosisPointers/0',
  ],
  [
    'a service that ends before it begins',
    withLine({ dateOfServiceEnd: '2026-11-02' }),
    422,
    'contradictory-request',
    '/serviceLines/0/dateOfServiceEnd',
  ],
]

for (const [title, request, status, code, pointer, words] of rows) {
  t.test(`${title}: ${status} ${code}`, async (t) => {
    const response = await app.inject(request)
    const problem = response.json<Problem>()
    t.equal(response.statusCode, status)
    t.match(response.headers['content-type'], /^application\/problem\+json/)
    t.match(problem, {
      code,
      status,
      type: `urn:precert:problem:${code}`,
      requestId: response.headers['x-request-id'],
      retryable: false,
    })
    if (pointer !== undefined) t.equal(problem.errors[0]?.pointer, pointer)
    if (words !== undefined) t.match(problem.detail, words)
    t.ok(problem.errors.length <= 50, 'bounded')
    t.notMatch(response.body, /Jane|4711-|no-such|%2f|%zz/, 'repeats nothing of what was sent')
  })
}

t.test('405 says what the route takes', async (t) => {
  t.equal((await app.inject({ url: checks })).headers.allow, 'POST')
  t.equal((await app.inject({ method: 'PATCH', url: '/v1/plans/x' })).headers.allow, 'GET, HEAD')
})

t.test('a tab or line break may stand in free text, and UTF-8 may be announced', async (t) => {
  const response = await app.inject({
    ...post(JSON.stringify(aCheck(), null, '\t'), { 'content-type': 'application/json; charset=UTF-8' }),
  })
  t.equal(response.statusCode, 200)
})

t.test('a content type does not matter where nothing is sent', async (t) => {
  t.equal((await app.inject({ url: '/v1/plans', headers: { 'content-type': 'text/plain' } })).statusCode, 200)
})

t.test('a value of a patient never comes back in an error', async (t) => {
  const response = await app.inject(post({ ...aCheck(), patient: { ageYears: 'Jane Doe 1950' } }))
  t.equal(response.statusCode, 400)
  t.notMatch(response.body, /Jane/)
})

t.test('every fault of a body is told at once, the first one in front', async (t) => {
  const { diagnosisCodes: _none, ...withoutDiagnoses } = aCheck()
  const answer = await app.inject(
    post({
      ...withoutDiagnoses,
      claimTpye: 'professional',
      serviceLines: [{ ...aCheck().serviceLines[0], units: 'one', dateOfService: '2026-13-01' }],
      patient: { ageYears: -1, sex: 'f' },
    }),
  )
  const { errors = [] } = answer.json<Problem>()
  t.equal(answer.statusCode, 400)
  t.strictSame(errors.map(({ pointer, code }) => `${pointer} ${code}`).sort(), [
    ' unknown-field',
    '/patient/ageYears too-small',
    '/patient/sex value-not-allowed',
    '/serviceLines/0/dateOfService wrong-format',
    '/serviceLines/0/units wrong-type',
  ])
  t.equal(answer.json<Problem>().detail, errors[0]?.detail)
})

t.test('at most fifty faults are told, and a text too long for its field stops at the first', async (t) => {
  const lines = Array.from({ length: 80 }, () => ({ ...aCheck().serviceLines[0], units: 'one' }))
  const many = await app.inject(post({ ...aCheck(), serviceLines: lines }))
  t.equal(many.json<Problem>().errors?.length, 50)
  const long = await app.inject(
    post({ ...aCheck(), claimTpye: 'x', documentation: [{ item: 'a'.repeat(5_000), present: 'yes' }] }),
  )
  t.equal(long.json<Problem>().errors?.length, 1)
})
