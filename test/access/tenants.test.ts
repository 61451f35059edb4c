// Tenants never meet: every route that the application registers, asked by each of two tenants with the ids of the other, and with ids that
// nobody has. The answers are the same bytes. Then the same straight in SQL, past the program.
import { randomBytes } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'
import t, { type Test } from 'tap'
import { parseKeysCommand, type KeysCommand } from '../../src/commands/keys/arguments.js'
import { manageKeys } from '../../src/commands/keys/manage-keys.js'
import { closedAccess } from '../../src/access/access.js'
import { createKeyTable } from '../../src/access/key-table.js'
import { createTokenVerifier } from '../../src/access/tokens.js'
import { createSnapshot } from '../../src/policies/loaded/snapshot.js'
import { insertKey, liveKeys } from '../../src/store/keys/api-keys.js'
import { openDatabase } from '../../src/store/database/database.js'
import { ensureLogMonths } from '../../src/store/log/decision-log.js'
import { openServer } from '../../src/store/database/server.js'
import { createTenant } from '../../src/store/tables/tenants.js'
import { publishPacks } from '../../src/store/publishing/publish.js'
import { aKey, audience, issuer, now, signer } from './credentials.js'
import { sqlFences } from './sql-fences.js'
import { openTenants, policyOf, type TwoTenants } from './two-tenants.js'
import { isShort } from '../support/short.js'

const { TEST_DATABASE_URL, CI } = process.env
const server = TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const admin = openServer(server)
const reachable =
  !isShort &&
  (await admin.query('SELECT 1').then(
    () => true,
    () => false,
  ))

const routes: RouteOptions[] = []
subscribe('fastify.initialization', (message) => {
  ;(message as { fastify: FastifyInstance }).fastify.addHook('onRoute', (route) => {
    routes.push(route)
  })
})

// Names of one length, so that an answer that repeats one is as long as any other. Nobody is no tenant.
const tenants = ['north', 'south'] as const
// As near to the names of the tenants as these are to each other: a misspelt plan is told the closest one that the caller has.
const nobody = 'nouth'
type Name = (typeof tenants)[number] | typeof nobody

async function onOwnDatabase(): Promise<void> {
  const name = `precert_tenants_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  try {
    const databaseUrl = Object.assign(new URL(server), { pathname: `/${name}` }).href
    const world = await openTenants(databaseUrl, tenants)
    try {
      const asked = await withDeterminations(world)
      await t.test('each tenant finds its own', async (t) => await ownIsFound(t, asked))
      await t.test(
        "every route x two tenants x the other's ids: no leak, and the bytes of an unknown id",
        async (t) => await everyRoute(t, asked),
      )
      await t.test(
        'nothing that a caller sends chooses a tenant',
        async (t) => await nothingChooses(t, asked),
      )
      await t.test('revisions, entity tags and what is shared', async (t) => await revisions(t, asked))
      await t.test('tenants and their keys by command', async (t) => await byCommand(t, asked))
      await t.test('a login that may only serve', async (t) => await onlyServing(t, databaseUrl))
      await sqlFences(t, { databaseUrl, tenants })
    } finally {
      await world.close()
    }
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
  }
}

interface Asked extends TwoTenants {
  readonly determinations: Readonly<Record<Name, string>>
}
interface Question {
  readonly method: string
  readonly url: string
  readonly body?: object
}
interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly body: string
}

async function ask(
  { app, keys }: TwoTenants,
  as: string,
  { method, url, body }: Question,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await app.inject({
    method: method as 'GET',
    url,
    headers: { authorization: `Bearer ${keys.get(as)}`, 'x-request-id': 'same-for-all', ...headers },
    ...(body === undefined ? {} : { payload: body }),
  })
  const { date: _date, ratelimit: _standing, ...rest } = response.headers
  return { status: response.statusCode, headers: rest, body: response.payload }
}

const check = (name: Name): object => ({
  reference: `${name}-ref`,
  coverage: { planId: `${name}-plan`, payerId: `${name}-payer`, state: 'FL' },
  claimType: 'professional',
  diagnosisCodes: ['D51.0'],
  serviceLines: [
    {
      lineNumber: 1,
      procedureCode: 'J3420',
      units: 1,
      diagnosisPointers: [1],
      dateOfService: '2026-11-03',
      placeOfService: '11',
    },
  ],
  authorizations: [
    {
      authorizationNumber: `${name}-auth`,
      status: 'approved',
      procedureCodes: ['J3420'],
      from: '2026-01-01',
      to: '2026-12-31',
    },
  ],
})

/** What a route takes: a check, many of them, a page about one line, or a course of services. */
function bodyFor(url: string, name: Name): object {
  const {
    reference: _reference,
    serviceLines: [line] = [],
    ...facts
  } = check(name) as {
    reference?: string
    serviceLines?: Array<Record<string, unknown>>
  }
  const { lineNumber: _number, dateOfService, ...service } = line ?? {}
  if (url.endsWith('/batch')) return [check(name)]
  return url.endsWith('/schedules')
    ? {
        ...facts,
        ...service,
        startOn: dateOfService,
        horizonDays: 60,
        wishedRhythm: [{ every: { months: 1 } }],
      }
    : check(name)
}

/** Each tenant has asked once; nobody's determination is an id that was never given, of the same time. */
async function withDeterminations(world: TwoTenants): Promise<Asked> {
  const given = new Map<string, string>()
  for (const name of tenants) {
    const { body } = await ask(world, name, {
      method: 'POST',
      url: '/v1/authorization-checks',
      body: check(name),
    })
    given.set(name, (JSON.parse(body) as { determinationId: string }).determinationId)
  }
  // Keys and determinations without a tenant of their own are no more for everybody.
  await ask(world, 'public', { method: 'POST', url: '/v1/authorization-checks', body: check(nobody) })
  const [north = '', south = ''] = tenants.map((name) => given.get(name))
  return { ...world, determinations: { north, south, nouth: south.replace(/.{6}$/, north.slice(-6)) } }
}

/** What a parameter of a path, a query or a body is, where it is an id of somebody. A route with another parameter is not forgotten: it fails. */
function valueOf(
  parameter: string,
  name: Name,
  { determinations, keys, snapshot }: Asked,
): string | undefined {
  const known: Record<string, string> = {
    planId: `${name}-plan`,
    payerId: `${name}-payer`,
    policyId: `${name}-policy`,
    versionId: `${name}-v1`,
    policySetId: `${name}-set`,
    determinationId: determinations[name],
    q: name,
    callerId: `key:${(keys.get(name) ?? keys.get('south')?.replace(/_\w{12}_/, '_NobodysKey12_'))?.split('_')[2]}`,
    reference: `${name}-ref`,
    authorizationNumber: `${name}-auth`,
    knownAt: String(snapshot.current(name)?.revision ?? 99_999),
    // The same for everybody: codes, places, times and pages.
    code: 'J3420',
    procedureCode: 'J3420',
    diagnosisCode: 'D510',
    dateOfService: '2026-11-03',
    state: 'FL',
    contractorNumber: '09102',
    claimType: 'professional',
    placeOfService: '11',
    units: '1',
    modifier: 'JZ',
    planYearStartMonth: '1',
    format: 'json',
    networkStatus: 'in-network',
    pageSize: '200',
    pageToken: 'x',
    from: '2026-01-01T00:00:00Z',
    to: '2036-01-01T00:00:00Z',
    outcome: 'obtain-authorization',
    reasonCode: 'listed',
    view: 'full',
    kind: 'reason',
  }
  return known[parameter]
}

interface Askable {
  readonly method: string
  readonly url: string
  readonly queries: readonly string[]
  readonly required: readonly string[]
  readonly takesBody: boolean
}

/** The routes that need a credential, with the parameters that each takes. */
function askable(): Askable[] {
  return routes
    .filter(({ config }) => config?.access !== 'public' && config?.access !== 'any-credential')
    .flatMap(({ method, url, schema }) => {
      const { properties = {}, required = [] } = (schema?.querystring ?? {}) as {
        properties?: object
        required?: string[]
      }
      return [method].flat().map((one) => ({
        method: one,
        url,
        queries: Object.keys(properties),
        required,
        takesBody: schema?.body !== undefined,
      }))
    })
}

/** All questions that a route can be asked about `name`: by its path, by each parameter of its query, by its body. */
function questionsAbout(
  name: Name,
  { method, url, queries, required, takesBody }: Askable,
  asked: Asked,
  t: Test,
): Question[] {
  const value = (parameter: string): string => {
    const found = valueOf(parameter, name, asked)
    if (found === undefined)
      t.fail(
        `${method} ${url} has a parameter ${parameter}, of which this test does not know whose it may be: teach it`,
      )
    return encodeURIComponent(found ?? '')
  }
  const path = url.replace(/:(\w+)/g, (_, parameter: string) => value(parameter))
  const needed = required.map((parameter) => `${parameter}=${value(parameter)}`)
  const body = takesBody ? { body: bodyFor(url, name) } : {}
  return [
    needed,
    ...queries
      .filter((parameter) => !required.includes(parameter))
      .map((parameter) => [...needed, `${parameter}=${value(parameter)}`]),
  ].map((query) => ({ method, url: query.length === 0 ? path : `${path}?${query.join('&')}`, ...body }))
}

/** An answer as it would be about anybody: names and ids of the one who was asked about are replaced, and what is new in every answer. */
function leveled(answer: Answer, about: Name, { determinations, keys }: Asked): string {
  return JSON.stringify(answer)
    .replaceAll(determinations[about], 'DETERMINATION')
    .replaceAll(about, 'SOMEBODY')
    .replaceAll(keys.get(about)?.split('_')[2] ?? 'NobodysKey12', 'KEY')
    .replace(/det_\w+/g, 'NEW')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT')
    .replace(/"etag":"[^"]*"/g, '"etag":""')
}

async function ownIsFound(t: Test, asked: Asked): Promise<void> {
  for (const name of tenants) {
    for (const url of [
      `/v1/payers/${name}-payer`,
      `/v1/plans/${name}-plan`,
      `/v1/policies/${name}-policy`,
      `/v1/policies/${name}-policy/versions`,
      `/v1/policies/${name}-policy/versions/${name}-v1`,
      `/v1/plans?q=${name}`,
      `/v1/determinations/${asked.determinations[name]}`,
      '/v1/determinations',
      '/v1/procedures/J3420',
      '/v1/diagnoses/D510',
    ]) {
      const { status, body } = await ask(asked, name, { method: 'GET', url })
      t.ok(
        status === 200 &&
          body.includes(url.includes('determinations') ? asked.determinations[name] : `${name}-`),
        `${name}: ${url}`,
      )
    }
    const { body } = await ask(asked, name, {
      method: 'POST',
      url: '/v1/authorization-checks?view=full',
      body: check(name),
    })
    t.ok(body.includes(`Said by ${name}.`) && body.includes(`Listed by ${name}.`), 'and is answered by it')
    t.equal(
      (await ask(asked, name, { method: 'GET', url: '/v1/plans/medicare-part-b' })).status,
      200,
      'public policy is there too',
    )
  }
}

async function everyRoute(t: Test, asked: Asked): Promise<void> {
  const all = askable()
  t.ok(all.length >= 25, `${all.length} routes and methods`)
  let [questions, leaks] = [0, 0]
  for (const route of all) {
    for (const me of tenants) {
      const other = tenants.find((name) => name !== me) ?? 'south'
      const unknown = questionsAbout(nobody, route, asked, t)
      for (const [at, question] of questionsAbout(other, route, asked, t).entries()) {
        // What is asked about nobody comes first: reading the log is recorded in it, but never found by it.
        const nothing = await ask(asked, me, unknown[at] ?? question)
        const answer = await ask(asked, me, question)
        questions++
        const [expected, got] = [leveled(nothing, nobody, asked), leveled(answer, other, asked)]
        // What was asked for may be repeated, and nothing else of the other's may be there.
        const secret = JSON.stringify(answer).replaceAll(
          new RegExp(`${other}-(plan|payer|auth|ref)`, 'g'),
          '',
        )
        const leaked =
          /(Payer|Plan|Policy|Rules|Codes|Clinic) of|Said by|Listed by/.test(secret) &&
          new RegExp(`(of|by) ${other}`).test(secret)
        if (expected !== got || leaked || nothing.status >= 500) {
          leaks++
          t.equal(got, expected, `${me} asks ${question.method} ${question.url}`)
        }
      }
    }
  }
  t.equal(leaks, 0, `${all.length} routes and methods, ${questions} questions, ${leaks} leaks`)
}

async function nothingChooses(t: Test, asked: Asked): Promise<void> {
  const url = '/v1/plans?q=plan%20of'
  for (const me of tenants) {
    const other = tenants.find((name) => name !== me) ?? 'south'
    const plain = await ask(asked, me, { method: 'GET', url })
    for (const header of [
      'tenant',
      'x-tenant',
      'x-tenant-id',
      'tenant-id',
      'app.tenant',
      'x-forwarded-tenant',
      'x-forwarded-user',
      'cookie',
      'forwarded',
      'from',
    ]) {
      t.same(
        await ask(
          asked,
          me,
          { method: 'GET', url },
          { [header]: header === 'cookie' ? `tenant=${other}` : other },
        ),
        plain,
        header,
      )
    }
    for (const parameter of ['tenant', 'tenantId', 'tenant_id']) {
      t.equal(
        (await ask(asked, me, { method: 'GET', url: `${url}&${parameter}=${other}` })).status,
        400,
        `${parameter} in a query`,
      )
      t.equal(
        (
          await ask(asked, me, {
            method: 'POST',
            url: '/v1/authorization-checks',
            body: { ...check(other), [parameter]: other },
          })
        ).status,
        400,
        `${parameter} in a body`,
      )
    }
  }
}

async function revisions(t: Test, asked: Asked): Promise<void> {
  const { database, snapshot } = asked
  const revisionOf = (name?: string): number | undefined => snapshot.current(name)?.revision
  t.same(
    [revisionOf(), revisionOf('north'), revisionOf('south'), revisionOf(nobody)],
    [1, 2, 3, undefined],
    'the greatest of its own and the public',
  )
  for (const me of tenants) {
    const other = tenants.find((name) => name !== me) ?? 'south'
    const theirs = await ask(asked, other, { method: 'GET', url: '/v1/plans' })
    const mine = await ask(
      asked,
      me,
      { method: 'GET', url: '/v1/plans' },
      { 'if-none-match': String(theirs.headers['etag']) },
    )
    t.match(
      mine,
      { status: 200, headers: { vary: /authorization/, 'cache-control': 'private, no-cache' } },
      'a tag of the other is not mine',
    )
    t.match(JSON.parse(mine.body), { policyRevision: revisionOf(me) })
  }
  await createTenant(database, { tenantId: 'quiet', name: 'Without policy' })
  t.equal(snapshot.current('quiet'), undefined, 'not before it is loaded')
  t.same(await snapshot.load(database), ['quiet'])
  t.equal(
    snapshot.current('quiet'),
    snapshot.current(),
    'who has nothing of its own has the public view itself',
  )
  const [north, shared] = [snapshot.current('north'), snapshot.current()]
  const northern = new Set(north?.content.policies)
  t.ok(
    shared !== undefined && [...shared.content.policies].every((policy) => northern.has(policy)),
    'what is public is held once',
  )
  t.equal(north?.view.codeTable('hcpcs'), shared?.view.codeTable('hcpcs'), 'and compiled once')
  t.equal(north?.view.codeTable('icd-10-cm'), shared?.view.codeTable('icd-10-cm'))
  t.equal(north?.view.policies('cms-mcd', 'J3420')[0], shared?.view.policies('cms-mcd', 'J3420')[0])
  const south = snapshot.current('south')
  await publishPacks(database, {
    tenantId: 'north',
    description: 'again',
    packs: [
      {
        packId: 'own',
        content: { ...policyOf('north'), payers: [{ payerId: 'north-payer', name: 'Renamed' }] },
      },
    ],
  })
  t.same(await snapshot.load(database), ['north'], 'only the tenant that published has another view')
  t.same([revisionOf(), revisionOf('north'), revisionOf('south')], [1, 4, 3])
  t.equal(snapshot.current('south'), south)
}

/** The docs say how a service gets a login that can change neither policy nor keys: it starts, reads, records, and no more. */
async function onlyServing(t: Test, databaseUrl: string): Promise<void> {
  const login = `precert_serving_${randomBytes(6).toString('hex')}`
  const password = randomBytes(12).toString('hex')
  await admin.query(`CREATE ROLE ${login} LOGIN PASSWORD '${password}' IN ROLE precert_app, precert_access`)
  const serving = await openDatabase({
    databaseUrl: Object.assign(new URL(databaseUrl), { username: login, password }).href,
    dataDir: '',
  })
  t.teardown(async () => {
    await serving.close()
    await admin.query(`DROP ROLE ${login}`)
  })
  const snapshot = createSnapshot()
  await snapshot.load(serving)
  t.ok(snapshot.current('north')?.view.plan('north-plan'), 'policy is read')
  t.ok((await liveKeys(serving)).length > 0, 'and keys')
  await ensureLogMonths(serving, ['2026-11-01'])
  const {
    stored: { tenantId, keyId, name, secretHash, scopes, expiresAt },
  } = aKey({ tenantId: 'north' })
  const refused = { code: '42501' }
  await t.rejects(
    insertKey(serving, { tenantId, keyId, name, secretHash, scopes, expiresAt }),
    refused,
    'no key is made',
  )
  await t.rejects(
    publishPacks(serving, {
      tenantId: 'north',
      description: '',
      packs: [{ packId: 'own', content: policyOf('south') }],
    }),
    refused,
    'no policy published',
  )
  await t.rejects(createTenant(serving, { tenantId: 'east', name: '' }), refused, 'no tenant made')
  await t.rejects(
    serving.transaction(async (tx) => await tx.script('DROP TABLE plan'), { role: 'owner' }),
    refused,
    'and nothing removed',
  )
}

async function byCommand(t: Test, { database }: Asked): Promise<void> {
  const run = async (...args: string[]) => {
    const { fields, lines } = await manageKeys(
      parseKeysCommand(args, new Date()) as Exclude<KeysCommand, { action: 'help' | 'rotate-data-key' }>,
      database,
      async () => '',
    )
    return { fields: fields as Record<string, string>, text: lines.join('\n') }
  }
  const create = ['create', '--name', 'first', '--scopes', 'checks:write', '--tenant', 'west']
  await t.rejects(
    run(...create),
    { code: 'tenant-unknown', message: /There is no tenant west/ },
    'a slip in a name makes no tenant',
  )
  t.match((await run('tenant', 'west', '--title', 'West Clinic', '--dry-run')).fields, {
    outcome: 'would-create',
  })
  await t.rejects(run('list', '--tenant', 'west'), { code: 'tenant-unknown' })
  t.match(
    (await run('tenant', 'west', '--title', 'West Clinic')).text,
    /Tenant west \(West Clinic\) is made[^]*create --tenant west/,
  )
  await t.rejects(run('tenant', 'west'), { code: 'tenant-exists' })
  t.match((await run('tenants')).text, /public .*\n[^]*west .*West Clinic/)
  t.match((await run(...create, '--dry-run', '--if-none')).fields, {
    outcome: 'would-create',
    tenantId: 'west',
  })
  const { keyId = '' } = (await run(...create, '--if-none')).fields
  t.match((await run(...create, '--if-none')).fields, { outcome: 'key-exists' })
  t.match((await run('list', '--tenant', 'west')).text, new RegExp(keyId))
  for (const other of ['public', 'north']) {
    t.notMatch(
      (await run('list', '--all', '--tenant', other)).text,
      new RegExp(keyId),
      `not among those of ${other}`,
    )
    await t.rejects(run('revoke', keyId, '--tenant', other), { message: /no key of that id/ })
  }
  t.match((await run('revoke', keyId, '--tenant', 'west')).fields, { outcome: 'revoked' })
}

t.test('a token is of the tenant that its claim names, or of none', async (t) => {
  const signing = await signer('ES256', 'one')
  const table = createKeyTable()
  table.replace([], [{ tenantId: 'public' }, { tenantId: 'north' }])
  const settings = { issuer, audience, algorithms: ['ES256'], keys: { set: { keys: [signing.jwk] } } }
  const callerOf = async (claims: Record<string, unknown>, claim?: string) => {
    const token = createTokenVerifier(
      { ...settings, ...(claim === undefined ? {} : { tenants: { claim, has: table.isTenant } }) },
      () => now,
    )
    return await closedAccess({ key: table.verify, token }).authenticate(
      `Bearer ${await signing.sign(claims)}`,
    )
  }
  t.match(await callerOf({ org: 'north' }, 'org'), { tenantId: 'north' })
  t.match(await callerOf({ 'https://precert.example/tenant': 'north' }, 'https://precert.example/tenant'), {
    tenantId: 'north',
  })
  t.match(await callerOf({ org: 'public' }, 'org'), { tenantId: 'public' })
  t.match(
    await callerOf({ org: 'north', tenantId: 'north' }),
    { tenantId: 'public' },
    'without the setting no claim is looked at',
  )
  for (const org of [undefined, null, '', 'south', 'North', 'north ', 0, true, ['north'], { north: 'north' }])
    t.equal(await callerOf({ org }, 'org'), undefined, JSON.stringify(org))
  for (const claim of ['__proto__', 'constructor', 'toString'])
    t.equal(await callerOf({ org: 'north' }, claim), undefined, claim)
  table.replace([], [{ tenantId: 'public' }, { tenantId: 'north' }, { tenantId: 'south' }])
  t.match(await callerOf({ org: 'south' }, 'org'), { tenantId: 'south' }, 'a tenant that was made since')
})

if (reachable) await onOwnDatabase()
else if (CI === 'true' || TEST_DATABASE_URL !== undefined) t.fail(`no PostgreSQL at ${new URL(server).host}`)
else t.pass('NOT RUN: none answers at 127.0.0.1:5432; set TEST_DATABASE_URL')
await admin.close()
