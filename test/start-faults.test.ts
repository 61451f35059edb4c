// Starts on folders that are at fault: what is said, with which exit code, and that nothing is made worse. And whom the files of a start can be read by.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { makePrivate } from '../src/store/database/private-files.js'
import { askOnce } from './support/asked.js'
import { prepareDataDir } from './support/embedded.js'
import { programArguments } from './support/program.js'

t.setTimeout(300_000)
const run = promisify(execFile)
const root = await mkdtemp(join(tmpdir(), 'precert-start-faults-'))
t.teardown(async () => {
  await rm(root, { recursive: true, force: true })
})

interface Ended {
  readonly code: number | null
  readonly output: string
}

/** Starts the program with files open to all if nothing is done; stops it once it listens, after `work`. */
async function start(
  environment: Record<string, string>,
  work: (url: string) => Promise<void> = async () => {},
): Promise<Ended> {
  const child = spawn(
    'sh',
    ['-c', 'umask 0; exec "$@"', 'sh', process.execPath, ...programArguments('serve')],
    {
      env: { PATH: process.env['PATH'] ?? '', PORT: '0', ADMIN_HOST: 'none', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  let stopping: Promise<void> | undefined
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output += text.toString()
      const [, url] = /listening at (http:\/\/[0-9.:]+)/.exec(output) ?? []
      if (url !== undefined)
        stopping ??= work(url).finally(() => {
          child.kill('SIGTERM')
        })
    })
  const [code] = (await once(child, 'close')) as [number | null]
  await stopping
  return { code, output }
}

/** Everything below a folder that others can read. */
async function openTo(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  const found = await Promise.all(
    ['.', ...names].map(async (name) => {
      const { mode } = await lstat(join(folder, name))
      return (mode & 0o077) === 0 ? [] : [`${name} ${(mode & 0o777).toString(8)}`]
    }),
  )
  return found.flat()
}

const dataDir = join(root, 'data')
const copyOf = async (name: string): Promise<string> => {
  const copy = join(root, name)
  await cp(dataDir, copy, { recursive: true })
  return copy
}

t.test('a folder that was there, open to all, is closed, and so is all that is made in it', async (t) => {
  await prepareDataDir(dataDir)
  for (const name of ['.', ...(await readdir(dataDir, { recursive: true }))]) {
    const path = join(dataDir, name)
    await chmod(path, (await lstat(path)).isDirectory() ? 0o755 : 0o666)
  }
  let whileRunning: string[] = ['nobody looked']
  const { code, output } = await start({ DATA_DIR: dataDir, DECISION_LOG: 'spool' }, async (url) => {
    t.equal((await askOnce(url, '')).status, 200)
    whileRunning = await openTo(dataDir)
  })
  t.equal(code, 0, output)
  t.strictSame(whileRunning, [])
  t.strictSame(await openTo(dataDir), [])
  t.ok((await readdir(dataDir)).includes('spool'))
})

t.test('a folder that holds other things stays as it is, and what is ours in it is closed', async (t) => {
  const shared = join(root, 'shared')
  await mkdir(shared, { mode: 0o755 })
  await writeFile(join(shared, 'data.key'), 'x', { mode: 0o644 })
  await writeFile(join(shared, 'notes.txt'), 'x', { mode: 0o644 })
  // Whatever the umask of this process is.
  await chmod(shared, 0o755)
  for (const name of await readdir(shared)) await chmod(join(shared, name), 0o644)
  t.strictSame(await makePrivate(shared), [])
  t.strictSame(await openTo(shared), ['. 755', 'notes.txt 644'])
})

t.test('no new key is made beside a store that was begun with one', async (t) => {
  const key = join(dataDir, 'data.key')
  await rename(key, join(root, 'kept.key'))
  const missing = await start({ DATA_DIR: dataDir })
  t.equal(missing.code, 78)
  t.match(missing.output, /does not start: .*data\.key is missing.*Put it back from its copy/)
  t.notOk(
    (await readdir(dataDir)).some((name) => name.startsWith('data.key')),
    'and none is there',
  )
  await mkdir(key)
  const folder = await start({ DATA_DIR: dataDir })
  t.equal(folder.code, 78)
  t.match(folder.output, /data\.key, which should hold a key of the installation, cannot be read \(EISDIR\)/)
  await rm(key, { recursive: true })
  await rename(join(root, 'kept.key'), key)
})

t.test('a folder at fault is named, with what to do', async (t) => {
  const file = join(root, 'file')
  await writeFile(file, '')
  const dbFile = join(root, 'db-file')
  await mkdir(dbFile)
  await writeFile(join(dbFile, 'database'), '')
  const damaged: Record<string, string> = {}
  for (const name of ['global/pg_control', 'PG_VERSION']) {
    const copy = await copyOf(name.replace('/', '-'))
    await rm(join(copy, 'database', name))
    damaged[name] = copy
  }
  const cases: ReadonlyArray<readonly [string, Record<string, string>, number, RegExp]> = [
    ['a file', { DATA_DIR: file }, 78, /DATA_DIR cannot be used: .*file where a folder should be/],
    ['below a file', { DATA_DIR: join(file, 'x') }, 78, /DATA_DIR cannot be used: .*file where a folder/],
    ['a file as database', { DATA_DIR: dbFile }, 78, /DATA_DIR cannot be used: .*file where a folder/],
    [
      'a file as spool',
      { DATA_DIR: dataDir, DECISION_LOG: 'spool', SPOOL_DIR: file },
      78,
      /SPOOL_DIR cannot be used/,
    ],
    ...Object.entries(damaged).map(
      ([name, DATA_DIR]) =>
        [
          `without ${name}`,
          { DATA_DIR },
          1,
          /cannot be opened: files of it are missing or damaged.*backup/,
        ] as const,
    ),
  ]
  for (const [what, environment, wanted, said] of cases) {
    const { code, output } = await start(environment)
    t.equal(code, wanted, `${what}: ${output.slice(-300)}`)
    t.match(output.split('\n').at(-2), said, what)
    t.notMatch(output, /^\s+at /m, `${what}: no stack`)
  }
  t.notOk(
    (await readdir(join(damaged['PG_VERSION'] ?? '', 'database'))).includes('PG_VERSION'),
    'no new database was made over what is left of the old one',
  )
})

t.test('a full disk is called so', async (t) => {
  const disk = join(root, 'disk')
  await mkdir(disk)
  if (
    !(await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'precert-test', disk]).then(
      () => true,
      () => false,
    ))
  ) {
    t.pass('NOT RUN: nothing can be mounted here')
    return
  }
  try {
    const { code, output } = await start({ DATA_DIR: disk })
    t.equal(code, 1)
    t.match(output.split('\n').at(-2), /cannot start: The disk of .* is full\. Make room/)
    t.notMatch(output, /^\s+at /m, 'no stack')
  } finally {
    await run('umount', ['-l', disk])
  }
})
