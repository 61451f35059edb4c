import type { Dictionary } from './dictionary.js'
import { constants, tagBits, tags } from './tags.js'
import { split } from './template.js'

const room = 1 << 16
const mostWhole = 1 << 24
const longestShared = 300

/**
 * Encodes JSON data as one record of bytes, which `Decoder` reads. Keys with undefined values are
 * left out.
 */
export class Encoder {
  readonly #dictionary: Dictionary
  #bytes = Buffer.allocUnsafe(room)
  #at = 0
  // Texts of the current record, so that none is written twice.
  readonly #own = new Map<string, number>()

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary
  }

  /** The bytes of several values in sequence. The next record overwrites them. */
  record(...values: readonly unknown[]): Buffer {
    this.#at = 0
    this.#own.clear()
    for (const value of values) this.#value(value)
    return this.#bytes.subarray(0, this.#at)
  }

  #value(value: unknown): void {
    if (typeof value === 'string') return this.#text(value)
    if (typeof value === 'number') return this.#number(value)
    if (typeof value !== 'object' || value === null)
      return this.#head(tags.constant, Math.max(0, constants.indexOf(value)))
    const number = this.#dictionary.valueNumber(value)
    if (number !== undefined) return this.#head(tags.shared, number)
    if (Array.isArray(value)) this.#array(value)
    else this.#object(value as Record<string, unknown>)
  }

  #array(value: readonly unknown[]): void {
    this.#head(tags.array, value.length)
    for (const item of value) this.#value(item)
  }

  #object(value: Record<string, unknown>): void {
    let keys = Object.keys(value)
    if (keys.some((key) => value[key] === undefined)) keys = keys.filter((key) => value[key] !== undefined)
    this.#head(tags.object, this.#dictionary.shapeNumber(keys))
    for (const key of keys) this.#value(value[key])
  }

  #number(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value < mostWhole && !Object.is(value, -0))
      return this.#head(tags.whole, value)
    this.#head(tags.double, 0)
    this.#ensure(8)
    this.#at = this.#bytes.writeDoubleLE(value, this.#at)
  }

  #text(text: string): void {
    const before = this.#own.get(text)
    if (before !== undefined) return this.#head(tags.again, before)
    const number = text.length > longestShared ? undefined : this.#dictionary.textNumber(text)
    if (number !== undefined) return this.#head(tags.text, number)
    this.#own.set(text, this.#own.size)
    const parts = text.length > longestShared ? undefined : split(text)
    const template = parts === undefined ? undefined : this.#dictionary.templateNumber(parts.template)
    if (parts === undefined || template === undefined) return this.#plainText(text)
    this.#head(tags.template, template)
    for (const digits of parts.numbers) this.#varint(digits)
  }

  #plainText(text: string): void {
    // eslint-disable-next-line no-control-regex
    const encoding = /^[\u0000-\u00ff]*$/.test(text) ? 'latin1' : 'utf16le'
    const length = encoding === 'latin1' ? text.length : text.length * 2
    this.#head(encoding === 'latin1' ? tags.latin1 : tags.utf16, length)
    this.#ensure(length)
    this.#at += this.#bytes.write(text, this.#at, encoding)
  }

  #head(tag: number, number: number): void {
    this.#varint(number * (1 << tagBits) + tag)
  }

  #varint(value: number): void {
    this.#ensure(10)
    let rest = value
    for (; rest > 0x7fffffff; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 128
    for (; rest > 127; rest >>>= 7) this.#bytes[this.#at++] = (rest & 127) | 128
    this.#bytes[this.#at++] = rest
  }

  #ensure(more: number): void {
    if (this.#at + more <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + more))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}
