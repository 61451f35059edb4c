import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'
import { openEmbedded } from '../../src/store/database/embedded.js'
import { lockDataDir } from '../../src/store/database/lock.js'
import { scriptArguments } from '../support/program.js'

// A new folder takes 4 s, and several times that on a machine that is busy with other test files.
t.setTimeout(180_000)

const children: ChildProcess[] = []
t.teardown(() => {
  for (const child of children) child.kill('SIGKILL')
})

interface Answer {
  opened?: true
  pid?: number
  ms?: number
  count?: number
  refused?: string
  message?: string
  details?: Record<string, unknown>
}
interface Opener {
  child: ChildProcess
  answer: () => Promise<Answer>
  ended: Promise<unknown>
}

function start(folder: string): Opener {
  const child = spawn(process.execPath, [...scriptArguments('test/store/hold-data-dir.child.ts'), folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  children.push(child)
  const lines = createInterface(child.stdout!)[Symbol.asyncIterator]()
  return {
    child,
    ended: once(child, 'exit'),
    answer: async () => JSON.parse((await lines.next()).value ?? '{}') as Answer,
  }
}

const aFolder = async (): Promise<string> => await mkdtemp(join(tmpdir(), 'precert-lock-'))

t.test('a second process is refused and told who has the folder', { timeout: 120_000 }, async (t) => {
  const folder = join(await aFolder(), 'made', 'on', 'the', 'way')
  const first = start(folder)
  const opened = await first.answer()
  t.ok(opened.opened)
  t.comment(`opened a new folder in ${opened.ms} ms`)
  const second = await start(folder).answer()
  t.match(second, {
    refused: 'data-dir-in-use',
    details: { pid: opened.pid, host: hostname(), since: /^20\d\d-/, folder },
  })
  t.match(
    second.message,
    new RegExp(
      `process ${opened.pid} on ${hostname()}, since 20.*kill ${opened.pid}.*DATA_DIR.*DATABASE_URL`,
    ),
  )
  first.child.stdin!.write('1\n')
  t.match(await first.answer(), { count: 1 }, 'the first works on')

  first.child.kill('SIGKILL')
  await first.ended
  const third = start(folder)
  const reopened = await third.answer()
  t.ok(reopened.opened, 'after kill -9 the next start opens it at once')
  t.comment(`opened an old folder in ${reopened.ms} ms`)
  third.child.stdin!.write('2\n')
  t.match(await third.answer(), { count: 2 }, 'with what was acknowledged')
  third.child.stdin!.write('close\n')
  await third.ended
  t.match((await readdir(folder)).sort(), ['database', /^lock\.2$/], 'nothing is left but a released lock')
  t.match(JSON.parse(await readFile(join(folder, 'lock.2'), 'utf8')), { released: true })
})

t.test('of many that start at once on a stale lock, one opens', async (t) => {
  const folder = await aFolder()
  // Locks alone, without a database behind them, so that the starters meet within milliseconds.
  const dead = {
    token: 'x',
    pid: 2 ** 22 + 1,
    host: hostname(),
    since: '2026-01-01T00:00:00.000Z',
    bootId: await readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    ),
  }
  for (let round = 0; round < 50; round++) {
    await writeFile(join(folder, `lock.${100 * (round + 1)}`), JSON.stringify(dead))
    const tries = await Promise.allSettled(Array.from({ length: 8 }, async () => await lockDataDir(folder)))
    const won = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    if (won.length !== 1) t.fail(`${won.length} hold the folder`)
    for (const result of tries)
      if (result.status === 'rejected') t.match(result.reason, { code: 'data-dir-in-use' })
    await won[0]!.release()
  }
  t.pass('50 rounds of 8')
})

t.test('a later process of the same number is not taken for the holder', async (t) => {
  const folder = await aFolder()
  const lock = await lockDataDir(folder)
  const path = join(folder, 'lock.1')
  const holder = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  await t.rejects(lockDataDir(folder), { code: 'data-dir-in-use' }, 'this very process')
  await lock.release()
  await writeFile(path, JSON.stringify({ ...holder, startedAtTick: '1' }))
  const next = await lockDataDir(folder)
  await next.release()
  await writeFile(join(folder, 'lock.3'), JSON.stringify({ ...holder, startedAtTick: undefined }))
  const last = await lockDataDir(folder)
  t.notOk(last.lost)
  await last.release()
})

t.test('a holder that cannot be seen is believed while it gives signs of life', async (t) => {
  const folder = await aFolder()
  const path = join(folder, 'lock.7')
  const other = { token: 'y', pid: 7, host: 'another-container', since: '2026-01-01T00:00:00.000Z' }
  for (const content of [JSON.stringify(other), '', 'null']) {
    await writeFile(path, content)
    await t.rejects(lockDataDir(folder), {
      code: 'data-dir-in-use',
      message: /cannot be seen from here; if it is gone, wait \d+ s or delete .*lock\.7/,
    })
  }
  await writeFile(path, JSON.stringify(other))
  const longAgo = new Date(Date.now() - 120_000)
  await utimes(path, longAgo, longAgo)
  const lock = await lockDataDir(folder)
  t.same(await readdir(folder), ['lock.8'])
  await lock.release()
})

t.test('a holder whose folder was taken over notices', async (t) => {
  const folder = await aFolder()
  const lock = await lockDataDir(folder)
  t.notOk(lock.lost)
  await rm(join(folder, 'lock.1'))
  const { now } = Date
  Date.now = () => now() + 60_000
  t.ok(lock.lost)
  Date.now = now
  await lock.release()
  t.same(await readdir(folder), [], 'and leaves the new holder alone')
})

t.test('a database that does not open gives the folder free', async (t) => {
  const folder = await aFolder()
  await writeFile(join(folder, 'database'), 'not a folder')
  await t.rejects(openEmbedded(folder))
  t.match(JSON.parse(await readFile(join(folder, 'lock.1'), 'utf8')), { released: true })
})

t.test('a folder that cannot be written says so', async (t) => {
  const folder = await aFolder()
  await mkdir(join(folder, 'there'))
  await t.rejects(lockDataDir(join(folder, 'not-there')), { code: 'ENOENT' })
})
