// The table of docs/operate/security.md is the test: every row, with every kind of host, store and mode that it leaves open.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { isLoopback, startRule, type StartConditions } from '../../src/access/start-rule.js'

const document = await readFile('docs/operate/security.md', 'utf8')
const table = /<!-- start -->\n([^]*?)<!-- \/start -->/.exec(document)?.[1] ?? ''
const rows = table
  .trim()
  .split('\n')
  .slice(2)
  .map(
    (line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()) as [string, string, string, string, string],
  )
const either = <T extends string>(cell: string, all: readonly T[]): readonly T[] =>
  cell === 'any' ? all : all.filter((one) => one === cell)

const seen = new Set<string>()
for (const [credentials, host, store, mode, wanted] of rows) {
  t.test(`${credentials}, ${host}, ${store}, ${mode}: ${wanted}`, async (t) => {
    for (const oneHost of either(host, ['loopback', 'other']))
      for (const oneStore of either(store, ['embedded', 'server']))
        for (const oneMode of either(mode, ['development', 'production'])) {
          for (const keys of credentials === 'issuer'
            ? (['none', 'dead', 'live'] as const)
            : [credentials as StartConditions['keys']]) {
            const conditions: StartConditions = {
              keys,
              tokens: credentials === 'issuer',
              host: oneHost === 'loopback' ? '127.0.0.1' : '0.0.0.0',
              store: oneStore,
              production: oneMode === 'production',
            }
            const rule = startRule(conditions)
            seen.add(JSON.stringify(conditions))
            t.equal(rule.access, wanted.split(',')[0])
            t.equal(rule.line !== undefined, wanted !== 'closed', 'one line where the operator must know')
            t.notMatch(rule.line ?? '', /\n/)
            if (rule.access === 'refused') {
              t.match(
                rule.line,
                /precert keys create --name first --scopes checks:write,policies:read.*JWT_ISSUER/,
              )
              for (const [says, word] of [
                [oneMode === 'production', 'NODE_ENV=production'],
                [oneHost === 'other', 'HOST=0.0.0.0'],
                [oneStore === 'server', 'DATABASE_URL'],
              ] as const)
                t.equal(rule.line.includes(word), says, word)
            }
          }
        }
  })
}

t.test('the table leaves nothing out', async (t) => {
  t.equal(seen.size, 3 * 2 * 2 * 2 * 2)
})

t.test('loopback is what only this machine can reach, and nothing that merely looks so', async (t) => {
  for (const host of ['127.0.0.1', '127.8.9.10', '::1', 'localhost']) t.ok(isLoopback(host), host)
  for (const host of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.example',
    '127.1',
    '2130706433',
    'localhost.example',
    '::ffff:10.0.0.1',
    '',
    '1270.0.0.1',
  ])
    t.notOk(isLoopback(host), host)
})

t.test('metrics that others can reach ask for credentials too', async (t) => {
  const conditions = {
    keys: 'none',
    tokens: false,
    host: '127.0.0.1',
    store: 'embedded',
    production: false,
  } as const
  t.equal(startRule({ ...conditions, adminHost: '127.0.0.1' }).access, 'open')
  t.match(startRule({ ...conditions, adminHost: '0.0.0.0' }), {
    access: 'refused',
    line: /^ADMIN_HOST=0\.0\.0\.0 asks/,
  })
  t.equal(startRule({ ...conditions, keys: 'live', adminHost: '0.0.0.0' }).access, 'closed')
})
