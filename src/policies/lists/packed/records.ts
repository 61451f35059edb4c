const chunkBits = 20
const chunkSize = 1 << chunkBits

/**
 * Records of bytes, one after the other in pieces of a mebibyte. An address is a number below 2^32.
 * Records are added and never changed.
 */
export class Records {
  readonly #chunks: Buffer[] = []
  #free = 0
  /** Number of records, including those that no list uses any more. */
  length = 0
  #used = 0

  /** Stores a copy of the bytes and returns its address. */
  add(bytes: Uint8Array): number {
    const last = this.#chunks.length - 1
    this.length++
    const at = chunkSize - this.#free
    if (bytes.length <= this.#free) {
      this.#chunks[last]?.set(bytes, at)
      this.#free -= bytes.length
      return last * chunkSize + at
    }
    if (this.#chunks.length === 2 ** (32 - chunkBits))
      throw new RangeError('the packed policies are full: more than 4 GiB')
    // A record larger than a piece gets a piece of its own.
    const chunk = Buffer.allocUnsafeSlow(Math.max(chunkSize, bytes.length))
    chunk.set(bytes)
    this.#chunks.push(chunk)
    this.#used += chunk.length
    this.#free = Math.max(0, chunkSize - bytes.length)
    return (last + 1) * chunkSize
  }

  /** The piece of an address, and the offset in it. */
  chunkOf(address: number): Buffer {
    return this.#chunks[address >>> chunkBits] as Buffer
  }

  offsetOf(address: number): number {
    return address & (chunkSize - 1)
  }

  get bytes(): number {
    return this.#used
  }
}
