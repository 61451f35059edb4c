import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { AnsweredChunk } from './answer-chunk.js'
import { ChunkCutter, type Chunk } from './cut-chunks.js'

export interface AnswerFileParts {
  readonly file: Readable
  readonly out: Writable
  readonly mostLineBytes: number
  /** Maximum number of chunks that are being answered or wait to be written. */
  readonly mostUnderWay: number
  readonly answer: (chunk: Chunk) => Promise<AnsweredChunk>
  /** Called with the bytes and lines of the file whose answers are written. */
  readonly onProgress: (bytes: number, lines: number) => void
}

/**
 * Answers the lines of a file in order. Memory holds only the chunks under way, however long the
 * file is. Rejects when the file cannot be read, answered or written.
 */
export async function answerFile({
  file,
  out,
  mostLineBytes,
  mostUnderWay,
  answer,
  onProgress,
}: AnswerFileParts): Promise<{ readonly answered: number; readonly refused: number }> {
  const cutter = new ChunkCutter(mostLineBytes)
  const underWay: Array<{ readonly begun: Promise<AnsweredChunk>; readonly length: number }> = []
  let [answered, refused, bytes] = [0, 0, 0]
  const begin = (chunk: Chunk | undefined): void => {
    if (chunk === undefined) return
    // the chunk is transferred to the thread, so its bytes are gone afterwards
    const { length } = chunk.bytes
    const begun = answer(chunk)
    begun.catch(() => {}) // awaited later, after the chunks before it
    underWay.push({ begun, length })
  }
  const write = async (left: number): Promise<void> => {
    while (underWay.length > left) {
      const { begun, length } = underWay.shift() as (typeof underWay)[number]
      const done = await begun
      bytes += length
      answered += done.answered
      refused += done.refused
      if (done.bytes.length > 0 && !out.write(done.bytes)) await once(out, 'drain')
      onProgress(bytes, answered + refused)
    }
  }
  for await (const piece of file as AsyncIterable<Buffer>) {
    begin(cutter.cut(piece))
    await write(mostUnderWay)
  }
  begin(cutter.rest())
  await write(0)
  return { answered, refused }
}
