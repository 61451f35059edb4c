import { chmod, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const ofOthers = 0o077
const [ownFile, ownFolder] = [0o600, 0o700]

/** Whether a name in a data folder or a spool is one that this program makes. */
const isOurs = (name: string): boolean =>
  /^(database|spool|reserve|data\.key(\.\w+)?|(lock|draft)\.[\w-]+|[\d-]+\.rows(\.damaged)?)$/.test(name)

/**
 * Lets nobody but their owner read what this program has in a folder, and the folder itself unless
 * it holds other things too. Answers the paths that others can read all the same, as on a disk
 * without modes or where the files are somebody else's.
 */
export async function makePrivate(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  const left: string[] = []
  for (const name of names.filter(isOurs)) left.push(...(await closeAll(join(folder, name))))
  if (names.every(isOurs) && !(await close(folder))) left.unshift(folder)
  return left
}

async function closeAll(path: string): Promise<string[]> {
  const left = (await close(path)) ? [] : [path]
  const below = await readdir(path, { withFileTypes: true }).catch(() => [])
  for (const { name } of below) left.push(...(await closeAll(join(path, name))))
  return left
}

/**
 * Whether nobody else can read it now. A link is left alone: it says nothing of what it points at.
 */
async function close(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || found.isSymbolicLink() || (found.mode & ofOthers) === 0) return true
  await chmod(path, found.isDirectory() ? ownFolder : ownFile).catch(() => {})
  return ((await lstat(path).catch(() => found)).mode & ofOthers) === 0
}

/** Whether a file can be read by others than its owner and its group. */
export async function isReadByAll(path: string): Promise<boolean> {
  return ((await lstat(path)).mode & 0o004) !== 0
}
