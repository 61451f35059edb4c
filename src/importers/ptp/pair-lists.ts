import type { ProcedurePairEdition } from '../../decision/shapes/tables.js'
import { pairWidth } from '../../decision/shapes/procedure-pairs.js'
import type { PairRow } from './row.js'

type PairList = ProcedurePairEdition['lists'][number]

// A record is a packed pair (src/decision/shapes/procedure-pairs.ts) and the place from which it was
// read.
const RECORD = pairWidth + 4
const CODE = 5
const SAID = 22 // all but the rationale
const LINES = 2 ** 26 // of one file
/** The most files of one setting. Four bytes have no room for the places of rows of more files. */
export const maxFiles = 64
const FIRST_ROWS = 16

/** The place of a row: its file, counted from 0, and its line. */
export interface Place {
  readonly file: number
  readonly line: number
}

/** Two rows of one pair that contradict each other for some day. Neither of them is used. */
export interface Contradiction {
  readonly columnOne: string
  readonly columnTwo: string
  readonly first: Place
  readonly second: Place
}

interface GrowingArray {
  bytes: Buffer
  used: number
}

/**
 * Collects rows by column-one code. It packs each row into some twenty bytes, because millions of objects
 * would not fit into memory.
 */
export class PairLists {
  readonly #lists = new Map<string, GrowingArray>()
  readonly #places: Map<string, string>
  #last: GrowingArray | undefined
  #lastCode = ''

  /**
   * `known` are the rationales in force. They keep their positions, so that a list that has not changed
   * stays the same text.
   */
  constructor(known: readonly string[]) {
    this.#places = new Map(known.map((rationale, at) => [rationale, digit(at)]))
  }

  get rationales(): string[] {
    return [...this.#places.keys()]
  }

  add(row: PairRow, place: Place): void {
    const list = this.#listOf(row.columnOne)
    if (list.used + RECORD > list.bytes.length) {
      const larger = Buffer.allocUnsafe(list.bytes.length * 2)
      list.bytes.copy(larger, 0, 0, list.used)
      list.bytes = larger
    }
    list.bytes.write(
      row.columnTwo + row.from + row.to + row.modifierIndicator + this.#placeOf(row.rationale),
      list.used,
      'latin1',
    )
    list.bytes.writeUInt32BE(place.file * LINES + place.line, list.used + pairWidth)
    list.used += RECORD
  }

  /**
   * Returns the lists in order, each sorted, without repeated rows. Calls `onContradiction` for rows that
   * contradict each other. Empties the collection.
   */
  finish(onContradiction: (contradiction: Contradiction) => void): PairList[] {
    const lists: PairList[] = []
    for (const columnOne of [...this.#lists.keys()].sort()) {
      const { bytes, used } = this.#lists.get(columnOne) as GrowingArray
      this.#lists.delete(columnOne)
      const taken = withoutRepeats(inOrder(bytes.subarray(0, used)), (columnTwo, first, second) => {
        onContradiction({ columnOne, columnTwo, first, second })
      })
      if (taken.length > 0)
        lists.push({
          columnOne,
          pairs: Buffer.concat(taken.map((record) => record.subarray(0, pairWidth))).toString('latin1'),
        })
    }
    return lists
  }

  #listOf(code: string): GrowingArray {
    // Files are sorted by column one, so the next row mostly belongs to the same list.
    if (this.#last !== undefined && code === this.#lastCode) return this.#last
    const list = this.#lists.get(code) ?? { bytes: Buffer.allocUnsafe(FIRST_ROWS * RECORD), used: 0 }
    this.#lists.set(code, list)
    this.#lastCode = code
    this.#last = list
    return list
  }

  #placeOf(rationale: string): string {
    // Stores one rationale more than fits, so that the caller sees that there are too many.
    if (rationale === '' || (this.#places.size > maxRationales && !this.#places.has(rationale))) return ' '
    const known = this.#places.get(rationale) ?? digit(this.#places.size)
    this.#places.set(rationale, known)
    return known
  }
}

export const maxRationales = 36
const digit = (at: number): string => (at < maxRationales ? at.toString(maxRationales).toUpperCase() : ' ')

function inOrder(bytes: Buffer): Buffer[] {
  const records: Buffer[] = []
  let sorted = true
  for (let at = 0; at < bytes.length; at += RECORD) {
    records.push(bytes.subarray(at, at + RECORD))
    if (at > 0 && sorted)
      sorted = bytes.compare(bytes, at - RECORD, at - RECORD + pairWidth, at, at + pairWidth) >= 0
  }
  return sorted ? records : records.sort((a, b) => a.compare(b))
}

/** The records of one pair are next to each other, sorted by first day. */
function withoutRepeats(
  records: readonly Buffer[],
  contradicts: (columnTwo: string, first: Place, second: Place) => void,
): Buffer[] {
  const taken: Buffer[] = []
  const refused = new Set<Buffer>()
  let begin = 0
  for (const record of records) {
    if (taken[begin]?.compare(record, 0, CODE, 0, CODE) !== 0) begin = taken.length
    const before = taken.slice(begin)
    if (before.some((other) => other.compare(record, 0, SAID, 0, SAID) === 0)) continue
    for (const other of before.filter((one) => disagree(one, record))) {
      const [first, second] = [placeIn(other), placeIn(record)].sort(
        (a, b) => a.file - b.file || a.line - b.line,
      ) as [Place, Place]
      contradicts(record.toString('latin1', 0, CODE), first, second)
      refused.add(other).add(record)
    }
    taken.push(record)
  }
  return refused.size === 0 ? taken : taken.filter((record) => !refused.has(record))
}

function disagree(earlier: Buffer, later: Buffer): boolean {
  const [text, next] = [earlier.toString('latin1', 0, SAID), later.toString('latin1', 0, SAID)]
  const to = text.slice(13, 21)
  return (to.trim() === '' || next.slice(5, 13) < to) && text[21] !== next[21]
}

function placeIn(record: Buffer): Place {
  const place = record.readUInt32BE(pairWidth)
  return { file: Math.floor(place / LINES), line: place % LINES }
}
