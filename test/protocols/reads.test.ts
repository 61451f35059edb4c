import t, { type Test } from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { conformance } from './conformance.js'

const { app, snapshot } = await appOnPacks(() => '1')
t.teardown(() => app.close())
const faults = conformance(app)
const content = snapshot.current()?.content
if (content === undefined) throw new Error('no content')

async function read(
  t: Pick<Test, 'equal' | 'same'>,
  url: string,
  path: string,
): Promise<Record<string, unknown>> {
  const answer = await app.inject({ url })
  t.equal(answer.statusCode, 200, url)
  t.same(faults('GET', path, answer), [], `${url} has the documented shape`)
  return answer.json()
}

/** Every item of a list, walked page by page. */
async function walk(url: string, items: string): Promise<Record<string, string>[]> {
  const found: Record<string, string>[] = []
  let token: string | undefined
  do {
    const page: Record<string, unknown> = (
      await app.inject({ url: `${url}${token === undefined ? '' : `&pageToken=${token}`}` })
    ).json()
    found.push(...(page[items] as Record<string, string>[]))
    token = page.nextPageToken as string | undefined
  } while (token !== undefined)
  return found
}

t.test('a walk over pages meets everything once, in order, whatever the page size', async (t) => {
  for (const size of [1, 2, 3, 200]) {
    t.same(
      (await walk(`/v1/policies?pageSize=${size}`, 'policies')).map((one) => one.policyId),
      [...content.policies].map((one) => one.policyId).sort(),
    )
    t.same(
      (await walk(`/v1/plans?pageSize=${size}`, 'plans')).map((one) => one.planId),
      content.plans.map((one) => one.planId).sort(),
    )
    t.same(
      (await walk(`/v1/payers?pageSize=${size}`, 'payers')).map((one) => one.payerId),
      content.payers.map((one) => one.payerId).sort(),
    )
    for (const { policyId, versions } of content.policies) {
      t.same(
        (await walk(`/v1/policies/${policyId}/versions?pageSize=${size}`, 'versions')).map(
          (one) => one.versionId,
        ),
        [...versions].sort((a, b) => (a.from < b.from ? -1 : 1)).map((one) => one.versionId),
      )
    }
  }
})

t.test('a page token belongs to its query', async (t) => {
  const first = (await app.inject({ url: '/v1/policies?pageSize=1' })).json<{ nextPageToken: string }>()
  t.equal(
    (await app.inject({ url: `/v1/policies?pageSize=2&pageToken=${first.nextPageToken}` })).statusCode,
    200,
    'the page size may change',
  )
  t.equal(
    (await app.inject({ url: `/v1/policies?pageSize=1&q=b12&pageToken=${first.nextPageToken}` })).statusCode,
    400,
  )
  t.equal(
    (await app.inject({ url: `/v1/plans?pageSize=1&q=x&pageToken=${first.nextPageToken}` })).statusCode,
    400,
  )
  for (const token of ['W10', 'bnVsbA', 'eyJhIjoxfQ', '_', '%00'])
    t.equal((await app.inject({ url: `/v1/policies?pageToken=${token}` })).statusCode, 400, token)
})

t.test('policies are found by code, state, set and words', async (t) => {
  const ids = async (query: string) =>
    (await walk(`/v1/policies?pageSize=200&${query}`, 'policies')).map((one) => one.policyId)
  t.ok((await ids('procedureCode=j3420')).includes('a57755'))
  t.notOk((await ids('procedureCode=99213')).includes('a57755'))
  t.ok((await ids('state=fl')).includes('a57755'))
  t.notOk((await ids('state=GA')).includes('a57755'), 'its jurisdiction is another')
  t.ok((await ids('state=GA')).includes('benefit-policy-manual-b12'), 'no jurisdiction is everywhere')
  t.same(await ids('q=VITAMIN%20a57755'), ['a57755'])
  t.same(await ids('q=no-such-words'), [])
  t.ok(
    (await walk('/v1/policies?pageSize=200&policySetId=cms-mcd', 'policies')).every(
      (one) => one.policySetId === 'cms-mcd',
    ),
  )
})

t.test('a policy, its versions and the rules of one version', async (t) => {
  const policy = await read(t, '/v1/policies/a57755', '/v1/policies/{policyId}')
  t.match(policy, { policyId: 'a57755', versions: [{ versionId: '18', from: '2024-04-01' }] })
  const version = await read(
    t,
    '/v1/policies/a57755/versions/18',
    '/v1/policies/{policyId}/versions/{versionId}',
  )
  t.match(version, { versionId: '18', rules: [{ ruleId: String }] })
  const sets = version.codeSets as { codes: string[] }[]
  t.ok(
    sets.some((set) => set.codes.includes('D510')),
    'the code sets that it names come with it',
  )
  for (const { policyId, versions } of content.policies) {
    for (const { versionId } of versions)
      await read(
        t,
        `/v1/policies/${policyId}/versions/${versionId}`,
        '/v1/policies/{policyId}/versions/{versionId}',
      )
  }
})

const plansFor = async (q: string) =>
  (await walk(`/v1/plans?q=${encodeURIComponent(q)}`, 'plans')).map((one) => one.planId)

t.test('a plan is found by what stands on its card, by its id, and by an X12 payer id', async (t) => {
  t.ok((await plansFor('Medicare Medical (Part B)')).includes('medicare-part-b'))
  t.ok((await plansFor('part-b medicare')).includes('medicare-part-b'))
  for (const plan of content.plans) {
    t.ok((await plansFor(plan.planId)).includes(plan.planId))
    for (const name of [plan.name, ...(plan.cardNames ?? []), ...(plan.x12PayerIds ?? [])])
      t.ok((await plansFor(name)).includes(plan.planId), name)
  }
})

t.test('a payer comes with its plans, a plan with the name of its payer', async (t) => {
  t.match(await read(t, '/v1/payers/medicare', '/v1/payers/{payerId}'), {
    payerId: 'medicare',
    plans: [{ planId: 'medicare-part-a' }],
  })
  t.match(await read(t, '/v1/plans/medicare-part-b', '/v1/plans/{planId}'), {
    planId: 'medicare-part-b',
    payerName: /Medicare/,
  })
})

t.test('a code: its rows, its status on a date, what a header may stand for, who names it', async (t) => {
  t.match(await read(t, '/v1/procedures/j3420?dateOfService=2026-11-03', '/v1/procedures/{code}'), {
    code: 'J3420',
    onDateOfService: { status: 'valid' },
    rows: [{ dosePerUnit: { value: 1000 } }],
    policies: [{ policyId: String }],
  })
  t.match(await read(t, '/v1/diagnoses/d51.0', '/v1/diagnoses/{code}'), {
    code: 'D51.0',
    rows: [{ code: 'D51.0', billable: true }],
    billableDescendants: [],
  })
  t.match(await read(t, '/v1/diagnoses/d51', '/v1/diagnoses/{code}'), {
    code: 'D51',
    rows: [{ code: 'D51' }],
    billableDescendants: [{ code: 'D51.0' }],
  })
  const header = await read(t, '/v1/diagnoses/D51?dateOfService=2026-11-03', '/v1/diagnoses/{code}')
  t.match(header, { onDateOfService: { status: 'invalid', reasonCode: 'header-code' } })
  t.same(
    (header.billableDescendants as { code: string }[]).map((row) => row.code),
    ['D51.0', 'D51.1', 'D51.2', 'D51.3', 'D51.8', 'D51.9'],
  )
  const named = (await read(t, '/v1/diagnoses/D510', '/v1/diagnoses/{code}')).policies as {
    policyId: string
  }[]
  t.ok(named.some((policy) => policy.policyId === 'a57755'))
  t.match(
    await read(t, '/v1/diagnoses/Q99.99', '/v1/diagnoses/{code}'),
    { rows: [] },
    'a code that is not held is an answer',
  )
})

t.test('the quick lookup gives what a check gives', async (t) => {
  const lookup = await read(
    t,
    '/v1/prior-authorization-requirements?planId=medicare-part-b&procedureCode=J3420&dateOfService=2026-11-03&state=FL&claimType=professional&diagnosisCode=D51.0&diagnosisCode=E53.8&units=1&placeOfService=11&view=full',
    '/v1/prior-authorization-requirements',
  )
  const check = (
    await app.inject({
      method: 'POST',
      url: '/v1/authorization-checks?view=full',
      payload: {
        coverage: { planId: 'medicare-part-b', state: 'FL' },
        claimType: 'professional',
        diagnosisCodes: ['D51.0', 'E53.8'],
        serviceLines: [
          {
            lineNumber: 1,
            procedureCode: 'J3420',
            dateOfService: '2026-11-03',
            units: 1,
            placeOfService: '11',
            diagnosisPointers: [1, 2],
          },
        ],
      },
    })
  ).json()
  t.same(lookup.priorAuthorization, check.lines[0].priorAuthorization)
  t.match(
    await read(
      t,
      '/v1/prior-authorization-requirements?planId=nobody&procedureCode=J3420&dateOfService=2026-11-03',
      '/v1/prior-authorization-requirements',
    ),
    { priorAuthorization: { requirement: 'indeterminate', reasonCode: 'plan-not-held' } },
  )
})

t.test('the quick lookup by a body answers the bytes of the one by a query string', async (t) => {
  const path = '/v1/prior-authorization-requirements'
  const questions: ReadonlyArray<Record<string, string | number | string[]>> = [
    { planId: 'medicare-part-b', procedureCode: 'J3420', dateOfService: '2026-11-03', state: 'FL' },
    {
      payerId: 'aetna',
      procedureCode: 'J3420',
      dateOfService: '2026-11-03',
      claimType: 'professional',
      placeOfService: '11',
      diagnosisCode: ['D51.0', 'E53.8'],
      units: 2,
      modifier: ['25', 'JZ'],
      networkStatus: 'in-network',
      planYearStartMonth: 7,
    },
    { planId: 'nobody', procedureCode: 'J3420', dateOfService: '2026-11-03' },
    { planId: 'medicare-part-b', procedureCode: 'J3420', dateOfService: '2026-11-03', state: 'ZQ' },
  ]
  for (const question of questions) {
    for (const more of ['', 'knownAt=1', 'view=summary', 'view=full', 'knownAt=1&view=full']) {
      const query = new URLSearchParams(
        Object.entries(question).flatMap(([name, value]) =>
          [value].flat().map((one): [string, string] => [name, String(one)]),
        ),
      )
      const asked = await app.inject({ url: `${path}?${query}&${more}` })
      const posted = await app.inject({ method: 'POST', url: `${path}?${more}`, payload: question })
      t.equal(posted.statusCode, asked.statusCode)
      t.equal(posted.headers['cache-control'], 'no-store')
      if (asked.statusCode === 200) t.equal(posted.body, asked.body, JSON.stringify(question))
      else {
        t.match(asked.json(), { code: 'contradictory-request', errors: [{ in: 'query', pointer: '/state' }] })
        t.match(posted.json(), { code: 'contradictory-request', errors: [{ in: 'body', pointer: '/state' }] })
      }
    }
  }
  t.match(
    (await app.inject({ method: 'POST', url: path, payload: { ...questions[0], units: '1' } })).json(),
    { code: 'invalid-request', errors: [{ in: 'body', pointer: '/units' }] },
    'a body is taken as it is sent',
  )
})

t.test('reads of policy carry an ETag and answer 304 to it', async (t) => {
  for (const url of [
    '/v1/policies',
    '/v1/policies/a57755',
    '/v1/policies/a57755/versions',
    '/v1/policies/a57755/versions/18',
    '/v1/payers',
    '/v1/payers/medicare',
    '/v1/plans',
    '/v1/plans/medicare-part-b',
    '/v1/procedures/J3420',
    '/v1/diagnoses/D510',
  ]) {
    const first = await app.inject({ url })
    const etag = String(first.headers.etag)
    t.match(etag, /^W\/"1-[\w-]{16}"$/, url)
    for (const sent of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const again = await app.inject({ url, headers: { 'if-none-match': sent } })
      t.match(again, { statusCode: 304, body: '', headers: { etag } }, sent)
    }
    t.equal((await app.inject({ url, headers: { 'if-none-match': 'W/"1-another"' } })).statusCode, 200)
  }
  const [one, other] = [await app.inject({ url: '/v1/plans' }), await app.inject({ url: '/v1/payers' })]
  t.not(one.headers.etag, other.headers.etag)
})

t.test('a determination is not to be stored, by anybody', async (t) => {
  const answer = await app.inject({
    url: '/v1/prior-authorization-requirements?planId=x&procedureCode=J3420&dateOfService=2026-11-03',
  })
  t.equal(answer.headers['cache-control'], 'no-store')
  t.equal(answer.headers.etag, undefined)
})
