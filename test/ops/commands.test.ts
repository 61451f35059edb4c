// Each command of docs/operate/operations.md that needs neither Docker nor a cluster, in the order in which somebody would come to it: as a login
// that owns one database and nothing else, is not called precert, and has a password that a URL cannot hold as it is.
import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { faultOfDatabaseUrl } from '../../src/process/database-url.js'
import { openInstallationKey } from '../../src/sealing/installation-key.js'
import { openDatabase } from '../../src/store/database/database.js'
import { openServer } from '../../src/store/database/server.js'
import { claim, content } from '../oracle/worked-example.js'
import { prepareDataDir } from '../support/embedded.js'
import { programArguments } from '../support/program.js'
import { recordedService } from '../support/recorded.js'

const server = new URL(process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres')
const admin = openServer(server.href)
const reachable = await admin.query('SELECT 1').then(
  () => true,
  () => false,
)
t.teardown(() => admin.close())
const docs = await readFile(new URL('../../docs/operate/operations.md', import.meta.url), 'utf8')
const name = `ops_${randomBytes(6).toString('hex')}`
const password = 'p@s:s/w#r?d%1'

interface Ended {
  readonly code: number
  readonly out: string
}

/** Runs a program to its end; `out` is all that it said. */
async function run(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ended> {
  const env = { PATH: process.env['PATH'] ?? '', ADMIN_HOST: 'none', ...environment }
  return await new Promise((resolve) => {
    execFile(command, [...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out: stdout + stderr })
    })
  })
}
const precert = async (
  entry: Parameters<typeof programArguments>[0],
  args: readonly string[],
  environment: Record<string, string>,
): Promise<Ended> => await run(process.execPath, [...programArguments(entry), ...args], environment)

/** Starts the service, asks it once, and stops it; answers its log. */
async function serve(environment: Record<string, string>, key: string): Promise<string> {
  const child = spawn(process.execPath, programArguments('serve'), {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', ADMIN_HOST: 'none', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  let log = ''
  const url = await new Promise<string | undefined>((resolve) => {
    child.stdout.on('data', (piece: Buffer) => {
      log += piece.toString()
      const found = /listening at (http:\/\/[0-9.:]+)/.exec(log)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.on('exit', () => resolve(undefined))
  })
  t.ok(url, `it starts: ${url === undefined ? log : ''}`)
  if (url !== undefined) {
    const answer = await fetch(`${url}/v1/authorization-checks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(claim({}, {})),
    })
    t.equal(answer.status, 200, 'it answers')
    child.kill('SIGTERM')
  }
  await exit
  return log
}

/** A line of the page as it stands there, with the names of this test in it. */
function lineOf(pattern: RegExp, names: Readonly<Record<string, string>>): string {
  const [line] = pattern.exec(docs) ?? []
  if (line === undefined) throw new Error(`docs/operate/operations.md has no line ${String(pattern)}`)
  return Object.entries(names).reduce((said, [from, to]) => said.replaceAll(from, to), line.trim())
}

t.test('an address with a password that ends it is refused, and says what to do', (t) => {
  for (const bad of ['p@ss', 'p/ss', '1/ss', 'p#ss', '1#ss', 'p?ss', '1?ss', 'p%ss', 'p%zz']) {
    const fault = faultOfDatabaseUrl(`postgres://user:${bad}@db.internal:5432/precert`)
    t.match(fault, /percent-encode.*%40.*PGPASSWORD/, bad)
    t.notOk(fault?.includes('user') === true && fault.includes(bad), 'and repeats nothing of it')
  }
  for (const good of [
    'postgres://user@db.internal/precert',
    `postgres://user:${encodeURIComponent(password)}@db.internal:5432/precert?sslmode=verify-full`,
    'postgresql:///precert?host=/var/run/postgresql',
  ])
    t.equal(faultOfDatabaseUrl(good), undefined, good)
  t.end()
})

t.test(
  'the commands of docs/operate/operations.md',
  { skip: reachable || process.env['CI'] !== undefined ? false : 'no PostgreSQL here' },
  async (t) => {
    t.setTimeout(240_000) // a dozen processes, each started for real
    const folder = await mkdtemp(join(tmpdir(), 'precert-operations-'))
    const dataDir = join(folder, 'data')
    const successor = `${name}_b`
    const restored = `${name}_restored`
    const asSuperuser = { PGHOST: server.hostname, PGPORT: server.port || '5432', PGUSER: server.username }
    await admin.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}'`)
    await admin.query(`CREATE DATABASE ${name} OWNER ${name}`)
    // The lines of docs/operate/security.md, for a login that may not make roles.
    for (const role of ['precert_app', 'precert_access', 'precert_writer']) {
      await admin.query(
        `DO $$ BEGIN CREATE ROLE ${role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
      )
      await admin.query(`GRANT ${role} TO ${name}`)
    }
    t.teardown(async () => {
      for (const database of [name, restored])
        await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
      for (const role of [successor, name]) await admin.query(`DROP ROLE IF EXISTS ${role}`)
      await rm(folder, { recursive: true, force: true })
    })
    const urlOf = (user: string, database: string, secret = ''): string =>
      `postgres://${user}${secret}@${server.host}/${database}`
    const encoded = urlOf(name, name, `:${encodeURIComponent(password)}`)
    const environment = { DATABASE_URL: urlOf(name, name), PGPASSWORD: password, DATA_DIR: dataDir }

    // What the open two-command start leaves: a folder with determinations, and never a key.
    await prepareDataDir(dataDir)
    const database = await openDatabase({ dataDir })
    const installation = { given: undefined, file: undefined, dataDir, store: 'embedded' as const }
    const service = await recordedService(content, { database, key: await openInstallationKey(installation) })
    const payload = claim({}, {})
    t.equal(
      (await service.app.inject({ method: 'POST', url: '/v1/authorization-checks', payload })).statusCode,
      200,
    )
    await service.close()
    await database.close()
    t.match(await run('cp', ['-a', dataDir, join(folder, 'copy')]), { code: 0 }, 'cp -a')

    const raw = urlOf(name, name, `:${password}`)
    t.match(await precert('move', ['--from', dataDir, '--to', raw], {}), {
      code: 2,
      out: /percent-encode.*%40/,
    })
    const move = ['--from', dataDir, '--to', encoded]
    t.match(await precert('move', [...move, '--dry-run'], {}), { code: 0, out: /Would move/ })
    t.match(await precert('move', move, {}), {
      code: 0,
      out: /Moved \d+ rows[^]*No key was ever made[^]*precert keys create --name first --scopes [^]*Now start the service/,
    })
    const sealed = { ...environment, DATA_KEY_FILE: join(dataDir, 'data.key') }
    t.match(await precert('serve', [], { ...sealed, DATABASE_URL: raw }), {
      code: 78,
      out: /DATABASE_URL .*percent-encode/,
    })
    t.match(await precert('serve', [], sealed), { code: 78, out: /make a key/ }, 'it asks for a key')
    const create = lineOf(/^npx precert keys create [^#]*/m, { 'npx precert keys ': '' }).split(' ')
    const made = await precert('keys', [...create, '--json'], environment)
    t.equal(made.code, 0, 'keys -- create')
    const { key } = JSON.parse(made.out) as { key: string }
    const log = await serve(sealed, key)
    await writeFile(join(folder, 'service.log'), log)
    t.notOk(log.includes(password), 'the password is not logged')

    const second = await precert('keys', [...create, '--json'], environment)
    const { keyId } = JSON.parse(second.out) as { keyId: string }
    t.match(await precert('keys', ['revoke', keyId], environment), { code: 0 }, 'keys -- revoke')

    const audit = async (args: readonly string[], more = sealed) => await precert('audit', args, more)
    const verify = ['verify', '--checkpoints', join(folder, 'service.log')]
    t.match(await audit(verify), { code: 0, out: /The log is whole: \d+ rows/ })
    t.match(await audit(['replay', '--from', '2026-01-01']), { code: 0, out: /(\d+) of \1 determinations/ })

    const dump = join(folder, 'precert.dump')
    const dumpLine = lineOf(/^pg_dump .*$/m, {
      'precert.dump': dump,
      '"postgres://postgres@db.internal/precert"': name,
    })
    const asOwner = { ...asSuperuser, PGUSER: name, PGPASSWORD: password }
    t.match(
      await run('bash', ['-c', dumpLine], asOwner),
      { code: 1, out: /row-level security/ },
      'pg_dump as the owner stops, as the page says',
    )
    t.match(await run('bash', ['-c', dumpLine], asSuperuser), { code: 0 }, dumpLine)
    const list = lineOf(/^pg_restore --list .*$/m, { 'precert.dump': dump })
    t.match(await run('bash', ['-c', list], asSuperuser), { code: 0, out: /can be read/ })
    const restore = [/^ *OWNER=.*$/m, /^ *createdb .*$/m, /^ *pg_restore --exit.*$/m].map((line) =>
      lineOf(line, {
        'OWNER=precert': `OWNER=${name}`,
        '--dbname=precert precert.dump': `--dbname=${restored} ${dump}`,
        '"$OWNER" precert': `"$OWNER" ${restored}`,
      }),
    )
    t.match(await run('bash', ['-ec', restore.join('\n')], asSuperuser), { code: 0 }, restore.join('; '))
    const elsewhere = { ...sealed, DATABASE_URL: urlOf(name, restored) }
    t.match(await audit(verify, elsewhere), { code: 0, out: /The log is whole: \d+ rows/ })
    t.match(await audit(['replay', '--from', '2026-01-01'], elsewhere), {
      code: 0,
      out: /(\d+) of \1 determinations/,
    })

    await admin.query(`CREATE ROLE ${successor} LOGIN PASSWORD 'another' IN ROLE ${name}`)
    await admin.query(`GRANT precert_app, precert_access, precert_writer TO ${successor}`)
    await admin.query(`ALTER ROLE ${name} NOLOGIN`)
    await serve({ ...elsewhere, DATABASE_URL: urlOf(successor, restored), PGPASSWORD: 'another' }, key)
    const size = lineOf(/select pg_size_pretty\([^`]*/, {
      decision_log_2026_11: `decision_log_${new Date().toISOString().slice(0, 7).replace('-', '_')}`,
    })
    t.match(
      await run('psql', ['-At', '-d', restored, '-c', size], {
        ...asSuperuser,
        PGUSER: successor,
        PGPASSWORD: 'another',
      }),
      { code: 0, out: /kB|MB/ },
      size,
    )
  },
)
