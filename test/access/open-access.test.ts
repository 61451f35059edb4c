// Access as a start finds it: which keys and issuer there are, what the log says of them, and when there is no start.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openAccess } from '../../src/access/access.js'
import { openAccessFor, type AccessSettings, type IssuerSettings } from '../../src/access/open-access.js'
import { parseKeysCommand, type KeysCommand } from '../../src/commands/keys/arguments.js'
import { manageKeys } from '../../src/commands/keys/manage-keys.js'
import { openMigratedMemory } from '../support/embedded.js'
import { audience, issuer, signer } from './credentials.js'

const database = await openMigratedMemory()
const folder = await mkdtemp(join(tmpdir(), 'precert-open-access-'))
t.teardown(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})
const day = 24 * 60 * 60_000
const keys = async (...args: string[]): Promise<Record<string, string>> => {
  const command = parseKeysCommand(args, new Date()) as Exclude<
    KeysCommand,
    { action: 'help' | 'rotate-data-key' }
  >
  return (await manageKeys(command, database, async () => '')).fields as Record<string, string>
}
const local: AccessSettings = { host: '127.0.0.1', adminHost: '127.0.0.1', production: false }

/** Opens access and ends it at once; answers what was opened and what the log said. */
async function opened(settings: AccessSettings) {
  const said: string[] = []
  const log = {
    info: (_: object, line: string) => void said.push(line),
    warn: (_: object, line: string) => void said.push(`warning: ${line}`),
  }
  const { access, stop } = await openAccessFor(settings, database, log)
  await stop()
  return { access, said }
}

t.test('no key was ever made: open to this machine alone, and the log says so', async (t) => {
  const { access, said } = await opened(local)
  t.equal(access, openAccess)
  t.equal(said.length, 1)
  t.match(said, [/^warning: /])
  await t.rejects(opened({ ...local, host: '0.0.0.0', production: true }), { message: /keys create/ })
})

t.test('a key that ends within thirty days is named at each start', async (t) => {
  const soon = new Date(Date.now() + 10 * day).toISOString().slice(0, 10)
  await keys('create', '--name', 'endless', '--scopes', 'policies:read', '--no-expiry')
  await keys('create', '--name', 'usual', '--scopes', 'policies:read')
  t.strictSame((await opened(local)).said, ['credentials are asked for'])
  await keys('create', '--name', 'ending', '--scopes', 'policies:read', '--expires', soon)
  const { access, said } = await opened(local)
  t.not(access, openAccess)
  t.match(said, [/^warning: a key expires within 30 days/, 'credentials are asked for'])
})

t.test('an issuer: its keys from a file or an address, with a claim of the tenant or without', async (t) => {
  const { jwk } = await signer('ES256', 'one')
  const jwksFile = join(folder, 'keys.json')
  await writeFile(jwksFile, JSON.stringify({ keys: [jwk] }))
  const common = { issuer, audience, algorithms: ['ES256'] } as const
  const issuers: IssuerSettings[] = [
    { ...common, jwksFile },
    { ...common, jwksFile, tenantClaim: 'tenant' },
    { ...common, jwksUrl: 'https://issuer.example/keys' },
  ]
  for (const one of issuers)
    t.equal((await opened({ ...local, issuer: one })).said.at(-1), 'credentials are asked for')
  await writeFile(jwksFile, '{}')
  await t.rejects(opened({ ...local, issuer: { ...common, jwksFile } }), {
    message: /JWT_JWKS_FILE: .* is not a readable JSON Web Key Set/,
  })
})

t.test('every key was revoked: closed to everybody, and the log says what to do', async (t) => {
  for (const { keyId } of (await keys('list'))['keys'] as unknown as { keyId: string }[])
    await keys('revoke', keyId)
  const { access, said } = await opened(local)
  t.not(access, openAccess)
  t.match(said[0], /^warning: every key is revoked or expired/)
})
