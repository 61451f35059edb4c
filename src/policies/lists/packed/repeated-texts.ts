const slots = 1 << 20

/** FNV-1a over the code units of a text. Used only to guess whether a text came before. */
function digestOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0 || 1
}

/**
 * A direct-mapped table of digests (4 MiB) that guesses whether a text was seen before, so that a text
 * which occurs once in a million policies takes no object in the dictionary. A wrong guess costs some
 * bytes and changes no answer.
 */
export class RepeatedTexts {
  readonly #digests = new Uint32Array(slots)

  /** Whether the text was probably seen before. */
  wasHere(text: string): boolean {
    const digest = digestOf(text)
    const slot = digest & (slots - 1)
    const was = this.#digests[slot] === digest
    this.#digests[slot] = digest
    return was
  }
}
