import { Type } from 'typebox'

export const wordsQuery = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'Words that all occur, in any order; case and punctuation do not matter.',
  }),
)

/** Whether every word of the query occurs in one of the texts; an absent query finds everything. */
export function wordsOccur(query: string | undefined, texts: readonly (string | undefined)[]): boolean {
  if (query === undefined) return true
  const where = plain(texts.filter((text) => text !== undefined).join(' '))
  return plain(query)
    .split(' ')
    .every((word) => where.includes(word))
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
