import type { SourceFile } from '../../src/importers/importer.js'
import type { FoundFile } from '../../src/importers/files.js'

/** A file in memory; read in pieces of `piece` bytes, so that what spans two pieces is tried. */
export function fileOf(name: string, content: string | Uint8Array, piece = 7): FoundFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content)
  return {
    name,
    size: bytes.length,
    bytes: async () => bytes,
    chunks: async function* () {
      for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
    },
  }
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

export const textOf = async (file: SourceFile): Promise<string> => Buffer.from(await file.bytes()).toString()
