import { fromBufferPromise, openPromise, type Entry, type ZipFile } from 'yauzl'
import { ImportRefused } from './importer.js'

/** Limits for the files of one import. A zip beyond them is refused as a possible zip bomb. */
export interface SourceLimits {
  /** Unpacked bytes of all files together. */
  readonly bytes: number
  /** Unpacked to packed size of one member. Checked above 10 MiB only, since short texts pack well. */
  readonly ratio: number
  readonly members: number
  /** How deep zips may be nested; 1 is a zip without zips in it. */
  readonly depth: number
}

export const sourceLimits: SourceLimits = { bytes: 2 * 1024 ** 3, ratio: 250, members: 20_000, depth: 3 }
const RATIO_FROM = 10 * 1024 ** 2

/** A member of a zip. It is unpacked while it is read, in memory only. */
export interface ZipMember {
  readonly name: string
  readonly size: number
  readonly chunks: () => AsyncIterable<Uint8Array>
}

/** What is left of the limits, for all files of one import. */
export class SourceBudget {
  readonly limits: SourceLimits
  private bytes = 0
  private members = 0

  constructor(limits: SourceLimits) {
    this.limits = limits
  }

  /** Counts one file; throws `ImportRefused` where the files exceed a limit. */
  take(name: string, size: number): void {
    this.bytes += size
    this.members += 1
    if (this.members > this.limits.members)
      throw new ImportRefused(
        `${name} is one file too many: an import takes ${this.limits.members}. Import in parts.`,
      )
    if (this.bytes > this.limits.bytes) {
      throw new ImportRefused(
        `With ${name} there are more than ${this.limits.bytes} bytes (unpacked). Published data is smaller; if it is right, unpack it and import file by file.`,
      )
    }
  }
}

/** Whether the content begins with the signature of a zip. */
export const looksZipped = (start: Uint8Array): boolean =>
  start[0] === 0x50 &&
  start[1] === 0x4b &&
  (start[2] === 3 || start[2] === 5) &&
  (start[3] === 4 || start[3] === 6)

/**
 * The members of a zip file (a path or its bytes), in their order. Throws `ImportRefused` for a zip that
 * is truncated, encrypted, packed by an unknown method or beyond the budget, or that names a path
 * outside itself.
 */
export async function zipMembers(
  name: string,
  content: string | Buffer,
  budget: SourceBudget,
): Promise<ZipMember[]> {
  const open = async (): Promise<ZipFile> =>
    typeof content === 'string'
      ? await openPromise(content, { autoClose: false })
      : await fromBufferPromise(content)
  const zip = await open().catch((error: unknown) => {
    throw broken(name, error)
  })
  const members: ZipMember[] = []
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue
      const member = `${name}/${entry.fileName}`
      refuseUnreadable(member, entry, budget.limits)
      budget.take(member, entry.uncompressedSize)
      members.push({
        name: entry.fileName,
        size: entry.uncompressedSize,
        chunks: () => unpack(member, open, entry),
      })
    }
  } catch (error) {
    throw error instanceof ImportRefused ? error : broken(name, error)
  } finally {
    zip.close()
  }
  return members
}

function refuseUnreadable(name: string, entry: Entry, { ratio }: SourceLimits): void {
  if (entry.isEncrypted())
    throw new ImportRefused(`${name} is encrypted. Unpack the zip with its password and import the folder.`)
  if (!entry.canDecodeFileData())
    throw new ImportRefused(
      `${name} is packed by method ${entry.compressionMethod}, which is not read here. Unpack the zip and import the folder.`,
    )
  if (entry.uncompressedSize > RATIO_FROM && entry.uncompressedSize > ratio * entry.compressedSize) {
    throw new ImportRefused(
      `${name} unpacks to more than ${ratio} times its size, as a zip bomb does. If it is right, unpack it and import the folder.`,
    )
  }
}

async function* unpack(name: string, open: () => Promise<ZipFile>, entry: Entry): AsyncGenerator<Uint8Array> {
  const zip = await open().catch((error: unknown) => {
    throw broken(name, error)
  })
  try {
    // Fails as soon as more bytes come out than the directory of the zip declared, which the budget counted.
    for await (const chunk of await zip.openReadStreamPromise(entry)) yield chunk as Uint8Array
  } catch (error) {
    throw broken(name, error)
  } finally {
    zip.close()
  }
}

function broken(name: string, error: unknown): ImportRefused {
  const reason = error instanceof Error ? error.message : String(error)
  return new ImportRefused(
    `${name} cannot be read as a zip (${reason}). Download it again; if it opens elsewhere, unpack it and import the folder.`,
  )
}
