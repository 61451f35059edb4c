import { valueAt, type PackCase } from '../../src/policies/packs/cases.js'

/** Where an answer differs from what a case expects: a sentence for each path, none when it is as expected. */
export function differencesFromCase({ expect, contains = {} }: PackCase, answer: object): string[] {
  const values = Object.entries(expect)
    .filter(([path, value]) => (valueAt(answer, path) ?? null) !== value)
    .map(
      ([path, value]) => `${path} is ${JSON.stringify(valueAt(answer, path))}, not ${JSON.stringify(value)}`,
    )
  const texts = Object.entries(contains).flatMap(([path, wanted]) => {
    const found = JSON.stringify(valueAt(answer, path)) ?? ''
    return [wanted]
      .flat()
      .filter((text) => !found.includes(text))
      .map((text) => `${path} does not contain ${text}: ${found}`)
  })
  return [...values, ...texts]
}
