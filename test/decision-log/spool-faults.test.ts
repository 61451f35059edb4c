// The spool when the file system fails it: a flush that is refused, a file that somebody cuts, a folder that another process took over.
import { mkdtemp, open, readdir, rm, truncate, type FileHandle } from 'node:fs/promises'
import { mock } from 'node:test'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Spool } from '../../src/decision-log/spool.js'
import { chainOf } from './rows.js'

const roomy = 64 * 1024 * 1024
const newSpool = async (strict: boolean): Promise<{ folder: string; spool: Spool }> => {
  const folder = await mkdtemp(join(tmpdir(), 'precert-spool-'))
  return { folder, spool: await Spool.open({ folder, maxBytes: roomy, strict }) }
}
const onlyFileIn = async (folder: string): Promise<string> =>
  join(folder, (await readdir(folder)).find((name) => name.endsWith('.rows')) ?? '')

/** From now on no file can be flushed, as on a disk that fails; answers how to mend it. */
async function failFlushes(folder: string): Promise<() => void> {
  const any = await open(join(folder, 'reserve'))
  const files = Object.getPrototypeOf(any) as Pick<FileHandle, 'datasync'>
  await any.close()
  const { mock: broken } = mock.method(files, 'datasync', async () => {
    throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' })
  })
  return () => {
    broken.restore()
  }
}

t.test('after a flush that failed no more rows are taken; those before are shipped', async (t) => {
  const { folder, spool } = await newSpool(false)
  const [first, second] = [chainOf('flushed', 2), chainOf('refused', 1)]
  const mend = await failFlushes(folder)
  t.teardown(mend)
  await spool.write(first)
  await sleep(100)
  mend()
  await t.rejects(spool.write(second), { message: 'the spool failed before' }, 'though it would flush again')
  t.strictSame((await spool.next())?.records, first)
  await spool.close()
})

t.test('nor when a full file cannot be flushed at its end', async (t) => {
  const { folder, spool } = await newSpool(true)
  await spool.write(chainOf('large', 7, 1_000_000)) // more than the 8 MiB of a file, in base64
  const mend = await failFlushes(folder)
  t.teardown(mend)
  await t.rejects(spool.write(chainOf('next', 1)), { message: 'the spool failed before' })
  mend()
  t.equal((await readdir(folder)).filter((name) => name.endsWith('.rows')).length, 1, 'no new file is begun')
  await spool.close()
})

t.test('a row that is larger than what is read at once is read whole', async (t) => {
  const { spool } = await newSpool(false)
  const rows = chainOf('large rows', 2, 3_500_000) // more than is kept in memory
  await spool.write(rows)
  const piece = await spool.next()
  t.match(piece, { damaged: 0, torn: false })
  t.strictSame(
    piece?.records.map(({ hash }) => hash),
    rows.slice(0, 1).map(({ hash }) => hash),
  )
  await spool.close()
})

t.test('a file that somebody cut under a running process is waited for, not read for ever', async (t) => {
  const { folder, spool } = await newSpool(false)
  await spool.write(chainOf('cut', 2, 3_500_000)) // more than is kept in memory
  await truncate(await onlyFileIn(folder), 0)
  t.equal(await spool.next(), undefined)
  await spool.close()
})

t.test('rows are shipped once and in order, from memory and from the file', async (t) => {
  const { folder, spool } = await newSpool(false)
  const rows = chainOf('held', 12, 700_000)
  const shipped: string[] = []
  const shipNext = async (): Promise<number> => {
    const piece = await spool.next()
    shipped.push(...(piece?.records ?? []).map(({ hash }) => hash))
    await piece?.done(0)
    return piece?.records.length ?? 0
  }
  // Two in memory, then so many that they are in the file alone, then again some in memory behind them.
  for (const row of rows.slice(0, 2)) await spool.write([row])
  t.equal(await shipNext(), 2)
  for (const row of rows.slice(2)) await spool.write([row])
  while ((await shipNext()) > 0);
  t.strictSame(
    shipped,
    rows.map(({ hash }) => hash),
  )
  t.equal(spool.waitingBytes, 0)

  const [last] = chainOf('cut', 1)
  if (last === undefined) throw new Error('there is no row')
  await spool.write([last])
  t.strictSame(await spool.find(last.tenantId, last.determinationId ?? ''), last)
  await truncate(await onlyFileIn(folder), 0)
  t.strictSame((await spool.next())?.records, [last], 'what is in memory needs no file')
  await spool.close()
})

t.test('a folder in use is refused to the same process too', async (t) => {
  const { folder, spool } = await newSpool(false)
  await t.rejects(Spool.open({ folder, maxBytes: roomy, strict: false }), {
    code: 'data-dir-in-use',
    message: /SPOOL_DIR/,
  })
  await spool.close()
})

t.test('once another process took the folder over nothing is written into it', async (t) => {
  const { folder, spool } = await newSpool(false)
  await spool.write(chainOf('ours', 1))
  for (const name of await readdir(folder))
    if (name.startsWith('lock.')) await rm(join(folder, name), { force: true })
  const later = Date.now() + 60_000
  const clock = mock.method(Date, 'now', () => later)
  t.teardown(() => {
    clock.mock.restore()
  })
  await t.rejects(spool.write(chainOf('theirs', 1)), { message: 'another process took the spool over' })
  clock.mock.restore()
  await spool.close()
})
