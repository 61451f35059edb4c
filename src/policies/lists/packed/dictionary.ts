import { RepeatedTexts } from './repeated-texts.js'
import { partsOf } from './template.js'

// So much is kept as objects at most; what comes after stands in the records themselves.
const mostTexts = 1 << 20
const mostSharedUnits = 64 << 20

/**
 * What many packed policies have in common, each once and as an object: texts, skeletons of texts,
 * the keys of objects, and whole values such as the rules of a shared group. It only grows, up to a
 * bound, so that records written earlier stay readable and several lists can share it.
 */
export class Dictionary {
  readonly texts: string[] = []
  readonly skeletons: Array<readonly string[]> = []
  readonly shapes: Array<readonly string[]> = []
  readonly values: unknown[] = []
  readonly #textNumbers = new Map<string, number>()
  readonly #skeletonNumbers = new Map<string, number>()
  // Of each number of keys, the shape that was asked for last: objects of one kind follow each
  // other.
  readonly #lastShapes: number[] = []
  readonly #shapeNumbers = new Map<string, number>()
  readonly #valueNumbers = new WeakMap<object, number>()
  readonly #numbersByText = new Map<string, number>()
  readonly #recurring = new RepeatedTexts()
  #units = 0
  #sharedUnits = 0

  /** Number of a text that recurs, undefined for one that seems to be the only one. */
  textNumber(text: string): number | undefined {
    return this.#numberOf(text, text, this.#textNumbers, this.texts)
  }

  /** Number of a skeleton that recurs. */
  skeletonNumber(skeleton: string): number | undefined {
    const known = this.#skeletonNumbers.get(skeleton)
    return known ?? this.#numberOf(skeleton, partsOf(skeleton), this.#skeletonNumbers, this.skeletons)
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

  /**
   * Number of a value that is shared: an object that `shared` has handed out or `recognize` has
   * met.
   */
  valueNumber(value: object): number | undefined {
    return this.#valueNumbers.get(value)
  }

  /**
   * What `parse` makes of a JSON text: for a text that recurs the same object each time, and then
   * it is not parsed again.
   */
  shared(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
    const known = this.#numbersByText.get(text)
    if (known !== undefined) return this.values[known]
    const value: unknown = parse(text)
    if (typeof value === 'object' && value !== null && this.#mayShare(text)) this.#share(value, text)
    return value
  }

  /** Makes a value that recurs a shared one, so that records only name it. */
  recognize(value: object): void {
    if (this.#valueNumbers.has(value)) return
    const text = JSON.stringify(value)
    const known = this.#numbersByText.get(text)
    if (known !== undefined) this.#valueNumbers.set(value, known)
    else if (this.#mayShare(text)) this.#share(value, text)
  }

  /**
   * About how many bytes it takes: of texts what they hold and what an object costs, of shared
   * values some times their text.
   */
  get bytes(): number {
    return (
      this.#units +
      (this.texts.length + this.skeletons.length + this.shapes.length) * 100 +
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
    // A database writes blanks that we do not.
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
