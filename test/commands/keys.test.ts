// precert keys as an operator runs it, on an embedded store.
import { spawn } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { newKey } from '../../src/access/key-format.js'
import { KeysRefused, parseKeysCommand, type KeysCommand } from '../../src/commands/keys/arguments.js'
import { manageKeys } from '../../src/commands/keys/manage-keys.js'
import { lockDataDir } from '../../src/store/database/lock.js'
import { openMigratedMemory, prepareDataDir } from '../support/embedded.js'
import { programArguments } from '../support/program.js'

const today = new Date('2026-11-24T12:00:00Z')

t.test('arguments are understood, or it is said what to write', async (t) => {
  const create = ['create', '--name', 'billing', '--scopes', 'checks:write, policies:read,checks:write']
  t.match(parseKeysCommand([...create, '--expires', '2027-01-01'], today), {
    action: 'create',
    name: 'billing',
    scopes: ['checks:write', 'policies:read'],
    expiresAt: '2027-01-01T00:00:00.000Z',
    environment: 'live',
    onlyIfNone: false,
    json: false,
    dryRun: false,
  })
  t.match(
    parseKeysCommand(
      [
        ...create,
        '--expires',
        '2027-01-01T08:00:00-05:00',
        '--environment',
        'test',
        '--json',
        '--dry-run',
        '--if-none',
      ],
      today,
    ),
    {
      expiresAt: '2027-01-01T13:00:00.000Z',
      environment: 'test',
      onlyIfNone: true,
      json: true,
      dryRun: true,
    },
  )
  t.match(
    parseKeysCommand(['revoke', `pck_live_9Do1kmVkhOYM_${'A'.repeat(49)}`], today),
    { keyId: '9Do1kmVkhOYM' },
    'a whole key is known by its id',
  )
  t.match(parseKeysCommand(['list', '--help'], today), { action: 'help' })
  t.match(parseKeysCommand([...create, '--tenant', 'north-clinic'], today), { tenantId: 'north-clinic' })
  t.match(parseKeysCommand(create, today), { tenantId: 'public' })
  t.match(parseKeysCommand(['tenant', 'north-clinic', '--title', 'North Clinic', '--dry-run'], today), {
    action: 'tenant',
    tenantId: 'north-clinic',
    title: 'North Clinic',
    dryRun: true,
  })
  t.match(parseKeysCommand(['tenants', '--json'], today), { action: 'tenants', json: true })
  const refused: [string[], RegExp][] = [
    [['tenant'], /Name the tenant/],
    [['tenant', 'North Clinic'], /small letters/],
    [['tenant', 'a', 'b'], /Name the tenant/],
    [[...create, '--tenant', 'North'], /small letters/],
    [['tenants', 'x'], /takes no such argument/],
    [['list', '--title', 'x'], /means nothing for list/],
    [[], /create, list, revoke, check/],
    [['make'], /create, list/],
    [['create', '--scopes', 'checks:write'], /--name/],
    [['create', '--name', 'Jane Doe', '--scopes', 'checks:write'], /small letters/],
    [['create', '--name', 'x'], /--scopes/],
    [['create', '--name', 'x', '--scopes', 'checks:read'], /no scope checks:read; there are checks:write/],
    [[...create, '--expires', '2027-02-30'], /neither a date/],
    [[...create, '--expires', 'tomorrow'], /neither a date/],
    [[...create, '--expires', '2027-01-01T00:00:00'], /with its zone/],
    [[...create, '--expires', '2026-11-24'], /past/],
    [[...create, '--environment', 'prod'], /live or test/],
    [['list', '--name', 'x'], /means nothing for list/],
    [['revoke'], /by its id/],
    [['revoke', 'x'], /12 letters/],
    [['check', 'pck_live_x'], /never given on the command line/],
    [['create', '--nmae', 'x'], /--help/],
  ]
  for (const [args, words] of refused) {
    const thrown = refusal(args)
    t.ok(thrown instanceof KeysRefused, args.join(' '))
    t.match(String(thrown), words)
  }
})

function refusal(args: string[]): unknown {
  try {
    return parseKeysCommand(args, today)
  } catch (error) {
    return error
  }
}

t.test('a key is made, shown once, listed, told, ended', async (t) => {
  const database = await openMigratedMemory()
  t.teardown(async () => {
    await database.close()
  })
  const run = async (args: string[], input = '') => {
    const { fields, lines } = await manageKeys(
      parseKeysCommand(args, new Date()) as Exclude<KeysCommand, { action: 'help' | 'rotate-data-key' }>,
      database,
      async () => input,
    )
    return { fields: fields as Record<string, string>, text: lines.join('\n') }
  }
  const create = ['create', '--name', 'billing', '--scopes', 'checks:write']
  t.match((await run([...create, '--dry-run'])).fields, { outcome: 'would-create' })
  t.match((await run(['list'])).text, /no live key/)
  const made = await run([...create, '--if-none'])
  const { key = '', keyId = '' } = made.fields
  t.match(made.text, /shown this once[^]*pck_live_[^]*From its next start on, the service asks/)
  t.match((await run([...create, '--if-none'])).fields, { outcome: 'key-exists', key: undefined })
  t.notMatch(
    (await run([...create, '--expires', '2099-01-01'])).text,
    /From its next start/,
    'said with the first key only',
  )
  await t.rejects(run(create), { code: 'key-name-taken' })
  const list = await run(['list'])
  t.match(list.text, new RegExp(`${keyId}  live .*billing  checks:write`))
  t.notOk(
    JSON.stringify(list).includes(key.slice(-20)) || /secretHash/.test(JSON.stringify(list)),
    'never again',
  )
  t.match((await run(['check'], `${key}\n`)).text, /is live/)
  const slip = key.replace(/.$/, (letter) => (letter === 'A' ? 'B' : 'A'))
  for (const [given, words] of [
    [slip, /a slip/],
    ['pck_live_x', /shape/],
    [newKey('live').key, /does not know it/],
  ] as const)
    await t.rejects(run(['check'], given), { message: words })
  t.match((await run(['revoke', keyId, '--dry-run'])).fields, { outcome: 'would-revoke' })
  t.match((await run(['check'], key)).text, /is live/)
  t.match((await run(['revoke', key])).text, /is revoked/)
  t.match((await run(['revoke', keyId])).text, /has been revoked since/)
  t.match((await run(['check'], key)).text, /is revoked/)
  await t.rejects(run(['revoke', 'AAAAAAAAAAAA']), { message: /no key of that id/ })
  t.match((await run(['tenants'])).text, /^public /)
  for (const args of [
    ['tenant', 'north'],
    [...create, '--tenant', 'north'],
    ['list', '--tenant', 'north'],
    ['revoke', keyId, '--tenant', 'north'],
  ]) {
    await t.rejects(
      run(args),
      { message: 'The embedded store has one tenant. Several need a server: set DATABASE_URL.' },
      args.join(' '),
    )
  }
  t.match((await run(['list', '--all', '--json'])).fields, {
    keys: [{ keyId, status: 'revoked' }, { status: 'live' }],
  })
})

t.test('as a process: help, the exit codes, and a store that the service has', async (t) => {
  const folder = join(await mkdtemp(join(tmpdir(), 'precert-keys-')), 'data')
  await prepareDataDir(folder)
  const keys = async (...args: string[]): Promise<{ code: number | null; out: string; err: string }> => {
    const child = spawn(process.execPath, [...programArguments('keys'), ...args], {
      env: { PATH: process.env.PATH ?? '', DATA_DIR: folder },
    })
    const [out, err, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once('close', resolve)),
    ])
    return { code, out, err }
  }
  t.match(await keys('--help'), { code: 0, out: /precert keys create/, err: '' })
  t.match(await keys('create'), { code: 2, out: '', err: /^precert keys: Say who will use the key/ })
  const made = await keys('create', '--name', 'a', '--scopes', 'policies:read', '--json')
  t.match([made.code, JSON.parse(made.out)], [0, { outcome: 'created', key: String }])
  const lock = await lockDataDir(folder)
  t.match(await keys('list'), { code: 1, err: /If it is the service: stop it, run this, and start it again/ })
  await lock.release()
})
