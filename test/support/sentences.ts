import { findingsTold } from '../../src/decision/explain/findings.js'
import { sentenceOf } from '../../src/decision/explain/sentences/sentence.js'
import { questions } from '../../src/decision/shapes/statuses.js'
import type { LineVerdict } from '../../src/decision/verdict/verdict.js'

/** The sentence of each finding of a full line, by its position; the line itself says no sentence twice. */
export function sentencesOf(line: LineVerdict): string[] {
  return findingsTold(line, questions).map(({ reason }) => sentenceOf(reason, line.facts.view))
}
