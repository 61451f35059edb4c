import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, chmod, chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../decision-log/kept-service.js'

const run = promisify(execFile)

/** A PostgreSQL server that nobody else uses, in a temporary folder. */
export interface OwnPostgres {
  readonly port: number
  readonly url: string
  readonly start: () => Promise<void>
  /** `immediate` is what the loss of the machine looks like to clients. */
  readonly stop: (mode: 'fast' | 'immediate') => Promise<void>
  /** Makes a standby of it, which follows by streaming. */
  readonly standby: () => Promise<OwnPostgres>
  /** Makes a standby take over. */
  readonly promote: () => Promise<void>
  readonly remove: () => Promise<void>
}

/** Why there can be none here; undefined where there can. */
export async function noOwnPostgres(): Promise<string | undefined> {
  if ((await binaries()) === undefined) return 'initdb is not installed'
  return process.getuid?.() === 0 && (await postgresUser()) === undefined
    ? 'the server does not run as root, and there is no user postgres'
    : undefined
}

/** Makes one and starts it. */
export async function ownPostgres(): Promise<OwnPostgres> {
  const folder = await newFolder()
  await asServer('initdb', [
    '-D',
    join(folder, 'data'),
    '-U',
    'postgres',
    '-A',
    'trust',
    '--no-sync',
    '-E',
    'UTF8',
    '--locale=C',
  ])
  const server = await serverIn(folder)
  await server.start()
  return server
}

async function serverIn(folder: string): Promise<OwnPostgres> {
  const [data, port] = [join(folder, 'data'), await freePort()]
  await appendFile(
    join(data, 'postgresql.conf'),
    `\nport = ${port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nwal_level = replica\nmax_wal_senders = 4\nhot_standby = on\nwal_keep_size = 128MB\nshared_buffers = 32MB\n`,
  )
  const control = async (...what: string[]): Promise<void> => {
    await asServer('pg_ctl', ['-D', data, '-w', '-t', '60', '-l', join(folder, 'log'), ...what])
  }
  return {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    start: async () => {
      await control('start')
    },
    stop: async (mode) => {
      await control('stop', '-m', mode)
    },
    promote: async () => {
      await control('promote')
    },
    async standby() {
      const other = await newFolder()
      await asServer('pg_basebackup', [
        '-D',
        join(other, 'data'),
        '-h',
        '127.0.0.1',
        '-p',
        String(port),
        '-U',
        'postgres',
        '-R',
        '-X',
        'stream',
        '-c',
        'fast',
      ])
      const standby = await serverIn(other)
      await standby.start()
      return standby
    },
    async remove() {
      await control('stop', '-m', 'immediate').catch(() => {})
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'precert-postgres-'))
  const user = process.getuid?.() === 0 ? await postgresUser() : undefined
  await chmod(folder, 0o700)
  if (user !== undefined) await chown(folder, user.uid, user.gid)
  return folder
}

async function asServer(program: string, given: readonly string[]): Promise<void> {
  const path = join((await binaries()) ?? '', program)
  const user = process.getuid?.() === 0 ? await postgresUser() : undefined
  // The server that pg_ctl leaves behind must not hold our pipes.
  await run(path, [...given], {
    cwd: tmpdir(),
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    timeout: 90_000,
  })
}

async function postgresUser(): Promise<{ uid: number; gid: number } | undefined> {
  const [, uid, gid] =
    /^postgres:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8').catch(() => '')) ?? []
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) }
}

async function binaries(): Promise<string | undefined> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  return [
    ...versions.sort((a, b) => Number(b) - Number(a)).map((version) => `/usr/lib/postgresql/${version}/bin`),
    '/usr/local/bin',
    '/usr/bin',
  ].find((folder) => existsSync(join(folder, 'initdb')))
}
