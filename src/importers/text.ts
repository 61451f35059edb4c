import type { SourceFile } from './importer.js'

/**
 * The text of a file in pieces, without a byte order mark: UTF-8 if all of it is valid, UTF-16 if
 * marked, otherwise Windows-1252, the encoding of older tables. The file is read twice, so that all
 * pieces have one encoding.
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

/**
 * The same text with line breaks of one kind: a carriage return before a line feed is left out, one
 * alone becomes a line feed.
 */
export async function* withPlainLineBreaks(text: AsyncIterable<string>): AsyncGenerator<string> {
  let pending = false
  for await (const piece of text) {
    const whole: string = pending ? `\r${piece}` : piece
    // The line feed, if any, is in the next piece.
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
