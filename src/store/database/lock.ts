import { existsSync } from 'node:fs'
import { link, readFile, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSelf, liveness, rememberToken, type Holder } from './lock-holder.js'
import { StoreError } from './store-error.js'

// How the lock works: it is the file `lock.<n>` with the highest n, which describes the process
// that has it. To take the folder a process creates `lock.<n+1>`, which the file system lets only
// one process do. n never decreases, because a released file stays, marked as released. So the race
// of deleting a stale file cannot happen: a slow process that read an older file cannot remove a
// newer one. A lease by time alone would fail, because a long statement keeps the process of PGlite
// from renewing it.

export interface DataDirLock {
  /**
   * True once another machine has taken the folder over. It does so only after this process has not
   * renewed the lock for `SILENT_MS`.
   */
  readonly lost: boolean
  release(): Promise<void>
}

const BEAT_MS = 5_000
// Time without renewal after which a lock may be taken over from a holder that cannot be seen: on
// another machine, in another container, or from before a reboot.
const SILENT_MS = 60_000

/**
 * Locks the folder for this process; at once where the last holder was killed. While the holder
 * lives it rejects with `data-dir-in-use`, which names the holder and what to do (`instead`
 * replaces the advice to stop it). `folder` must exist and be writable.
 */
export async function lockDataDir(
  folder: string,
  instead = 'set DATA_DIR to another folder, or DATABASE_URL to a Postgres server that several processes may share',
): Promise<DataDirLock> {
  const self = await describeSelf()
  // Written to a draft and linked into place, so that no process reads a half-written file.
  const draft = join(folder, `draft.${self.token}`)
  await writeFile(draft, JSON.stringify(self), { mode: 0o600, flush: true })
  try {
    for (;;) {
      const current = await newest(folder)
      if (current > 0) await refuseIfLocked(folder, current, draft, instead)
      const mine = current + 1
      if (!(await create(draft, fileOf(folder, mine)))) continue
      if ((await newest(folder)) === mine) return await hold(folder, mine, self)
      // Another process was more than one number ahead and has removed the files in between.
      await rm(fileOf(folder, mine), { force: true })
    }
  } finally {
    await rm(draft, { force: true })
  }
}

const fileOf = (folder: string, number: number): string => join(folder, `lock.${number}`)

async function lockNumbers(folder: string): Promise<number[]> {
  return (await readdir(folder)).flatMap((name) => /^lock\.(\d{1,15})$/.exec(name)?.[1] ?? []).map(Number)
}

async function newest(folder: string): Promise<number> {
  return Math.max(0, ...(await lockNumbers(folder)))
}

async function create(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function refuseIfLocked(folder: string, number: number, draft: string, instead: string): Promise<void> {
  const path = fileOf(folder, number)
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const holder = parseHolder(text)
  // An empty or cut file comes from a full disk or a crash of the machine.
  const state = holder === undefined ? 'unknown' : await liveness(holder)
  if (state === 'dead') return
  // Both times come from the clock of the file system, which two machines share.
  await utimes(draft, new Date(), new Date())
  const silentMs = await Promise.all([stat(draft), stat(path)]).then(
    ([now, then]) => now.mtimeMs - then.mtimeMs,
    () => 0,
  )
  if (state === 'unknown' && silentMs > SILENT_MS) return
  const who =
    holder === undefined
      ? 'a process that left no name'
      : `process ${holder.pid} on ${holder.host}, since ${holder.since}`
  const seen =
    state === 'alive'
      ? `Stop that process${holder === undefined ? '' : ` (kill ${holder.pid})`}`
      : `It cannot be seen from here; if it is gone, wait ${Math.ceil((SILENT_MS - silentMs) / 1000)} s or delete ${path}`
  throw new StoreError(
    'data-dir-in-use',
    `The data folder ${folder} is in use by ${who}. One process at a time may open it. ${seen}, or ${instead}.`,
    holder === undefined ? { folder } : { folder, pid: holder.pid, host: holder.host, since: holder.since },
  )
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'pid' in value && 'host' in value
      ? (value as Holder)
      : undefined
  } catch {
    return undefined
  }
}

async function hold(folder: string, number: number, self: Holder): Promise<DataDirLock> {
  rememberToken(self.token, true)
  const path = fileOf(folder, number)
  for (const older of await lockNumbers(folder))
    if (older < number) await rm(fileOf(folder, older), { force: true })
  // The process that takes the folder over removes this file.
  let lost = false
  let seenAt = Date.now()
  const beat = setInterval(() => {
    utimes(path, new Date(), new Date()).then(
      () => {
        seenAt = Date.now()
      },
      (error: NodeJS.ErrnoException) => {
        lost ||= error.code === 'ENOENT'
      },
    )
  }, BEAT_MS)
  beat.unref()
  return {
    get lost() {
      // After a long statement, or a sleep of the machine, the next query may run before the next
      // renewal.
      if (Date.now() - seenAt > 2 * BEAT_MS) lost ||= !existsSync(path)
      return lost
    },
    async release() {
      clearInterval(beat)
      rememberToken(self.token, false)
      if (lost || !existsSync(path)) return
      const draft = join(folder, `draft.${self.token}`)
      await writeFile(draft, JSON.stringify({ ...self, released: true }), { mode: 0o600 })
      await rename(draft, path)
    },
  }
}
