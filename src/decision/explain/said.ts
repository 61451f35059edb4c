/** What a line has said already, so that no sentence stands in it twice. */
export interface Said {
  /** The sentence, or undefined where it was said before, by itself or as a part of a longer one. */
  readonly once: (sentence: string) => string | undefined
}

/** Nothing is said yet. */
export function nothingSaid(): Said {
  const said: string[] = []
  return {
    once: (sentence) => {
      if (said.some((earlier) => earlier.includes(sentence))) return undefined
      said.push(sentence)
      return sentence
    },
  }
}

/** For answers that stand alone: nothing counts as said before. */
export const everySentence: Said = { once: (sentence) => sentence }
