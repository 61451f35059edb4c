/**
 * One line of a body, counted from 1, without its end. `bytes` are absent where the line is longer
 * than a request may be.
 */
export interface BatchLine {
  readonly number: number
  readonly bytes: Uint8Array | undefined
}

const [newline, carriageReturn, space, tab] = [0x0a, 0x0d, 0x20, 0x09]

/**
 * Splits pieces of bytes into lines. Blank lines are counted and skipped; a line that is too long
 * is not stored.
 */
export class LineSplitter {
  readonly #mostBytes: number
  #pending: Buffer[] = []
  #pendingBytes = 0
  #tooLong = false
  #number: number

  /** `before`: number of lines before the first piece. */
  constructor(mostBytes: number, before = 0) {
    ;[this.#mostBytes, this.#number] = [mostBytes, before]
  }

  /** The number of the current line. */
  get next(): number {
    return this.#number + 1
  }

  /** The lines that end in this piece. */
  *split(piece: Buffer): Generator<BatchLine, void> {
    let from = 0
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, from)) {
      const line = this.#end(piece.subarray(from, end))
      from = end + 1
      if (line !== undefined) yield line
    }
    if (from < piece.length) this.#hold(piece.subarray(from))
  }

  /** The text after the last line end; undefined where there is none. */
  rest(): BatchLine | undefined {
    return this.#pendingBytes === 0 && !this.#tooLong ? undefined : this.#end(Buffer.alloc(0))
  }

  #hold(part: Buffer): void {
    this.#pendingBytes += part.length
    if (this.#pendingBytes > this.#mostBytes)
      [this.#tooLong, this.#pending, this.#pendingBytes] = [true, [], 0]
    else if (!this.#tooLong) this.#pending.push(part)
  }

  #end(part: Buffer): BatchLine | undefined {
    const number = ++this.#number
    const tooLong = this.#tooLong || this.#pendingBytes + part.length > this.#mostBytes
    const bytes = this.#pending.length === 0 ? part : Buffer.concat([...this.#pending, part])
    ;[this.#tooLong, this.#pending, this.#pendingBytes] = [false, [], 0]
    if (tooLong) return { number, bytes: undefined }
    return isBlank(bytes) ? undefined : { number, bytes }
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === space || byte === carriageReturn || byte === tab)
}
