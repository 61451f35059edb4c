/** Whole numbers up to 2^32 in a typed array that grows. */
export class GrowingArray {
  #items: Uint32Array
  length = 0

  constructor(items = 1024) {
    this.#items = new Uint32Array(items)
  }

  push(item: number): void {
    if (this.length === this.#items.length) {
      const larger = new Uint32Array(this.length * 2)
      larger.set(this.#items)
      this.#items = larger
    }
    this.#items[this.length++] = item
  }

  at(position: number): number {
    return this.#items[position] as number
  }

  /** The items as an array of just their length. */
  toArray(): Uint32Array {
    return this.#items.slice(0, this.length)
  }

  get bytes(): number {
    return this.#items.byteLength
  }
}
