import { CodeLists } from './code-lists.js'
import { Decoder } from './decode.js'
import { Dictionary } from './dictionary.js'
import { Encoder } from './encode.js'
import { Records } from './records.js'

/**
 * The storage of packed policies. It is only added to, so that the lists of several revisions share
 * it, and unchanged policies are stored once.
 */
export class Packing {
  readonly dictionary = new Dictionary()
  readonly records = new Records()
  readonly codeLists = new CodeLists()
  readonly encoder = new Encoder(this.dictionary)
  readonly decoder = new Decoder(this.dictionary)
  readonly setIds: string[] = []
  readonly #setNumbers = new Map<string, number>()

  setNumber(policySetId: string): number | undefined {
    return this.#setNumbers.get(policySetId)
  }

  addSet(policySetId: string): number {
    const known = this.#setNumbers.get(policySetId)
    if (known !== undefined) return known
    this.#setNumbers.set(policySetId, this.setIds.length)
    return this.setIds.push(policySetId) - 1
  }

  get bytes(): number {
    return this.dictionary.bytes + this.records.bytes + this.codeLists.bytes
  }
}
