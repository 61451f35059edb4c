// What a sentence of an answer may not be: long, doubly negated, in words of ours, or with a value that was not there.

/** A text cut into its sentences. */
export function sentencesIn(text: string): string[] {
  return text.split(/(?<=[.?!]) (?=[A-Z0-9"])/)
}

/** The most characters of a sentence. */
export const mostCharacters = 240

/** Words by which this program is built and that no reader of an answer knows. */
const ourWords =
  /\b((?:not|is|are|was|were) held|secondary sources?|completeness|(?:rule|policy|code) ?sets?|findings?|evaluat\w+|provisions?|atoms?|verdicts?|indeterminate|insufficient[- ]evidence|unusable|criteri(?:on|a)|expressions?|snapshots?|governing|fallback|precedence|engine)\b/i
const notAValue = /\bundefined\b|\bNaN\b|\[object|\bnull\b|\bInfinity\b|\b\w+\(\)|\$\{/
const negation = /\b(?:not|no|none|never|neither|nobody|nothing|cannot|without|unless)\b/gi
const betweenClauses = /[,;:.!?()]|\b(?:and|or|nor|but|so|because|since|which|who|where|if)\b/i

/** What is wrong with a sentence; `named` are names of documents and the like, whose words are not ours. */
export function faultsOf(sentence: string, named: readonly string[] = []): string[] {
  const own = named
    .reduce((text, name) => text.replaceAll(name, 'A-Name'), sentence)
    .replace(/"[^"]*"/g, '"a quote"')
  const word = ourWords.exec(own)?.[0]
  const gap = notAValue.exec(own)?.[0]
  return [
    ...(sentence.length > mostCharacters ? [`has ${sentence.length} characters`] : []),
    ...(word === undefined ? [] : [`says "${word}"`]),
    ...(gap === undefined ? [] : [`says ${gap}`]),
    ...own.split(betweenClauses).flatMap((clause) => {
      const negations = clause.match(negation) ?? []
      return negations.length > 1 ? [`says "${negations.join(' … ')}" in one clause`] : []
    }),
    ...(/\s{2}|\s[.,;]/.test(own) ? ['has a blank too many'] : []),
  ]
}
