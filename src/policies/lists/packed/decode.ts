import type { Dictionary } from './dictionary.js'
import { constants, tagBits, tags } from './tags.js'

/**
 * Decodes the records that `Encoder` wrote with the same dictionary. A shared value is the same object
 * each time.
 */
export class Decoder {
  readonly #dictionary: Dictionary
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #own: string[] = []

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary
  }

  /** Begins a record that starts at a position of some bytes. */
  open(bytes: Buffer, at: number): this {
    this.#bytes = bytes
    this.#at = at
    this.#own = []
    return this
  }

  /** Position of the next value. */
  get position(): number {
    return this.#at
  }

  /** The next value of the record. */
  value(): unknown {
    const head = this.#varint()
    const number = Math.floor(head / (1 << tagBits))
    switch (head & ((1 << tagBits) - 1)) {
      case tags.text:
        return this.#dictionary.texts[number]
      case tags.template:
        return this.#keep(this.#joined(this.#dictionary.templates[number]!))
      case tags.latin1:
        return this.#keep(this.#plain('latin1', number))
      case tags.utf16:
        return this.#keep(this.#plain('utf16le', number))
      case tags.again:
        return this.#own[number]
      case tags.object:
        return this.#object(this.#dictionary.shapes[number]!)
      case tags.array:
        return this.#array(number)
      case tags.shared:
        return this.#dictionary.values[number]
      case tags.whole:
        return number
      case tags.constant:
        return constants[number]
      default:
        return this.#double()
    }
  }

  #object(shape: readonly string[]): object {
    const made: Record<string, unknown> = {}
    for (let at = 0; at < shape.length; at++) made[shape[at] as string] = this.value()
    return made
  }

  #array(length: number): unknown[] {
    const made: unknown[] = []
    for (let at = 0; at < length; at++) made.push(this.value())
    return made
  }

  #joined(parts: readonly string[]): string {
    let text = parts[0]!
    for (let at = 1; at < parts.length; at++) text += String(this.#varint()) + parts[at]
    return text
  }

  #plain(encoding: 'latin1' | 'utf16le', length: number): string {
    const text = this.#bytes.toString(encoding, this.#at, this.#at + length)
    this.#at += length
    return text
  }

  #keep(text: string): string {
    this.#own.push(text)
    return text
  }

  #double(): number {
    const value = this.#bytes.readDoubleLE(this.#at)
    this.#at += 8
    return value
  }

  #varint(): number {
    let byte = this.#bytes[this.#at++] as number
    if (byte < 128) return byte
    let value = byte & 127
    for (let scale = 128; ; scale *= 128) {
      byte = this.#bytes[this.#at++] as number
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
}
