import { constants, writeSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { folderFault } from '../store/database/folder-faults.js'
import { lockDataDir, type DataDirLock } from '../store/database/lock.js'
import { makePrivate } from '../store/database/private-files.js'
import { hashOf, type LogRecord } from './record.js'
import type { LogSink } from './writer.js'

// INVARIANT: a row is one line of JSON, and its hash shows whether the line is whole
// (test/decision-log/spool.test.ts). A written line survives the end of the process. A flushed line
// survives the end of the machine: it is flushed within 20 ms, or with `strict` before the answer.

const segmentBytes = 8 * 1024 * 1024
const pieceBytes = 1024 * 1024
const mostInPiece = 500
const flushMs = 20
// Rows in memory while the store takes them in time. When it does not they wait in the files alone.
const mostHeldBytes = 8 * 1024 * 1024
// Disk space that a start frees on a full disk. Without it the start could not take the lock, and
// so could not ship the rows that fill the disk.
const reserveBytes = 16 * 1024
const instead = 'set SPOOL_DIR to another folder: each process has its own'

interface Segment {
  readonly path: string
  size: number
  shipped: number
  damaged: number
  ended: boolean
  /** The last batches that were written and are not shipped, in order. What is before them is read again from the file. */
  held: Batch[]
}

/** Rows of the file that are in memory as well, and where in the file they are. */
interface Batch {
  readonly from: number
  readonly bytes: number
  readonly records: readonly LogRecord[]
}

/** The next lines for the store, and how to confirm them. */
export interface Piece {
  readonly records: readonly LogRecord[]
  /** Whole lines with a wrong hash. Their file stays for inspection. */
  readonly damaged: number
  /** Whether the last line is cut, by a process that was killed. Its answer was never given. */
  readonly torn: boolean
  /**
   * Call it when every line that can be stored is stored, with the number of lines that cannot be,
   * including `damaged`.
   */
  readonly done: (damaged: number) => Promise<void>
}

export interface SpoolSettings {
  readonly folder: string
  /** Bytes that may wait for the store. */
  readonly maxBytes: number
  /** Whether a row counts as recorded only once it is flushed to the disk. */
  readonly strict: boolean
}

/**
 * A write-ahead spool: rows are appended to files at once, and read again to be shipped to the
 * store.
 */
export class Spool implements LogSink {
  readonly #settings: SpoolSettings
  readonly #lock: DataDirLock
  readonly #segments: Segment[]
  #file: FileHandle | undefined
  #numbered = 0
  #flushing: NodeJS.Timeout | undefined
  #broken = false
  #oldest: number | undefined
  #heldBytes = 0

  private constructor(settings: SpoolSettings, lock: DataDirLock, segments: Segment[]) {
    this.#settings = settings
    this.#lock = lock
    this.#segments = segments
  }

  /**
   * Locks the folder and reads the rows that ended processes left in it; only its owner can read it
   * afterwards. Rejects with `data-dir-in-use` while another process uses it, or with the fault of
   * the folder.
   */
  static async open(settings: SpoolSettings): Promise<Spool> {
    const { folder } = settings
    const reserve = join(folder, 'reserve')
    const lock = await lockSpool(folder, reserve).catch((error: unknown) => {
      throw folderFault(error, folder, 'SPOOL_DIR')
    })
    await makePrivate(folder)
    await writeFile(reserve, Buffer.alloc(reserveBytes), { mode: 0o600 }).catch(() => {})
    const left = (await readdir(folder)).filter((name) => name.endsWith('.rows')).sort()
    const segments = await Promise.all(
      left.map(async (name) => ({
        path: join(folder, name),
        size: (await stat(join(folder, name))).size,
        shipped: 0,
        damaged: 0,
        ended: true,
        held: [],
      })),
    )
    return new Spool(settings, lock, segments)
  }

  /** Bytes that are not in the store yet. */
  get waitingBytes(): number {
    return this.#segments.reduce((sum, { size, shipped }) => sum + size - shipped, 0)
  }

  /**
   * The time of the oldest row that is not in the store, in milliseconds since 1970, as of the last
   * look; undefined when none waits.
   */
  get oldestWaiting(): number | undefined {
    return this.waitingBytes === 0 ? undefined : this.#oldest
  }

  async write(records: readonly LogRecord[]): Promise<void> {
    if (this.#broken) throw new Error('the spool failed before')
    if (this.#lock.lost) throw new Error('another process took the spool over')
    const lines = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    if (this.waitingBytes + lines.length > this.#settings.maxBytes)
      throw Object.assign(new Error('the spool is full'), { code: 'SPOOL_FULL' })
    const segment = await this.#current()
    const file = this.#file as FileHandle
    try {
      writeAll(file, lines, segment.size)
      if (this.#settings.strict) await file.datasync()
    } catch (error) {
      // Begin a new file: a partial line must not come before the next one. A file that is full, or
      // whose disk was full, can be removed once it is shipped.
      await file.truncate(segment.size).catch(() => {
        this.#broken = true
      })
      await this.#end(segment)
      throw error
    }
    this.#hold(segment, { from: segment.size, bytes: lines.length, records })
    segment.size += lines.length
    if (!this.#settings.strict) this.#flushSoon(file)
  }

  /**
   * The next rows to ship, the oldest first; undefined when all are shipped. Incomplete lines are
   * counted and left out.
   */
  async next(): Promise<Piece | undefined> {
    const segment = this.#segments.find(({ size, shipped, ended }) => shipped < size || ended)
    if (segment === undefined) return undefined
    const held = heldNext(segment)
    if (held !== undefined) return this.#piece(segment, { ...held, damaged: 0, torn: false })
    const { bytes, whole } = await readPiece(segment)
    if (whole === 0 && !segment.ended) return undefined
    const { records, damaged } = parseLines(bytes.subarray(0, whole))
    return this.#piece(segment, { bytes: whole, records, damaged, torn: whole === 0 && bytes.length > 0 })
  }

  #piece(
    segment: Segment,
    { bytes, records, damaged, torn }: Omit<Piece, 'done'> & { readonly bytes: number },
  ): Piece {
    this.#oldest = records[0] === undefined ? this.#oldest : Date.parse(records[0].at)
    return {
      records,
      damaged,
      torn,
      done: async (notStored) => {
        await this.#shipped(segment, bytes, notStored)
      },
    }
  }

  #hold(segment: Segment, batch: Batch): void {
    this.#heldBytes += batch.bytes
    segment.held.push(batch)
    if (this.#heldBytes <= mostHeldBytes) return
    for (const one of this.#segments) one.held = []
    this.#heldBytes = 0
  }

  /** A determination that is not shipped yet; undefined where there is none. */
  async find(tenantId: string, determinationId: string): Promise<LogRecord | undefined> {
    const isWanted = (record: LogRecord): boolean =>
      record.action === 'determination' &&
      record.tenantId === tenantId &&
      record.determinationId === determinationId
    for (const segment of this.#segments) {
      const held = segment.held.flatMap(({ records }) => records).find(isWanted)
      if (held !== undefined) return held
      const { bytes, whole } = await readWaiting(segment)
      const found = parseLines(bytes.subarray(0, whole)).records.find(isWanted)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Flushes, releases the folder and removes shipped files. */
  async close(): Promise<void> {
    clearTimeout(this.#flushing)
    const current = this.#file === undefined ? undefined : this.#segments.at(-1)
    await this.#file?.datasync().catch(() => {})
    await this.#file?.close().catch(() => {})
    if (current !== undefined && current.shipped === current.size) await rm(current.path, { force: true })
    await this.#lock.release()
  }

  async #current(): Promise<Segment> {
    const current = this.#file === undefined ? undefined : this.#segments.at(-1)
    if (current !== undefined && current.size < segmentBytes) return current
    if (current !== undefined) await this.#end(current)
    if (this.#broken) throw new Error('the spool failed before')
    const path = join(
      this.#settings.folder,
      `${Date.now()}-${String(++this.#numbered).padStart(6, '0')}.rows`,
    )
    // Flush the folder too: a flushed file is lost if its name is not on the disk.
    const file = await open(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600)
    if (this.#settings.strict)
      await flushFolder(this.#settings.folder).catch(async (error: unknown) => {
        await file.close()
        throw error
      })
    this.#file = file
    const segment: Segment = { path, size: 0, shipped: 0, damaged: 0, ended: false, held: [] }
    this.#segments.push(segment)
    return segment
  }

  /** Ends a file: nothing more is written to it. */
  async #end(segment: Segment): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.datasync().catch(() => {
      this.#broken = true
    })
    await file?.close().catch(() => {})
    segment.ended = true
  }

  #flushSoon(file: FileHandle): void {
    this.#flushing ??= setTimeout(() => {
      this.#flushing = undefined
      // After a failed flush the disk may have lost rows, so nothing more is written to it.
      file.datasync().catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EBADF') this.#broken = true
      })
    }, flushMs)
  }

  async #shipped(segment: Segment, bytes: number, damaged: number): Promise<void> {
    segment.shipped += bytes
    segment.damaged += damaged
    while (segment.held[0] !== undefined && segment.held[0].from < segment.shipped)
      this.#heldBytes -= segment.held.shift()?.bytes ?? 0
    const rest = segment.size - segment.shipped
    // The last line of an ended process may be cut. Its answer was never given.
    if (!segment.ended || (rest > 0 && bytes > 0)) return
    this.#segments.splice(this.#segments.indexOf(segment), 1)
    if (segment.damaged > 0) await rename(segment.path, `${segment.path}.damaged`)
    else await rm(segment.path, { force: true })
  }
}

async function lockSpool(folder: string, reserve: string): Promise<DataDirLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return await lockDataDir(folder, instead).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOSPC') throw error
    await rm(reserve, { force: true })
    return await lockDataDir(folder, instead)
  })
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

// Only copies to memory of the system, in 0.01 ms. Through another thread, as for a flush, it takes ten times as long.
function writeAll({ fd }: FileHandle, bytes: Buffer, at: number): void {
  for (let written = 0; written < bytes.length;)
    written += writeSync(fd, bytes, written, bytes.length - written, at + written)
}

const nothing = { bytes: Buffer.alloc(0), whole: 0 }

/** What a segment holds of its next rows, about a piece; undefined where they are in the file alone. */
function heldNext({ held, shipped }: Segment): { bytes: number; records: LogRecord[] } | undefined {
  if (held[0]?.from !== shipped) return undefined
  const next = { bytes: 0, records: [] as LogRecord[] }
  for (const { bytes, records } of held) {
    next.bytes += bytes
    next.records.push(...records)
    if (next.bytes >= pieceBytes || next.records.length >= mostInPiece) break
  }
  return next
}

/** What a file alone has after the shipping position; nothing where it was shipped meanwhile. */
async function readWaiting(segment: Segment): Promise<{ bytes: Buffer; whole: number }> {
  return await readPiece(segment, segment.size).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return nothing
    throw error
  })
}

/** The bytes after the shipping position that are not in memory, and how many of them are whole lines. */
async function readPiece(
  { path, size: fileSize, shipped, held }: Segment,
  first = pieceBytes,
): Promise<{ bytes: Buffer; whole: number }> {
  const size = held[0]?.from ?? fileSize
  if (size === shipped) return nothing
  const file = await open(path, 'r')
  try {
    for (let length = first; ; length *= 2) {
      const wanted = Math.min(length, size - shipped)
      const bytes = Buffer.alloc(wanted)
      const { bytesRead } = await file.read(bytes, 0, wanted, shipped)
      const whole = bytes.subarray(0, bytesRead).lastIndexOf('\n') + 1
      if (whole > 0 || wanted === size - shipped) return { bytes, whole }
    }
  } finally {
    await file.close()
  }
}

function parseLines(bytes: Buffer): { records: LogRecord[]; damaged: number } {
  const records: LogRecord[] = []
  let damaged = 0
  for (const line of bytes.toString('utf8').split('\n').slice(0, -1)) {
    const record = parseLine(line)
    if (record === undefined) damaged++
    else records.push(record)
  }
  return { records, damaged }
}

function parseLine(line: string): LogRecord | undefined {
  try {
    const record = JSON.parse(line) as LogRecord
    return hashOf(record) === record.hash ? record : undefined
  } catch {
    return undefined
  }
}
