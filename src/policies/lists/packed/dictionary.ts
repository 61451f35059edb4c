import { RepeatedTexts } from './repeated-texts.js'
import { partsOf } from './template.js'

// Maximum number of shared texts; further ones are stored in the records.
const mostTexts = 1 << 20
const mostSharedUnits = 64 << 20

/**
 * The parts that many packed policies share, each stored once: texts, templates of texts, the keys of
 * objects, and whole values such as the rules of a shared group. Nothing is removed, so earlier records
 * stay readable and several lists can share it. Its size is bounded.
 */
export class Dictionary {
  readonly texts: string[] = []
  readonly templates: Array<readonly string[]> = []
  readonly shapes: Array<readonly string[]> = []
  readonly values: unknown[] = []
  readonly #textNumbers = new Map<string, number>()
  readonly #templateNumbers = new Map<string, number>()
  // For each number of keys the last used shape, because objects of one kind follow each other.
  readonly #lastShapes: number[] = []
  readonly #shapeNumbers = new Map<string, number>()
  readonly #valueNumbers = new WeakMap<object, number>()
  readonly #numbersByText = new Map<string, number>()
  readonly #recurring = new RepeatedTexts()
  #units = 0
  #sharedUnits = 0

  /** Number of a repeated text; undefined for one that seems to be unique. */
  textNumber(text: string): number | undefined {
    return this.#numberOf(text, text, this.#textNumbers, this.texts)
  }

  /** Number of a repeated template. */
  templateNumber(template: string): number | undefined {
    const known = this.#templateNumbers.get(template)
    return known ?? this.#numberOf(template, partsOf(template), this.#templateNumbers, this.templates)
  }

  shapeNumber(keys: readonly string[]): number {
    const last = this.#lastShapes[keys.length] ?? 0
    const shape = this.shapes[last]
    if (shape?.length === keys.length && shape.every((key, at) => key === keys[at])) return last
    return (this.#lastShapes[keys.length] = this.#numberOfShape(keys))
  }

  #numberOfShape(keys: readonly string[]): number {
    const name = JSON.stringify(keys)
    const known = this.#shapeNumbers.get(name)
    if (known !== undefined) return known
    this.#shapeNumbers.set(name, this.shapes.length)
    return this.shapes.push(keys) - 1
  }

  /** Number of a shared value: an object that `shared` returned or `recognize` has seen. */
  valueNumber(value: object): number | undefined {
    return this.#valueNumbers.get(value)
  }

  /** Parses a JSON text. A repeated text is parsed once and returns the same object each time. */
  shared(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
    const known = this.#numbersByText.get(text)
    if (known !== undefined) return this.values[known]
    const value: unknown = parse(text)
    if (typeof value === 'object' && value !== null && this.#mayShare(text)) this.#share(value, text)
    return value
  }

  /** Makes a repeated value a shared one, so that records only refer to it. */
  recognize(value: object): void {
    if (this.#valueNumbers.has(value)) return
    const text = JSON.stringify(value)
    const known = this.#numbersByText.get(text)
    if (known !== undefined) this.#valueNumbers.set(value, known)
    else if (this.#mayShare(text)) this.#share(value, text)
  }

  /**
   * Estimated size in bytes: of texts their length and the cost of an object, of shared values a
   * multiple of their text.
   */
  get bytes(): number {
    return (
      this.#units +
      (this.texts.length + this.templates.length + this.shapes.length) * 100 +
      this.#sharedUnits * 5
    )
  }

  #mayShare(text: string): boolean {
    return this.#recurring.wasHere(text) && this.#sharedUnits < mostSharedUnits
  }

  #share(value: object, text: string): void {
    const number = this.values.push(value) - 1
    this.#sharedUnits += text.length
    this.#valueNumbers.set(value, number)
    this.#numbersByText.set(text, number)
    // The text from the database has spaces that JSON.stringify does not write, so remember both
    // spellings.
    this.#numbersByText.set(JSON.stringify(value), number)
  }

  #numberOf<T>(text: string, item: T, numbers: Map<string, number>, items: T[]): number | undefined {
    const known = numbers.get(text)
    if (known !== undefined) return known
    if (items.length >= mostTexts || !this.#recurring.wasHere(text)) return undefined
    this.#units += text.length
    numbers.set(text, items.length)
    return items.push(item) - 1
  }
}
