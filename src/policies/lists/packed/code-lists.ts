import { GrowingArray } from './growing-array.js'

// Up to this number equal lists share one entry; later policies get an entry of their own, which
// only takes more memory.
const mostKnown = 1 << 16

/** Lists of procedure codes and ranges. Each code is a number, and equal lists are stored once. */
export class CodeLists {
  /** Codes and ranges by their numbers. */
  readonly codes: string[] = []
  readonly #numbers = new Map<string, number>()
  readonly #known = new Map<string, number>()
  readonly #starts = new GrowingArray()
  readonly #items = new GrowingArray()

  constructor() {
    this.#starts.push(0)
  }

  /** Returns the number of a list, and adds the list if it is new. */
  add(codes: readonly string[]): number {
    const text = codes.join()
    const known = this.#known.get(text)
    if (known !== undefined) return known
    for (const code of codes) this.#items.push(this.#addCode(code))
    this.#starts.push(this.#items.length)
    const number = this.#starts.length - 2
    if (this.#known.size < mostKnown) this.#known.set(text, number)
    return number
  }

  /** Returns the number of a code; undefined for a code in no list. Never adds a code. */
  codeNumber(code: string): number | undefined {
    return this.#numbers.get(code)
  }

  lengthOf(list: number): number {
    return this.#starts.at(list + 1) - this.#starts.at(list)
  }

  /** The number of the code at a position of a list. */
  codeAt(list: number, position: number): number {
    return this.#items.at(this.#starts.at(list) + position)
  }

  get bytes(): number {
    return this.#starts.bytes + this.#items.bytes + (this.codes.length + this.#known.size) * 100
  }

  #addCode(code: string): number {
    const known = this.#numbers.get(code)
    if (known !== undefined) return known
    this.#numbers.set(code, this.codes.length)
    return this.codes.push(code) - 1
  }
}
