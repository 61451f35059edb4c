import { hashOf } from '../texts/plain-text.js'

/** A list of diagnosis codes, sorted, without repeats. Equal lists have the same id and are one object. */
export interface CodeList {
  readonly codeSetId: string
  readonly codes: readonly string[]
}

/**
 * All diagnosis codes of an export, each stored once under a number. Groups of articles store numbers,
 * which need less memory, until the import turns them into lists.
 */
export class Diagnoses {
  private readonly numbers = new Map<string, number>()
  private readonly codes: string[] = []
  private readonly lists = new Map<string, CodeList>()

  /** The number of a code, new where the code has none yet. */
  numberOf(code: string): number {
    const known = this.numbers.get(code)
    if (known !== undefined) return known
    const number = this.codes.length
    // A copy: a string that is cut out of a chunk of the file would keep the whole chunk in memory.
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

  /** The list with this id; undefined where no `listOf` call has made it. */
  list(codeSetId: string): CodeList | undefined {
    return this.lists.get(codeSetId)
  }

  /** One list with all codes of these lists. */
  union(lists: readonly CodeList[]): CodeList {
    const [first] = lists
    return lists.length === 1 && first !== undefined
      ? first
      : this.listOf(lists.flatMap(({ codes }) => codes.map((code) => this.numberOf(code))))
  }
}

/** An ICD-10-CM code of the export in capitals without its dot; undefined where the text is not a code. */
export function diagnosisCode(text: string): string | undefined {
  const plain = text.replace('.', '').toUpperCase()
  // A letter may be in the second position (QA0.0101) or in the third (C7A.00), not in both.
  return /^[A-Z](?:\d[0-9A-Z]|[A-Z]\d)[0-9A-Z]{0,4}$/.test(plain) ? plain : undefined
}

/** Entry of the tables for "all diagnoses that are not listed". It is not a code. */
export const placeholder = 'XX000'

/** Whether a cell or text is empty or says so in words ("N/A", "none"). */
export const meansNothing = (text: string): boolean =>
  text === '' || /^(?:n\/?a|none|not applicable)\.?$/i.test(text)
