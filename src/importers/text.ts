import type { SourceFile } from './importer.js'

/**
 * The text of a file in chunks, without a byte order mark. The encoding is UTF-16 with its mark, UTF-8
 * where all of the file is valid, otherwise Windows-1252, which older tables use. It reads the file
 * twice, because the encoding of the first chunk depends on the last.
 */
export async function* readText(file: Pick<SourceFile, 'chunks'>): AsyncGenerator<string> {
  const decoder = new TextDecoder(await encodingOf(file))
  for await (const chunk of file.chunks()) {
    const text = decoder.decode(chunk, { stream: true })
    if (text !== '') yield text
  }
  const rest = decoder.decode()
  if (rest !== '') yield rest
}

/** The same text with LF for every line break: CR LF, LF or CR. */
export async function* withPlainLineBreaks(text: AsyncIterable<string>): AsyncGenerator<string> {
  let pending = false
  for await (const piece of text) {
    const whole: string = pending ? `\r${piece}` : piece
    // The line feed after a carriage return may be in the next chunk.
    pending = whole.endsWith('\r')
    const plain = (pending ? whole.slice(0, -1) : whole).replace(/\r\n?/g, '\n')
    if (plain !== '') yield plain
  }
  if (pending) yield '\n'
}

async function encodingOf(file: Pick<SourceFile, 'chunks'>): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let first = true
  try {
    for await (const chunk of file.chunks()) {
      if (first && chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le'
      first = false
      decoder.decode(chunk, { stream: true })
    }
    decoder.decode()
    return 'utf-8'
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1252'
    throw error
  }
}
