// The spool with the faults that files have: cut and damaged lines, a limit that is reached, a disk that is full, two processes, and rows shipped twice.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import t from 'tap'
import { ensureLogMonths, insertLogRows } from '../../src/store/log/decision-log.js'
import type { Database } from '../../src/store/database/database.js'
import { monthsAhead } from '../../src/decision-log/months.js'
import type { LogRecord } from '../../src/decision-log/record.js'
import { startShipping } from '../../src/decision-log/shipper.js'
import { Spool } from '../../src/decision-log/spool.js'
import { LogUnavailable, LogWriter } from '../../src/decision-log/writer.js'
import { openMigratedMemory } from '../support/embedded.js'
import type { Filled } from './fill-spool.child.js'
import { readWholeLog } from './found-log.js'
import { chainOf, entry } from './rows.js'
import { scriptArguments } from '../support/program.js'

type Tap = Pick<typeof t, 'ok' | 'equal' | 'strictSame' | 'notMatch'>

const noneRefused = {
  setAside: async () => {
    throw new Error('no row is refused here')
  },
}
const roomy = 64 * 1024 * 1024
const run = promisify(execFile)
const database = await openMigratedMemory()
t.teardown(async () => {
  await database.close()
})
await ensureLogMonths(database, monthsAhead(Date.now()))

const newFolder = async (): Promise<string> => await mkdtemp(join(tmpdir(), 'precert-spool-'))
const rowFiles = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.includes('.rows')).sort()
const inLog = async (ids: readonly (string | null)[]): Promise<number> => {
  const found = await readWholeLog(database, 'public')
  // One chain is damaged on purpose.
  t.strictSame(
    [found.doubled, found.faults.filter((fault) => !fault.includes(' of damaged '))],
    [[], []],
    'no row doubled, every other chain whole',
  )
  return ids.filter((id) => found.ids.has(id ?? '')).length
}
const idsOf = (rows: readonly { determinationId: string | null }[]): Array<string | null> =>
  rows.map((row) => row.determinationId)

/** Ships all that a spool holds and ends shipping; answers what was said. */
async function ship(
  spool: Spool,
  into: Database = database,
  onStored: (records: readonly LogRecord[]) => void = () => {},
): Promise<string[]> {
  const said: string[] = []
  const say = (_fields: object, message: string): void => {
    said.push(message)
  }
  await startShipping({
    database: into,
    spool,
    refused: noneRefused,
    onStored,
    log: { info: say, warn: say },
  }).stop()
  return said
}

/** Writes rows as a process does that is killed before it ships any; answers the file. */
async function leave(folder: string, rows: readonly LogRecord[]): Promise<string> {
  const path = join(folder, `${Date.now()}-000001.rows`)
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return path
}

t.test('rows of a process that was killed are shipped at the next start, and their file goes', async (t) => {
  const folder = await newFolder()
  const rows = chainOf('killed', 1_200)
  await leave(folder, rows)
  const spool = await Spool.open({ folder, maxBytes: roomy, strict: false })
  t.ok(spool.waitingBytes > 0)
  await spool.next()
  t.equal(
    spool.oldestWaiting,
    Date.parse(rows[0]?.at ?? ''),
    'how long they wait is told by the first of them',
  )
  await ship(spool)
  t.equal(spool.oldestWaiting, undefined)
  await spool.close()
  t.equal(await inLog(idsOf(rows)), rows.length)
  t.strictSame(await rowFiles(folder), [])
})

t.test('half a last line is left out, with a word, and the chain before it is whole', async (t) => {
  for (const cut of [1, 200]) {
    const folder = await newFolder()
    const rows = chainOf(`torn ${cut}`, 3)
    const path = await leave(folder, rows)
    await truncate(path, (await stat(path)).size - cut)
    const spool = await Spool.open({ folder, maxBytes: roomy, strict: false })
    t.match((await ship(spool)).join(), /half a row/)
    await spool.close()
    t.equal(await inLog(idsOf(rows)), 2, `${cut} bytes cut`)
    t.strictSame(await rowFiles(folder), [])
  }
  const folder = await newFolder()
  await truncate(await leave(folder, chainOf('only half', 1)), 40)
  const spool = await Spool.open({ folder, maxBytes: roomy, strict: false })
  await ship(spool)
  await spool.close()
  t.strictSame(await rowFiles(folder), [], 'a file of nothing else')
})

t.test('a damaged line in the middle is told of and its file kept; the others are shipped', async (t) => {
  const folder = await newFolder()
  const rows = chainOf('damaged', 5)
  const path = await leave(folder, rows)
  const text = await readFile(path, 'utf8')
  const lines = text.split('\n')
  await writeFile(path, text.replace(lines[2] ?? '', (lines[2] ?? '').replace('supported', 'suppported')))
  const spool = await Spool.open({ folder, maxBytes: roomy, strict: false })
  t.match((await ship(spool)).join(), /damaged and cannot be shipped/)
  await spool.close()
  const log = await readWholeLog(database, 'public')
  t.strictSame(
    idsOf(rows).map((id) => log.ids.has(id ?? '')),
    [true, true, false, true, true],
  )
  t.strictSame(log.faults, ['row 4 of damaged follows 2'], 'and verification shows that a row is missing')
  t.match(await rowFiles(folder), [/\.rows\.damaged$/])
  const again = await Spool.open({ folder, maxBytes: roomy, strict: false })
  t.equal(again.waitingBytes, 0, 'it is not read again')
  await again.close()
})

t.test('a file of other bytes does not stop what comes after it', async (t) => {
  const folder = await newFolder()
  await writeFile(
    join(folder, '1-000001.rows'),
    Buffer.concat([Buffer.alloc(4096), Buffer.from('\n{"tenantId":1}\nnull\n'), Buffer.alloc(100, 0xff)]),
  )
  await writeFile(join(folder, '2-000001.rows'), '')
  const rows = chainOf('after other bytes', 2)
  await leave(folder, rows)
  const spool = await Spool.open({ folder, maxBytes: roomy, strict: false })
  await ship(spool)
  await spool.close()
  t.equal(await inLog(idsOf(rows)), 2)
})

t.test('a file that is shipped twice makes no doubles', async (t) => {
  const folder = await newFolder()
  const rows = chainOf('twice', 700)
  for (const [time, part] of [
    [1, rows],
    [2, rows],
    [3, rows.slice(0, 300)],
  ] as const) {
    await leave(folder, part)
    const spool = await Spool.open({ folder, maxBytes: roomy, strict: false })
    await ship(spool)
    await spool.close()
    t.equal(await inLog(idsOf(rows)), rows.length, `time ${time}`)
  }
})

t.test('rows of a month that is not kept ready are shipped too', async (t) => {
  const folder = await newFolder()
  const old = { ...entry(), at: '2024-02-03T04:05:06.789Z' }
  const kept: LogRecord[] = []
  const writer = new LogWriter({
    async write(records) {
      kept.push(...records)
    },
  })
  await writer.append(old)
  await leave(folder, kept)
  const spool = await Spool.open({ folder, maxBytes: roomy, strict: false })
  await ship(spool)
  await spool.close()
  t.equal(await inLog([old.determinationId]), 1)
})

/** The database, and whether it takes rows. */
function interrupted(): { database: Database; state: { away: boolean } } {
  const state = { away: true }
  return {
    state,
    database: {
      ...database,
      statement: async (...given) => {
        if (state.away) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
        return await database.statement(...given)
      },
    },
  }
}

t.test('a full spool refuses, and takes rows again by itself once the store does', async (t) => {
  // The least that can be set, in rows large enough that the first file holds half of it.
  const folder = await newFolder()
  const spool = await Spool.open({ folder, maxBytes: 16 * 1024 * 1024, strict: false })
  const { database: store, state } = interrupted()
  const log = { info: () => {}, warn: () => {} }
  const shipping = startShipping({ database: store, spool, refused: noneRefused, onStored: () => {}, log })
  const writer = new LogWriter(spool)
  const answered: Array<string | null> = []
  const append = async (): Promise<boolean> => {
    const one = entry('public', 150_000)
    return await writer.append(one).then(
      () => {
        answered.push(one.determinationId)
        return true
      },
      (error: unknown) => {
        if (!(error instanceof LogUnavailable)) throw error
        return false
      },
    )
  }
  while (await append());
  t.ok(answered.length > 50)
  t.ok(spool.waitingBytes <= 16 * 1024 * 1024)
  t.equal(await append(), false, 'and goes on refusing')
  state.away = false
  while (!(await append())) await sleep(20)
  await writer.close()
  await shipping.stop()
  await spool.close()
  t.equal(await inLog(answered), answered.length)
  t.strictSame(await rowFiles(folder), [])
})

t.test('one file that holds all that may wait does not stop the spool for ever', async (t) => {
  const folder = await newFolder()
  const spool = await Spool.open({ folder, maxBytes: 20_000, strict: true })
  const writer = new LogWriter(spool)
  const answered: Array<string | null> = []
  for (let time = 0; time < 3; time++) {
    for (;;) {
      const one = entry()
      if (
        !(await writer.append(one).then(
          () => true,
          () => false,
        ))
      )
        break
      answered.push(one.determinationId)
    }
    await ship(spool)
  }
  await writer.close()
  await spool.close()
  t.ok(answered.length > 30)
  t.equal(await inLog(answered), answered.length)
})

t.test('two processes on one folder: the second is refused, and told who has it', async (t) => {
  const folder = await newFolder()
  const first = await Spool.open({ folder, maxBytes: roomy, strict: false })
  const source = `const { Spool } = await import(${JSON.stringify(new URL('../../src/decision-log/spool.ts', import.meta.url).href)}); await Spool.open({ folder: process.argv[1], maxBytes: 1e8, strict: false }).catch(error => { console.log(JSON.stringify({ code: error.code, message: error.message })) })`
  const { stdout } = await run(process.execPath, [
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    source,
    folder,
  ])
  t.match(JSON.parse(stdout), {
    code: 'data-dir-in-use',
    message: new RegExp(`process ${process.pid} on .*SPOOL_DIR`),
  })
  await first.close()
  const next = await Spool.open({ folder, maxBytes: roomy, strict: false })
  await next.close()
})

// A process of its own, which is killed in the end: limits of the system are those of a process.
const filling = scriptArguments('test/decision-log/fill-spool.child.ts')

async function fill(command: string, args: readonly string[]): Promise<Filled> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '' },
  })
  let [text, said] = ['', '']
  child.stdout.on('data', (piece: Buffer) => {
    text += piece.toString()
  })
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString()
  })
  const ended = await once(child, 'close')
  if (text === '') throw new Error(`${ended.join()} ${said}`)
  return JSON.parse(text) as Filled
}

async function holdAgainst(
  t: Tap,
  folder: string,
  { answered, taken, refusals, roundsWithAnswers, codes }: Filled,
  wanted: string,
): Promise<void> {
  t.ok(refusals > 0)
  t.strictSame(codes, [wanted], 'what it was refused for')
  t.equal(roundsWithAnswers, 3, 'rows are taken again after each shipping')
  await insertLogRows(database, taken, { again: true })
  const spool = await Spool.open({ folder, maxBytes: roomy, strict: false })
  t.notMatch((await ship(spool)).join(), /damaged/)
  await spool.close()
  t.equal(await inLog(answered), answered.length, 'every row that was said to be kept is')
}

t.test('a file that may not grow: refused, nothing lost, and taken again', async (t) => {
  const folder = await newFolder()
  await holdAgainst(t, folder, await fill(process.execPath, [...filling, folder, String(64 * 1024)]), 'EFBIG')
})

t.test('a disk that is full: refused, nothing lost, and taken again', async (t) => {
  const folder = await newFolder()
  if (
    !(await run('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'precert-test', folder]).then(
      () => true,
      () => false,
    ))
  ) {
    t.pass('NOT RUN: nothing can be mounted here')
    return
  }
  try {
    await holdAgainst(t, folder, await fill(process.execPath, [...filling, folder]), 'ENOSPC')
  } finally {
    await run('umount', [folder])
    await rm(folder, { recursive: true })
  }
})
