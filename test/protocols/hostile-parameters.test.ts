// Each query and path parameter of each operation, with values that nobody should send: never a 5xx, and always a problem or a good answer.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { starterContent } from '../../scripts/app-on-packs.js'
import type { Database } from '../../src/store/database/database.js'
import { migrate } from '../../src/store/database/migrate.js'
import { openServer } from '../../src/store/database/server.js'
import { openMigratedMemory } from '../support/embedded.js'
import { recordedService, type Recorded } from '../support/recorded.js'
import { aCheck } from './requests.js'

interface Operation {
  readonly method: string
  readonly path: string
  readonly body: unknown
  readonly parameters: ReadonlyArray<{
    readonly name: string
    readonly in: string
    readonly example?: unknown
  }>
}

const unseen = ['%00', 'a%00b', '%0A', 'a%0D%0Ab', '%1B', '%7F', '%C2%85']
const instants = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '0000-01-01T00:00:00%2B23:59',
  '9999-12-31T23:59:59Z',
  '9999-12-31T23:59:59-23:59',
  '%2B275760-09-13T00:00:00Z',
  '-271821-04-20T00:00:00Z',
  '2016-12-31T23:59:60Z',
  '2026-02-30T00:00:00Z',
  '2026-03-03T00:00:00%2B99:99',
  '2026-03-03T25:00:00Z',
]
const ofAllF = [
  'f'.repeat(32),
  `det_${'f'.repeat(32)}`,
  'det_ffffffffffff7fffbfffffffffffffff',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
]
const others = [
  '', '%20', '%FF', '%ED%A0%80', '%F0%9F%92%89', 'x'.repeat(99), 'x'.repeat(5_000), '..%2F..', "'--", '__proto__', 'constructor',
  '2026-03-03T24:00:00Z', '0000-01-01', '0001-01-01', '9999-12-31', '2023-02-29', '-1', '0', '1e400', 'NaN', 'Infinity', '1.5',
  '9007199254740993', '999999999999999', '99999999999999999999', 'true', 'null', '%7B%7D', 'W10', 'bnVsbA', 'eyJhIjoxfQ',
] // prettier-ignore

const document = JSON.parse(
  await readFile(new URL('../../openapi/openapi.json', import.meta.url), 'utf8'),
) as { paths: Record<string, Record<string, Omit<Operation, 'method' | 'path' | 'body'>>> }
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { parameters = [] }]): Operation => ({
    method: method.toUpperCase(),
    path,
    parameters,
    body: method === 'post' && !path.endsWith('/replay') ? aCheck() : undefined,
  })),
)
const valid: Readonly<Record<string, string>> = {
  planId: 'medicare-part-b',
  procedureCode: 'J3420',
  dateOfService: '2026-11-03',
  policyId: 'a57755',
  versionId: '18',
  payerId: 'medicare',
  code: 'J3420',
}

function urlWith(operation: Operation, name: string, value: string, determinationId: string): string {
  const known = { ...valid, determinationId }
  const path = operation.path.replace(/\{(\w+)\}/g, (_, one: keyof typeof known) =>
    one === name ? value : (known[one] ?? 'x'),
  )
  const query = operation.parameters
    .filter(
      (one) =>
        one.in === 'query' &&
        (one.name === name || ['planId', 'procedureCode', 'dateOfService'].includes(one.name)),
    )
    .filter((one) => one.name === name || !operation.path.includes('determinations'))
    .map((one) => `${one.name}=${one.name === name ? value : (valid[one.name] ?? '')}`)
  return query.length === 0 ? path : `${path}?${query.join('&')}`
}

function faultIn({ statusCode, headers, json }: LightMyRequestResponse): string | undefined {
  if (statusCode >= 500) return `${statusCode} ${json<{ code: string }>().code}`
  return statusCode >= 400 && !String(headers['content-type']).startsWith('application/problem+json')
    ? `${statusCode} is no problem`
    : undefined
}

async function everyParameter(t: Test, { app }: Recorded): Promise<void> {
  const first = await app.inject({ method: 'POST', url: '/v1/authorization-checks', payload: aCheck() })
  const { determinationId } = first.json<{ determinationId: string }>()
  const [faults, asked]: [string[], Set<string>] = [[], new Set()]
  for (const operation of operations)
    for (const { name, in: part } of operation.parameters) {
      if (part !== 'query' && part !== 'path') continue
      asked.add(`${operation.method} ${operation.path} ${name}`)
      for (const value of [...unseen, ...instants, ...ofAllF, ...others]) {
        const url = urlWith(operation, name, value, determinationId)
        const answer = await app.inject({
          method: operation.method as 'GET',
          url,
          ...(operation.body === undefined ? {} : { payload: operation.body as object }),
        })
        const fault =
          faultIn(answer) ??
          (unseen.includes(value) && answer.statusCode < 400
            ? 'a character that nobody sees is taken'
            : undefined) ??
          (instants.includes(value) && ['from', 'to', 'knownAt'].includes(name) && answer.statusCode !== 400
            ? `${answer.statusCode} for an instant that there is not`
            : undefined)
        if (fault !== undefined) faults.push(`${operation.method} ${url.slice(0, 120)}: ${fault}`)
      }
    }
  t.same(faults, [])
  t.ok(asked.size > 50, `${asked.size} parameters`)
}

const forgedKeys = [
  '', 'x', 'null', '{}', '[]', '"x"', '[1,2,3]', '["now","w",1]', '["infinity","w",1]', '["2026-01-01T00:00:00.000Z","w"]',
  '["2026-01-01T00:00:00.000Z","w",1,1]', '["2026-01-01T00:00:00.000Z",7,1]', '["2026-01-01T00:00:00.000Z","\\u0000",1]',
  '["2026-01-01T00:00:00.000Z","w",1e400]', '["2026-01-01T00:00:00.000Z","w",1.5]', '["2026-01-01T00:00:00.000Z","w",-1]',
  '["2026-01-01T00:00:00.000Z","w","1"]', '["2026-01-01T00:00:00.000Z","w",9007199254740993]', '["9999-12-31T23:59:59.999Z-23:59","w",1]',
  '["0000-01-01T00:00:00.000Z","w",1]', '["+275760-09-13T00:00:00.000Z","w",1]', '["2026-02-30T00:00:00.000Z","w",1]', '["2026-01-01","w",1]',
] // prettier-ignore

async function forgedTokens(t: Test, { app }: Recorded): Promise<void> {
  for (let one = 0; one < 2; one++)
    await app.inject({ method: 'POST', url: '/v1/authorization-checks', payload: aCheck() })
  const search = async (token?: string): Promise<LightMyRequestResponse> =>
    await app.inject({
      url: `/v1/determinations?pageSize=1${token === undefined ? '' : `&pageToken=${token}`}`,
    })
  const { nextPageToken = '' } = (await search()).json<{ nextPageToken?: string }>()
  t.equal((await search(nextPageToken)).statusCode, 200, 'one that we gave is taken')
  const [filter] = JSON.parse(Buffer.from(nextPageToken, 'base64url').toString()) as [string]
  const tokenOf = (parts: unknown): string => Buffer.from(JSON.stringify(parts)).toString('base64url')
  for (const token of [
    ...forgedKeys.map((key) => tokenOf([filter, key])),
    ...[[], [filter], [filter, 1], [filter, null], [filter, 'x', 'x'], {}, null, 'x'].map(tokenOf),
    'x',
    '%00',
  ]) {
    const { statusCode, body } = await search(token)
    t.equal(statusCode, 400, `${Buffer.from(token, 'base64url').toString()}: ${body.slice(0, 80)}`)
  }
}

async function onStore(t: Test, database: Database): Promise<void> {
  const service = await recordedService(await starterContent(), { database })
  await t.test('every parameter', async (t) => await everyParameter(t, service))
  await t.test('forged page tokens', async (t) => await forgedTokens(t, service))
  await service.close()
}

await t.test('embedded', async (t) => {
  const database = await openMigratedMemory()
  await onStore(t, database)
  await database.close()
})

const { TEST_DATABASE_URL } = process.env
await t.test(
  'PostgreSQL',
  { skip: TEST_DATABASE_URL === undefined && 'TEST_DATABASE_URL is not set' },
  async (t) => {
    const admin = openServer(TEST_DATABASE_URL ?? '')
    const name = `precert_hostile_${randomBytes(6).toString('hex')}`
    await admin.query(`CREATE DATABASE ${name}`)
    const database = openServer(
      Object.assign(new URL(TEST_DATABASE_URL ?? ''), { pathname: `/${name}` }).href,
    )
    await migrate(database)
    await onStore(t, database)
    await database.close()
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.close()
  },
)
