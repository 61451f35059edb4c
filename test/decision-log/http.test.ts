// What did we answer, to whom, why, and would we say it again? Asked over HTTP, on a log that is really kept.
import t from 'tap'
import { asOwner } from '../store/emptied.js'
import { instantOf } from '../../src/decision-log/determination-id.js'
import { checkKinds, views } from '../../src/decision/explain/views.js'
import { engineVersion } from '../../src/decision/engine-version.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import { destroyDataKeys } from '../../src/store/keys/data-keys.js'
import { claim, content } from '../oracle/worked-example.js'
import { recordedService } from '../support/recorded.js'

const service = await recordedService(content)
const { app, database } = service
t.teardown(async () => {
  await service.close()
})

const ask = async (request: CheckRequest, url = '/v1/authorization-checks') =>
  await app.inject({ method: 'POST', url, payload: request })
const idOf = (body: string): string => (JSON.parse(body) as { determinationId: string }).determinationId
const read = async (id: string, query = '') => await app.inject({ url: `/v1/determinations/${id}${query}` })
const replay = async (id: string, query = '') =>
  await app.inject({ method: 'POST', url: `/v1/determinations/${id}/replay${query}` })
/** The covered codes without D51.0, from the same day on: what the publisher had meant all the time. */
const corrected: PolicyContent = {
  ...content,
  codeSets: [{ codeSetId: 'group-1', title: 'Group 1.', codes: ['D511', 'K90821', 'T50995A'] }],
}
const betweenRevisions = new Date()
await new Promise((resolve) => setTimeout(resolve, 5))

const answered = await ask(
  claim({ authorizations: [{ authorizationNumber: 'PA 12345', status: 'approved' }] }),
)
const id = idOf(answered.body)

const count = async (): Promise<number> =>
  (
    await asOwner(database).query<{ count: number }>(
      "SELECT count(*) FROM decision_log WHERE action = 'determination'",
    )
  )[0]?.count ?? -1
const payer = async (query: string) =>
  ((await app.inject({ url: `/v1/payers/medicare-part-b-payer${query}` })).json() as { name: string }).name

/** Changes the record of the first answer past every guard, as whoever owns the database could; `look` sees it. */
const tampered = async (assignment: string, look: () => Promise<void>): Promise<void> => {
  await database.transaction(
    async (tx) => {
      await tx.query("SELECT set_config('session_replication_role', 'replica', true)")
      await tx.query(
        `UPDATE decision_log SET ${assignment} WHERE determination_id = $1 AND action = 'determination'`,
        [id],
      )
    },
    { role: 'owner' },
  )
  await look()
}

t.test('an answer says that it is recorded, and is found byte for byte', async (t) => {
  t.match(answered.json(), { recorded: true, policyRevision: 1, outcome: 'proceed' })
  const found = await app.inject({ url: `/v1/determinations/${id}` })
  t.equal(found.statusCode, 200)
  t.match(found.json(), {
    determinationId: id,
    callerId: 'anonymous',
    channel: 'rest',
    requestId: answered.headers['x-request-id'],
    checkKind: 'authorization',
    policyRevision: 1,
    planId: 'medicare-part-b',
    outcome: 'proceed',
    procedureCodes: ['J3420'],
    erased: false,
    chain: { seq: 1, previousHash: '0'.repeat(64) },
    request: claim(),
  })
  t.ok(found.body.endsWith(`,"answer":${answered.body}}`), 'the very bytes that were sent')
  t.equal(found.headers['cache-control'], 'no-store')
})

t.test('each kind of check is recorded as it was answered, and replays to the same bytes', async (t) => {
  for (const kind of checkKinds)
    for (const view of views) {
      const sent = await ask(claim({}, { units: 2 }), `/v1/${kind}-checks?view=${view}`)
      const found = await read(idOf(sent.body))
      t.ok(found.body.endsWith(`,"answer":${sent.body}}`), `${kind} ${view}`)
      t.match(found.json(), { view, checkKind: kind })
      t.notOk('wordedBy' in found.json<object>(), 'these are the words that were sent')
      t.match(
        (await replay(idOf(sent.body))).json(),
        {
          identical: true,
          sameBytes: true,
          differences: [],
          recorded: { policyRevision: 1 },
          replayed: { policyRevision: 1 },
        },
        `${kind} ${view}`,
      )
    }
})

t.test('a request that cannot be answered, and a lookup, are not recorded', async (t) => {
  const before = await count()
  t.equal((await ask({ ...claim(), serviceLines: [] })).statusCode, 400)
  t.equal((await ask(claim({ diagnosisCodes: ['D51.0'] }, { diagnosisPointers: [4] }))).statusCode, 422)
  const lookup = await app.inject({
    url: '/v1/prior-authorization-requirements?planId=medicare-part-b&procedureCode=J3420&dateOfService=2026-11-03&state=FL',
  })
  t.equal(lookup.statusCode, 200)
  t.notOk('determinationId' in (lookup.json() as object), 'a lookup has no id')
  t.equal(await count(), before)
})

t.test('determinations are searched, newest first, page by page', async (t) => {
  const denied = idOf((await ask(claim({ diagnosisCodes: ['E44.0'] }))).body)
  const search = async (query: string) =>
    (await app.inject({ url: `/v1/determinations?${query}` })).json() as {
      determinations: Array<{ determinationId: string; outcome: string }>
      nextPageToken?: string
    }
  t.strictSame(
    (await search('outcome=expect-denial&reasonCode=diagnosis-not-listed')).determinations.map(
      (one) => one.determinationId,
    ),
    [denied],
  )
  t.strictSame(
    (await search('authorizationNumber=PA%2012345')).determinations.map((one) => one.determinationId),
    [id],
    'a reference is found by its mark',
  )
  for (const nothing of [
    'procedureCode=J3425',
    'planId=another-plan',
    'callerId=key:nobody',
    `to=${betweenRevisions.toISOString()}`,
    'from=2100-01-01T00:00:00Z',
  ])
    t.strictSame((await search(nothing)).determinations, [], nothing)
  const all = (await search('procedureCode=j3420')).determinations.map((one) => one.determinationId)
  t.strictSame([all[0], all.at(-1)], [denied, id])
  const paged: string[] = []
  for (let token = ''; ;) {
    const page = await search(`procedureCode=j3420&pageSize=2${token === '' ? '' : `&pageToken=${token}`}`)
    paged.push(...page.determinations.map((one) => one.determinationId))
    if (page.nextPageToken === undefined) break
    token = page.nextPageToken
  }
  t.strictSame(paged, all)
  t.equal(
    (await app.inject({ url: '/v1/determinations?from=2026-02-30T00:00:00Z' })).statusCode,
    400,
    'an instant that does not exist',
  )
  t.equal((await app.inject({ url: '/v1/determinations?pageToken=abc' })).statusCode, 400)
})

t.test('an id that is not ours, of nobody or of a wrong form', async (t) => {
  const unknown = 'det_01a20d98c29c7478aa689b7deffb1ea2'
  for (const [url, method] of [
    [`/v1/determinations/${unknown}`, 'GET'],
    [`/v1/determinations/${unknown}/replay`, 'POST'],
    [`/v1/determinations/${'det_'.padEnd(36, '0')}`, 'GET'],
  ] as const) {
    t.match(
      await app
        .inject({ url, method })
        .then((answer) => [answer.statusCode, (answer.json() as { code: string }).code]),
      [404, 'not-held'],
    )
  }
  t.equal((await app.inject({ url: '/v1/determinations/1' })).statusCode, 400)
})

t.test('a determination in another view is what the check would have sent in that view', async (t) => {
  const requests = [claim({ reference: 'appt-1' }, { units: 2 }), claim({ diagnosisCodes: ['E44.0'] })]
  for (const kind of checkKinds)
    for (const view of views)
      for (const request of requests) {
        const [other = 'full'] = views.filter((one) => one !== view)
        const [sent, wanted] = await Promise.all(
          [view, other].map(async (one) => await ask(request, `/v1/${kind}-checks?view=${one}`)),
        )
        if (sent === undefined || wanted === undefined) return t.fail('not answered')
        const about = `${kind}, sent as ${view}`
        const same = await read(idOf(sent.body), `?view=${view}`)
        t.ok(same.body.endsWith(`,"answer":${sent.body}}`), about)
        t.notOk('wordedBy' in same.json<object>(), `${about}: the view that was sent`)
        const found = await read(idOf(sent.body), `?view=${other}`)
        const { answer: _sent, view: _view, ...head } = same.json<{ answer: object; view: string }>()
        const { answer, ...otherHead } = found.json<{ answer: object }>()
        t.strictSame(otherHead, { ...head, view: other, wordedBy: engineVersion }, about)
        const words = wanted.body.replaceAll(idOf(wanted.body), idOf(sent.body))
        t.ok(found.body.endsWith(`,"answer":${words}}`), about)
        t.strictSame(answer, JSON.parse(words), about)
        t.ok(
          (await read(idOf(sent.body))).body.endsWith(`,"answer":${sent.body}}`),
          `${about}: without a view it is what was sent`,
        )
      }
  t.equal((await read(id, '?view=brief')).statusCode, 400)
})

t.test('details lead to the answer that was given', async (t) => {
  for (const kind of checkKinds) {
    const sent = (await ask(claim(), `/v1/${kind}-checks`)).json<{
      determinationId: string
      details: string
    }>()
    t.equal(sent.details, `/v1/determinations/${sent.determinationId}`)
    t.strictSame((await app.inject({ url: sent.details })).json<{ answer: object }>().answer, sent)
  }
})

t.test(
  'a reference is echoed; a determination is found by it, of which the log has the HMAC alone',
  async (t) => {
    const reference = 'appt 4711/a'
    const found = async (query: string) =>
      (await app.inject({ url: `/v1/determinations?${query}` }))
        .json<{ determinations: Array<{ determinationId: string }> }>()
        .determinations.map((one) => one.determinationId)
    const ids: string[] = []
    for (const kind of checkKinds)
      for (const view of views) {
        const sent = await ask(claim({ reference }), `/v1/${kind}-checks?view=${view}`)
        t.match(sent.json(), { reference }, `${kind} ${view}`)
        ids.unshift(idOf(sent.body))
      }
    t.notOk('reference' in answered.json<object>(), 'a request without one has none')
    const asked = `reference=${encodeURIComponent(reference)}`
    t.strictSame(await found(asked), ids)
    t.strictSame(await found('reference=appt%204711/b'), [])
    t.strictSame(
      await found(`reference=${encodeURIComponent(reference.toUpperCase())}`),
      [],
      'as it was sent',
    )
    const both = claim({
      reference,
      authorizations: [{ authorizationNumber: 'PA 777', status: 'approved' }],
    })
    const last = idOf((await ask(both)).body)
    t.strictSame(await found(`${asked}&authorizationNumber=PA%20777`), [last], 'both of them')
    t.strictSame(await found(`${asked}&authorizationNumber=PA%2012345`), [], 'not either of them')
    const rows = await asOwner(database).query<{ row: string; marks: string[]; keyId: string }>(
      'SELECT t::text AS row, reference_marks AS marks, key_id AS "keyId" FROM decision_log AS t ORDER BY seq',
    )
    const { current } = await service.seals.of('public')
    t.equal(
      rows.filter(({ marks }) => marks.includes(current.mark('reference', reference))).length,
      ids.length + 1,
    )
    const hex = Buffer.from(reference).toString('hex')
    t.notOk(
      rows.some(({ row }) => row.includes(reference) || row.includes(hex)),
      'neither an answer nor a search leaves it in clear text',
    )
  },
)

t.test(
  'after a retroactive correction the old answer is still the old one, and the change is named',
  async (t) => {
    await service.publish({
      ...content,
      payers: content.payers.map((payer) => ({ ...payer, name: 'Another name' })),
    })
    await service.publish(corrected)
    t.match(
      (await replay(id)).json(),
      { identical: true, replayed: { policyRevision: 1 } },
      'under the policy of the record',
    )
    const now = (await replay(id, '?knownAt=current')).json() as { differences: Array<{ pointer: string }> }
    t.match(
      now,
      {
        identical: false,
        cause: 'policy-revision',
        changedAtRevision: 3,
        recorded: { policyRevision: 1 },
        replayed: { policyRevision: 3 },
      },
      'the second revision changed nothing that this answer says',
    )
    t.ok(now.differences.some(({ pointer }) => pointer === '/outcome'))
    t.strictSame((await replay(id, '?knownAt=2')).json(), {
      determinationId: id,
      identical: true,
      recorded: { at: instantOf(id), engineVersion, policyRevision: 1 },
      replayed: { engineVersion, policyRevision: 2 },
      differences: [],
    })
    t.match((await replay(id, '?knownAt=99')).json(), { code: 'revision-not-held' })
    const later = (await replay(idOf((await ask(claim())).body), '?knownAt=1')).json() as object
    t.match(later, { identical: false, cause: 'policy-revision', replayed: { policyRevision: 1 } })
    t.notOk('changedAtRevision' in later, 'under an earlier policy no later revision made the change')
  },
)

t.test('knownAt: a check and a lookup as policy was known then', async (t) => {
  const [first] = await asOwner(database).query<{ at: string }>(
    'SELECT created_at AS at FROM policy_revision WHERE revision = 2',
  )
  const justBefore = new Date(Date.parse(first?.at ?? '') - 1).toISOString()
  const outcomes = []
  for (const query of ['', '?knownAt=1', '?knownAt=3', `?knownAt=${justBefore}`]) {
    const body = (await ask(claim(), `/v1/authorization-checks${query}`)).json() as {
      outcome: string
      policyRevision: number
    }
    outcomes.push([body.outcome, body.policyRevision])
  }
  t.strictSame(outcomes, [
    ['expect-denial', 3],
    ['proceed', 1],
    ['expect-denial', 3],
    ['proceed', 1],
  ])
  t.strictSame(
    [await payer(''), await payer('?knownAt=2'), await payer('?knownAt=1')],
    ['A payer', 'Another name', 'A payer'],
  )
  for (const [query, status] of [
    ['?knownAt=99', 404],
    ['?knownAt=0', 400],
    ['?knownAt=2026-01-01', 400],
    ['?knownAt=2026-02-30T00:00:00Z', 400],
    ['?knownAt=1999-01-01T00:00:00Z', 404],
  ] as const) {
    t.equal((await ask(claim(), `/v1/authorization-checks${query}`)).statusCode, status, query)
  }
})

t.test('a record that was altered, and an answer of another engine, are told apart', async (t) => {
  await tampered("engine_version = '0.0.9'", async () => {
    t.match(
      (await replay(id)).json(),
      { identical: true, recorded: { engineVersion: '0.0.9' } },
      'another engine that decides the same',
    )
    t.notOk('sameBytes' in (await replay(id)).json<object>(), 'whose words are not compared')
    t.match(
      (await read(id, '?view=full')).json(),
      { engineVersion: '0.0.9', view: 'full', wordedBy: engineVersion },
      'the engine of now words what another decided alike',
    )
  })
  await tampered(`policy_revision = 3, engine_version = '${engineVersion}'`, async () => {
    t.match((await replay(id)).json(), { identical: false, cause: 'unexplained' })
    const other = await read(id, '?view=full')
    t.match([other.statusCode, other.json()], [409, { code: 'view-not-available', retryable: false }])
    for (const query of ['', '?view=summary'])
      t.ok((await read(id, query)).body.endsWith(`,"answer":${answered.body}}`), 'as it was sent it is there')
  })
  await tampered("engine_version = '0.0.9'", async () => {
    t.match((await replay(id)).json(), {
      identical: false,
      cause: 'engine-version',
      recorded: { engineVersion: '0.0.9' },
      replayed: { engineVersion },
    })
  })
  await tampered('policy_revision = 99', async () => {
    t.match((await read(id, '?view=full')).json(), { code: 'view-not-available' }, 'no such revision')
  })
  await tampered(
    `policy_revision = 1, engine_version = '${engineVersion}', check_kind = 'of-another-program'`,
    async () => {
      t.match(
        (await replay(id)).json(),
        { identical: false, cause: 'unexplained', differences: [] },
        'a kind of check that nobody can answer again',
      )
      t.match((await read(id, '?view=full')).json(), { code: 'view-not-available' })
    },
  )
})

t.test('reading, searching and replaying are recorded themselves, before they are answered', async (t) => {
  const rows = await asOwner(database).query<{ action: string; about: string | null }>(
    "SELECT action, determination_id AS about FROM decision_log WHERE action <> 'determination' ORDER BY seq",
  )
  t.ok(rows.some(({ action, about }) => action === 'reading' && about === id))
  t.ok(
    rows.some(({ action, about }) => action === 'reading' && about === null),
    'a search',
  )
  t.ok(rows.filter(({ action, about }) => action === 'replay' && about === id).length >= 4)
})

t.test('when the key of a tenant is destroyed only the heading is left', async (t) => {
  t.equal(await destroyDataKeys(database, 'public'), 1)
  const later = await recordedService(corrected, { database })
  t.teardown(async () => {
    await later.close()
  })
  const found = (await later.app.inject({ url: `/v1/determinations/${id}` })).json() as object
  t.match(found, { determinationId: id, outcome: 'proceed', erased: true })
  t.notOk('request' in found || 'answer' in found || 'view' in found)
  t.strictSame(
    (await later.app.inject({ url: `/v1/determinations/${id}?view=full` })).json(),
    found,
    'in whichever view',
  )
  const again = await later.app.inject({ method: 'POST', url: `/v1/determinations/${id}/replay` })
  t.match([again.statusCode, again.json()], [410, { code: 'determination-erased', retryable: false }])
  t.match(
    (await later.app.inject({ method: 'POST', url: '/v1/authorization-checks', payload: claim() })).json(),
    { recorded: true },
    'and it goes on under a new key',
  )
})
