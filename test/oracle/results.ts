// What one rule says, and what the specification does to every result alike: `when`, doubt and the grade of the source.
import type { Rule } from '../../src/decision/shapes/rule.js'
import { holds } from './conditions.js'
import type { Case } from './facts.js'
import type { Speaker } from './selection.js'
import { structural, unique, unknown, type Truth } from './truth.js'

/** The truth that one speaker gives; its origin is kept for grades, policies and sets. */
export interface Result {
  speaker: Speaker
  truth: Truth
}

/** The result of a rule: `body` decides it, then `when` and doubt may make it unknown. Undefined when the rule is skipped. */
export function resultOf(speaker: Speaker, at: Case, body: (rule: Rule) => Truth): Result | undefined {
  const { voice } = speaker
  if (voice.is !== 'rule') return counted({ speaker, truth: doubted(speaker, structural) })
  const { rule } = voice
  const when = rule.when === undefined ? undefined : holds(rule.when, at)
  if (when?.value === 'false') return undefined
  let truth = rule.kind === 'review' ? structural : body(rule)
  if (when?.value === 'unknown') truth = alsoMissing(truth, when.missing)
  return counted({ speaker, truth: doubted(speaker, truth) })
}

/** Of a speaker that may not speak at all only what does not pass is left, and that unknown. */
export function counted(result: Result): Result | undefined {
  const { speaker, truth } = result
  if (speaker.onlyStops === undefined) return result
  return truth.value === 'true' ? undefined : { speaker, truth: unknown(...truth.missing) }
}

/** All results that are not skipped. */
export function resultsOf(speakers: readonly Speaker[], at: Case, body: (rule: Rule) => Truth): Result[] {
  return speakers.map((speaker) => resultOf(speaker, at, body)).filter((result) => result !== undefined)
}

/** Unknown, missing this together with what it missed before. */
function alsoMissing(truth: Truth, missing: readonly string[]): Truth {
  return unknown(...unique([...truth.missing, ...missing]))
}

/** A speaker that may not apply at all says nothing for sure. */
export function doubted(speaker: Speaker, truth: Truth): Truth {
  return speaker.doubt === undefined ? truth : alsoMissing(truth, speaker.doubt)
}

/** A pass of a secondary source is a structural unknown, unless a source of another grade passes too. Section 4, "Grade". */
export function withoutSecondaryPasses(results: readonly Result[]): Result[] {
  const passes = (result: Result) => result.truth.value === 'true'
  if (results.some((result) => passes(result) && result.speaker.grade !== 'secondary')) return [...results]
  return results.map((result) => (passes(result) ? { ...result, truth: structural } : result))
}
