/** Whole lines of a file, with the number of lines before them. */
export interface Chunk {
  readonly bytes: Buffer<ArrayBuffer>
  readonly linesBefore: number
}

const newline = 0x0a

/**
 * Splits a file into chunks of whole lines, each about as long as the pieces in which it is read.
 * Of a line longer than `mostLineBytes` it takes only enough to show that the line is too long.
 */
export class ChunkCutter {
  readonly #mostLineBytes: number
  #pending: Buffer[] = []
  #pendingBytes = 0
  #lines = 0

  constructor(mostLineBytes: number) {
    this.#mostLineBytes = mostLineBytes
  }

  /** The lines that end in this piece; undefined where none does. */
  cut(piece: Buffer): Chunk | undefined {
    const end = piece.lastIndexOf(newline) + 1
    if (end === 0) {
      this.#hold(piece)
      return undefined
    }
    const first = piece.indexOf(newline)
    this.#hold(piece.subarray(0, first))
    const chunk = this.#take(piece.subarray(first, end))
    this.#hold(piece.subarray(end))
    return chunk
  }

  /** The text after the last line end; undefined where there is none. */
  rest(): Chunk | undefined {
    return this.#pendingBytes === 0 ? undefined : this.#take(Buffer.alloc(0))
  }

  #hold(part: Buffer): void {
    const taken = part.subarray(0, Math.max(0, this.#mostLineBytes + 1 - this.#pendingBytes))
    if (taken.length === 0) return
    this.#pending.push(taken)
    this.#pendingBytes += taken.length
  }

  #take(last: Buffer): Chunk {
    // A separate copy, which can be transferred to a thread.
    const bytes = Buffer.from(new ArrayBuffer(this.#pendingBytes + last.length))
    let at = 0
    for (const part of [...this.#pending, last]) at += part.copy(bytes, at)
    ;[this.#pending, this.#pendingBytes] = [[], 0]
    const chunk = { bytes, linesBefore: this.#lines }
    for (let end = last.indexOf(newline); end >= 0; end = last.indexOf(newline, end + 1)) this.#lines++
    return chunk
  }
}
