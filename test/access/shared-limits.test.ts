// What many credentials of one tenant, or many subjects of one issuer, may ask for together.
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { ConfigError, readConfig } from '../../src/process/config.js'
import { aCheck } from '../protocols/requests.js'
import { accessWith, aKey, signer } from './credentials.js'

const scopes = ['checks:write', 'policies:read']
const issuing = await signer('ES256', 'one')
const many = Array.from({ length: 30 }, () => aKey({ scopes }))
const south = aKey({ tenantId: 'south', scopes })
const { access } = accessWith(
  [...many, south].map(({ stored }) => stored),
  [issuing],
)

function check(credential: string, lines: number): InjectOptions {
  const [line] = aCheck().serviceLines
  return {
    method: 'POST',
    url: '/v1/authorization-checks',
    headers: { authorization: `Bearer ${credential}` },
    payload: {
      ...aCheck(),
      serviceLines: Array.from({ length: lines }, (_, at) => ({ ...line, lineNumber: at + 1 })),
    },
  }
}

async function limited(
  t: { teardown: (end: () => void) => void },
  limits: { tenantLinesPerMinute?: number; issuerLinesPerMinute?: number },
) {
  let clock = 0
  const { app } = await appOnPacks(() => '1', {
    access,
    limits: { linesPerMinute: 20, ...limits, now: () => clock },
  })
  t.teardown(() => void app.close())
  return {
    ask: async (credential: string, lines = 1) => await app.inject(check(credential, lines)),
    wait: (ms: number) => {
      clock += ms
    },
  }
}

t.test('many credentials of one tenant stay within the limit of the tenant', async (t) => {
  const { ask, wait } = await limited(t, { tenantLinesPerMinute: 100 })
  let answered = 0
  for (const { key } of many) answered += (await ask(key, 10)).statusCode === 200 ? 10 : 0
  t.equal(answered, 100, '30 credentials ask about 300 lines')
  const [first, last] = [many[0]?.key ?? '', many.at(-1)?.key ?? '']
  const refused = await ask(last, 6)
  t.match(refused, { statusCode: 429, headers: { 'retry-after': '1', ratelimit: '"lines";r=20;t=0' } })
  t.match(refused.json(), {
    code: 'too-many-requests',
    retryable: true,
    detail: /^All credentials of this tenant together may ask about 100 service lines a minute\./,
  })
  t.match((await ask(south.key, 10)).json(), { code: 'policy-not-loaded' }, 'another tenant has its own')
  wait(3_600)
  t.equal((await ask(last, 6)).statusCode, 200, 'and after as long as was said it is answered')
  wait(60_000)
  t.equal((await ask(first, 10)).statusCode, 200)
  t.match((await ask(first, 11)).json(), { detail: /^This credential may ask/ }, 'its own limit holds too')
})

t.test('many subjects of one issuer stay within the limit of the issuer', async (t) => {
  const { ask } = await limited(t, { issuerLinesPerMinute: 50 })
  let answered = 0
  for (let at = 0; at < 8; at++) {
    const token = await issuing.sign({ sub: `engine-${at}`, scope: 'checks:write' })
    answered += (await ask(token, 10)).statusCode === 200 ? 10 : 0
  }
  t.equal(answered, 50, '8 subjects ask about 80 lines')
  const token = await issuing.sign({ sub: 'one-more', scope: 'checks:write' })
  t.match((await ask(token)).json(), { detail: /^All tokens of this issuer together/ })
  t.equal((await ask(many[0]?.key ?? '', 10)).statusCode, 200, 'a key is of no issuer')
})

t.test('settings: a limit of many is never below that of one', async (t) => {
  for (const name of ['RATE_LIMIT_TENANT_PER_MINUTE', 'RATE_LIMIT_ISSUER_PER_MINUTE']) {
    t.throws(
      () => readConfig({ [name]: '5999' }),
      new ConfigError(
        `${name} is less than RATE_LIMIT_PER_MINUTE, which one credential alone may use; set it to that or more, or to 0 for no limit`,
      ),
    )
    t.match(readConfig({ [name]: '6000' }), { [name]: 6000 })
    t.match(readConfig({ [name]: '0' }), { [name]: 0 })
  }
})
