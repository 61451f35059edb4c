// npm run keys as an operator runs it, on an embedded store.
import { spawn } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { KeysRefused, parseKeysCommand } from '../../src/access/keys-command-line.js'
import { lockDataDir } from '../../src/store/lock.js'
import { prepareDataDir } from '../support/embedded.js'
import { programArguments } from '../support/program.js'

const today = new Date('2026-11-24T12:00:00Z')

t.test('arguments are understood, or it is said what to write', async t => {
  const create = ['create', '--name', 'billing', '--scopes', 'checks:write, policies:read,checks:write']
  t.match(parseKeysCommand([...create, '--expires', '2027-01-01'], today), { action: 'create', name: 'billing', scopes: ['checks:write', 'policies:read'], expiresAt: '2027-01-01T00:00:00.000Z', environment: 'live', onlyIfNone: false, json: false, dryRun: false })
  t.match(parseKeysCommand([...create, '--expires', '2027-01-01T08:00:00-05:00', '--environment', 'test', '--json', '--dry-run', '--if-none'], today), { expiresAt: '2027-01-01T13:00:00.000Z', environment: 'test', onlyIfNone: true, json: true, dryRun: true })
  t.match(parseKeysCommand(['revoke', `pck_live_9Do1kmVkhOYM_${'A'.repeat(49)}`], today), { keyId: '9Do1kmVkhOYM' }, 'a whole key is known by its id')
  t.match(parseKeysCommand(['list', '--help'], today), { action: 'help' })
  const refused: [string[], RegExp][] = [
    [[], /create, list, revoke, check/], [['make'], /create, list/], [['create', '--scopes', 'checks:write'], /--name/], [['create', '--name', 'Jane Doe', '--scopes', 'checks:write'], /small letters/],
    [['create', '--name', 'x'], /--scopes/], [['create', '--name', 'x', '--scopes', 'checks:read'], /no scope checks:read; there are checks:write/],
    [[...create, '--expires', '2027-02-30'], /neither a date/], [[...create, '--expires', 'tomorrow'], /neither a date/], [[...create, '--expires', '2027-01-01T00:00:00'], /with its zone/], [[...create, '--expires', '2026-11-24'], /past/],
    [[...create, '--environment', 'prod'], /live or test/], [['list', '--name', 'x'], /means nothing for list/], [['revoke'], /by its id/], [['revoke', 'x'], /12 letters/], [['check', 'pck_live_x'], /never given on the command line/],
    [['create', '--nmae', 'x'], /--help/]
  ]
  for (const [args, words] of refused) {
    const thrown = refusal(args)
    t.ok(thrown instanceof KeysRefused, args.join(' '))
    t.match(String(thrown), words)
  }
})

function refusal (args: string[]): unknown {
  try {
    return parseKeysCommand(args, today)
  } catch (error) {
    return error
  }
}

const folder = join(await mkdtemp(join(tmpdir(), 'precert-keys-')), 'data')
await prepareDataDir(folder)

async function keys (args: string[], input = ''): Promise<{ code: number | null, out: string, err: string, json: () => Record<string, string> }> {
  const child = spawn(process.execPath, [...programArguments('keys'), ...args], { env: { PATH: process.env.PATH ?? '', DATA_DIR: folder } })
  child.stdin.end(input)
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), new Promise<number | null>(resolve => child.once('close', resolve))])
  return { code, out, err, json: () => JSON.parse(out) as Record<string, string> }
}

t.test('a key is made, shown once, listed, told, ended', async t => {
  const create = ['create', '--name', 'billing', '--scopes', 'checks:write', '--json']
  t.match((await keys([...create, '--dry-run'])).json(), { outcome: 'would-create' })
  const made = await keys([...create, '--if-none'])
  t.equal(made.code, 0)
  const { key = '', keyId = '' } = made.json()
  t.match(key, /^pck_live_/)
  t.match((await keys([...create, '--if-none'])).json(), { outcome: 'key-exists', key: undefined })
  const list = await keys(['list'])
  t.match(list.out, new RegExp(`${keyId}  live .*billing  checks:write`))
  t.notOk(list.out.includes(key.slice(-20)), 'never again')
  t.match(await keys(['check'], `${key}\n`), { code: 0, out: /is live/ })
  t.match(await keys(['check'], key.replace(/.$/, letter => letter === 'A' ? 'B' : 'A')), { code: 2, err: /a slip/ })
  t.match((await keys(['revoke', keyId, '--dry-run', '--json'])).json(), { outcome: 'would-revoke' })
  t.match(await keys(['revoke', keyId]), { code: 0, out: /is revoked/ })
  t.match(await keys(['revoke', keyId]), { code: 0, out: /has been revoked since/ })
  t.match(await keys(['revoke', 'AAAAAAAAAAAA']), { code: 2, err: /no key of that id/ })
  t.match((await keys(['list'])).out, /no live key/)
  t.match((await keys(['list', '--all', '--json'])).json(), { keys: [{ keyId, status: 'revoked' }] })
  const lock = await lockDataDir(folder)
  t.match(await keys(['list']), { code: 1, err: /If it is the service: stop it, run this, and start it again/ })
  await lock.release()
})
