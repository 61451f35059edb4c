import { hashOf } from '../texts/plain-text.js'

/** A list of diagnosis codes, sorted, without repeats; equal lists are one and the same. */
export interface CodeList {
  readonly codeSetId: string
  readonly codes: readonly string[]
}

/**
 * All diagnosis codes of an export, each held once; groups hold numbers until their lists are made.
 */
export class Diagnoses {
  private readonly numbers = new Map<string, number>()
  private readonly codes: string[] = []
  private readonly lists = new Map<string, CodeList>()

  /** The number of a code. */
  numberOf(code: string): number {
    const known = this.numbers.get(code)
    if (known !== undefined) return known
    const number = this.codes.length
    // A copy: a string cut out of a piece of the file would keep the piece in memory.
    const own = Buffer.from(code, 'latin1').toString('latin1')
    this.numbers.set(own, number)
    this.codes.push(own)
    return number
  }

  /** The codes of these numbers as a list. */
  listOf(numbers: readonly number[]): CodeList {
    const codes = [...new Set(numbers)].map((number) => this.codes[number] ?? '').sort()
    const codeSetId = `icd10-${hashOf(codes.join(' ')).slice(0, 20)}`
    const known = this.lists.get(codeSetId)
    if (known !== undefined) return known
    const list = { codeSetId, codes }
    this.lists.set(codeSetId, list)
    return list
  }

  /** The list of an id, where it was made. */
  list(codeSetId: string): CodeList | undefined {
    return this.lists.get(codeSetId)
  }

  /** The list that holds the codes of several. */
  union(lists: readonly CodeList[]): CodeList {
    const [first] = lists
    return lists.length === 1 && first !== undefined
      ? first
      : this.listOf(lists.flatMap(({ codes }) => codes.map((code) => this.numberOf(code))))
  }
}

/** A diagnosis code of the export without its dot, or undefined for what is none. */
export function diagnosisCode(text: string): string | undefined {
  const plain = text.replace('.', '').toUpperCase()
  // A letter may stand in the second place (QA0.0101) or in the third (C7A.00), not in both.
  return /^[A-Z](?:\d[0-9A-Z]|[A-Z]\d)[0-9A-Z]{0,4}$/.test(plain) ? plain : undefined
}

/** Stands in the tables for "all that are not listed"; it is no code. */
export const placeholder = 'XX000'

/** Rows and texts by which the export says that there is nothing. */
export const meansNothing = (text: string): boolean =>
  text === '' || /^(?:n\/?a|none|not applicable)\.?$/i.test(text)
