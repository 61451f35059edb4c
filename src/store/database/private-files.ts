import { chmod, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const ofOthers = 0o077
const [ownFile, ownFolder] = [0o600, 0o700]

/** Whether this program makes files of this name in a data folder or a spool. */
const isOurs = (name: string): boolean =>
  /^(database|spool|reserve|data\.key(\.\w+)?|(lock|draft)\.[\w-]+|[\d-]+\.rows(\.damaged)?)$/.test(name)

/**
 * Removes the rights of others on the files of this program in a folder, and on the folder unless
 * it holds other files too. Returns the paths that others can still read: on a disk without modes,
 * or where the files belong to another user.
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
 * Removes the rights of others and returns whether that worked. A link is left alone, because its
 * mode says nothing about its target.
 */
async function close(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || found.isSymbolicLink() || (found.mode & ofOthers) === 0) return true
  await chmod(path, found.isDirectory() ? ownFolder : ownFile).catch(() => {})
  return ((await lstat(path).catch(() => found)).mode & ofOthers) === 0
}

/** Whether users other than the owner and the group can read a file. */
export async function isReadByAll(path: string): Promise<boolean> {
  return ((await lstat(path)).mode & 0o004) !== 0
}
