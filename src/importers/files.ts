import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { ImportRefused, type SourceFile } from './importer.js'
import { SourceBudget, looksZipped, sourceLimits, zipMembers, type SourceLimits } from './zip.js'

/** A file that an import reads, with its unpacked size in bytes. */
export interface FoundFile extends SourceFile {
  readonly size: number
}

/**
 * The files under these paths, sorted by name within each: a file itself, the members of a zip and of
 * the zips in it, all files of a folder. Throws `ImportRefused` for a file that is missing, truncated or
 * too large; the message says what to do.
 */
export async function openSources(
  paths: string | readonly string[],
  limits: SourceLimits = sourceLimits,
): Promise<FoundFile[]> {
  const budget = new SourceBudget(limits)
  const found: FoundFile[] = []
  for (const path of typeof paths === 'string' ? [paths] : paths) {
    const files = await openPath(path, basename(path), budget)
    if (files.length === 0) throw new ImportRefused(`${path} holds no files.`)
    found.push(...files)
  }
  return found
}

// Files that operating systems add to folders and archives.
const isSystemFile = (name: string): boolean =>
  name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX' || part === 'Thumbs.db')
const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1)

async function openPath(path: string, name: string, budget: SourceBudget): Promise<FoundFile[]> {
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new ImportRefused(
      error.code === 'ENOENT'
        ? `${path} is not there. Check the path.`
        : `${path} cannot be read (${error.code}). Check its permissions.`,
    )
  })
  if (about.isDirectory()) return await openFolder(path, name, budget)
  if (!about.isFile()) throw new ImportRefused(`${path} is neither a file nor a folder.`)
  const start = await firstBytes(path)
  if (looksZipped(start)) {
    const members = await openZip(name, path, budget, 1)
    if (members !== undefined) return members
  } else if (/\.zip$/i.test(name)) throw notZip(name, start)
  budget.take(name, about.size)
  return [fileOf(name, about.size, () => createReadStream(path) as AsyncIterable<Uint8Array>)]
}

async function openFolder(path: string, name: string, budget: SourceBudget): Promise<FoundFile[]> {
  const entries = await readdir(path, { withFileTypes: true })
  const files: FoundFile[] = []
  for (const entry of entries.filter(({ name: part }) => !isSystemFile(part)).sort(byName)) {
    // A link to a folder may lead back to a folder above it, without end.
    if (entry.isSymbolicLink() && (await stat(join(path, entry.name))).isDirectory()) continue
    files.push(...(await openPath(join(path, entry.name), `${name}/${entry.name}`, budget)))
  }
  return files
}

/** The files of a zip. Undefined for an office document, which is a zip that counts as one file. */
async function openZip(
  name: string,
  content: string | Buffer,
  budget: SourceBudget,
  depth: number,
): Promise<FoundFile[] | undefined> {
  // A budget of its own: an office document counts by its packed size, and its parts must not count too.
  const inside = new SourceBudget(budget.limits)
  const members = await zipMembers(name, content, inside)
  if (members.some((member) => member.name === '[Content_Types].xml')) return undefined
  const files: FoundFile[] = []
  for (const member of members.sort(byName)) {
    if (isSystemFile(member.name)) continue
    const path = `${name}/${member.name}`
    budget.take(path, member.size)
    const file = fileOf(path, member.size, member.chunks)
    const nested = /\.(zip)$/i.test(member.name) ? await openNested(file, budget, depth + 1) : undefined
    files.push(...(nested ?? [file]))
  }
  return files
}

async function openNested(
  file: FoundFile,
  budget: SourceBudget,
  depth: number,
): Promise<FoundFile[] | undefined> {
  if (depth > budget.limits.depth)
    throw new ImportRefused(
      `${file.name} is a zip ${depth} deep; ${budget.limits.depth} are unpacked. Unpack it and import the folder.`,
    )
  const bytes = Buffer.from(await file.bytes())
  if (!looksZipped(bytes)) throw notZip(file.name, bytes)
  return await openZip(file.name, bytes, budget, depth)
}

function notZip(name: string, start: Uint8Array): ImportRefused {
  const text = Buffer.from(start.subarray(0, 40))
    .toString('latin1')
    .replace(/[^ -~]+/g, ' ')
    .trim()
  const page = /^<(!doctype|html)/i.test(text)
    ? ' It is a web page, such as one that asks to accept a license: download the file in a browser.'
    : ' Download it again.'
  return new ImportRefused(
    start.length === 0
      ? `${name} is empty.${page}`
      : `${name} is not a zip: it begins with "${text}".${page}`,
  )
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const handle = await open(path)
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(40), 0, 40, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function fileOf(name: string, size: number, chunks: () => AsyncIterable<Uint8Array>): FoundFile {
  return {
    name,
    size,
    chunks,
    bytes: async () => {
      const parts: Uint8Array[] = []
      for await (const part of chunks()) parts.push(part)
      return Buffer.concat(parts)
    },
  }
}
