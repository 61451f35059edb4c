/** What a line has said already, so that no sentence stands in it twice. */
export interface Said {
  /** The sentences of a text that were not said before, or undefined where all of them were. */
  readonly once: (text: string) => string | undefined
}

/** Nothing is said yet. */
export function nothingSaid(): Said {
  const said = new Set<string>()
  return {
    once: (text) => {
      // Most texts are one sentence, and splitting costs more than all the rest.
      if (!mayBeSeveral.test(text)) {
        if (said.has(text)) return undefined
        said.add(text)
        return text
      }
      const fresh: string[] = []
      for (const sentence of text.split(betweenSentences)) {
        if (!said.has(sentence)) fresh.push(sentence)
        said.add(sentence)
      }
      return fresh.length === 0 ? undefined : fresh.join(' ')
    },
  }
}

const mayBeSeveral = /[.?!] [A-Z0-9"]/
const betweenSentences = /(?<=[.?!]) (?=[A-Z0-9"])/

/** For answers that stand alone: nothing counts as said before. */
export const everySentence: Said = { once: (text) => text }
