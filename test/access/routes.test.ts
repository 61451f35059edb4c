// Every route that the application registers, asked with every scope: a route that is added cannot be forgotten here.
import { subscribe } from 'node:diagnostics_channel'
import Fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { scopes } from '../../src/access/scopes.js'
import { useAccess } from '../../src/protocols/http/access.js'
import { createLimits } from '../../src/protocols/http/limits.js'
import { accessWith, aKey } from './credentials.js'

const routes: RouteOptions[] = []
subscribe('fastify.initialization', (message) => {
  const { fastify } = message as { fastify: FastifyInstance }
  fastify.addHook('onRoute', (route) => {
    routes.push(route)
  })
})

const byScope = scopes.map((scope) => ({ scope, ...aKey({ scopes: [scope] }) }))
const { access } = accessWith(
  byScope.map(({ stored }) => stored),
  [],
)
const { app } = await appOnPacks(() => '1', { access, limits: { failuresPerMinute: 10_000 } })
t.teardown(() => app.close())

const each = routes.flatMap(({ method, url, config }) =>
  [method].flat().map((one) => ({
    method: one as 'GET',
    url: url.replace(/:\w+/g, 'x').replace('*', 'x'),
    access: config?.access,
    accessToOwn: config?.accessToOwn,
  })),
)
const ask = async ({ method, url }: { method: 'GET'; url: string }, key?: string) =>
  await app.inject({
    method,
    url,
    ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
  })

t.test('every route x every wrong scope: 403 that names the scope needed', async (t) => {
  const scoped = each.filter(({ access }) => access !== 'public' && access !== 'any-credential')
  t.ok(scoped.length >= 20, `${scoped.length} routes and methods with a scope`)
  let refused = 0
  for (const route of scoped) {
    t.ok((scopes as readonly unknown[]).includes(route.access), `${route.method} ${route.url}`)
    t.equal((await ask(route)).statusCode, 401, `${route.method} ${route.url} without a credential`)
    for (const { scope, key } of byScope) {
      const answer = await ask(route, key)
      // A caller reaches its own answers with the scope that it checks with; test/access/own-determinations.test.ts.
      if (scope === route.access || scope === route.accessToOwn)
        t.notOk([401, 403].includes(answer.statusCode), `${route.method} ${route.url} with ${scope}`)
      else {
        if (
          answer.statusCode !== 403 ||
          !String(answer.headers['www-authenticate']).includes(`scope="${String(route.access)}"`)
        )
          t.fail(`${route.method} ${route.url} with ${scope}: ${answer.statusCode}`)
        if (route.method !== ('HEAD' as string))
          t.match(answer.json(), {
            code: 'scope-missing',
            retryable: false,
            detail: new RegExp(String(route.access)),
          })
        refused++
      }
    }
  }
  const toOwn = scoped.filter(({ accessToOwn }) => accessToOwn !== undefined).length
  t.equal(refused, scoped.length * (scopes.length - 1) - toOwn, `${refused} refused`)
})

t.test('what a route does not take is told only to those who may call something', async (t) => {
  const others = each.filter(({ access }) => access === 'any-credential')
  t.ok(others.length > 0)
  for (const route of others) {
    const [without, withKey] = [await ask(route), await ask(route, byScope[0]?.key)]
    t.match(
      [without.statusCode, without.headers.allow, withKey.statusCode],
      [401, undefined, 405],
      `${route.method} ${route.url}`,
    )
  }
})

t.test('public is what must be: health, the document and its pages', async (t) => {
  const open = each.filter(({ access }) => access === 'public')
  for (const route of open) {
    t.match(route.url, /^\/(health\/(live|ready)|openapi\.json|docs(\/.*)?)$/)
    t.notOk([401, 403].includes((await ask(route)).statusCode), `${route.method} ${route.url}`)
  }
})

t.test('a route that declares no access does not start', async (t) => {
  const app = Fastify()
  useAccess(app, access, createLimits())
  t.throws(() => app.get('/forgotten', async () => 'secret'), {
    message: /GET \/forgotten declares no access/,
  })
  app.register(async (child) => {
    child.post('/below', async () => 'secret')
  })
  await t.rejects(
    async () => {
      await app.ready()
    },
    { message: /POST \/below declares no access/ },
  )
})

t.test('the document says what each route asks for', async (t) => {
  const document = app.swagger() as unknown as {
    paths: Record<
      string,
      Record<string, { security: Record<string, string[]>[]; responses: Record<string, unknown> }>
    >
  }
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { security, responses }] of Object.entries(operations)) {
      const declared = routes.find(
        (route) =>
          [route.method].flat().includes(method.toUpperCase()) &&
          route.url.replace(/:(\w+)/g, '{$1}') === path,
      )?.config?.access
      t.strictSame(security, declared === 'public' ? [] : [{ credential: [declared] }], `${method} ${path}`)
      for (const code of ['unauthenticated', 'scope-missing', 'too-many-requests'])
        t.equal(
          JSON.stringify(responses).includes(`\`${code}\``),
          declared !== 'public',
          `${method} ${path} ${code}`,
        )
    }
  }
})
