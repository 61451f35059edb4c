import { statfs } from 'node:fs/promises'
import { StoreError } from './store-error.js'

const littleBytes = 4 * 1024 * 1024 // a database needs more free space than that to start

/**
 * The StoreError for an error of the file system in a configured folder; any other error unchanged.
 */
export function folderFault(error: unknown, folder: string, setting: string): unknown {
  const { code } = Object(error) as { code?: unknown }
  const unusable = (why: string): StoreError =>
    new StoreError('folder-unusable', `${setting} cannot be used: ${why}`, { folder, errno: code }, error)
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR')
    return unusable(
      `${folder}, or a part of its path, is a file where a folder should be (or the other way round). Move it away, or set another folder.`,
    )
  if (code === 'EACCES' || code === 'EPERM')
    return unusable(
      `this user may not read or write in ${folder}. Give the folder to the user under whom the service runs (chown), or set another one.`,
    )
  if (code === 'EROFS')
    return unusable(`${folder} is on a disk that is mounted read-only. Set another folder.`)
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder, error)
  return error
}

/** Why a database in `folder` could not be opened: a full disk, or damaged files. */
export async function databaseFault(error: unknown, folder: string): Promise<StoreError> {
  const room = await statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  )
  if (room !== undefined && room < littleBytes) return diskFull(folder, error)
  return new StoreError(
    'store-damaged',
    `The embedded store in ${folder} cannot be opened: files of it are missing or damaged. Nothing was changed. Keep a copy of the folder, put a backup of the whole DATA_DIR in its place (docs/operate/operations.md, Restore), or set DATA_DIR to another folder to begin anew.`,
    { folder },
    error,
  )
}

function diskFull(folder: string, cause: unknown): StoreError {
  return new StoreError(
    'disk-full',
    `The disk of ${folder} is full. Make room on it and start again; what was answered before is not lost.`,
    { folder },
    cause,
  )
}
