import type { Rule } from '../../../decision/shapes/rule.js'
import { asInterpretation, type LookedUp, type Reviews } from '../overlay/reviews.js'

/** The rules of a version of a document, and what the report says of them. */
export interface VersionRules {
  readonly rules: readonly Rule[]
  /** The reviewed readings of the version are too long to be stored with its rules. */
  readonly unkept: boolean
  /** The texts for which there are reviewed readings, in the order in which the rules needed them. */
  readonly lookedUp: readonly LookedUp[]
  /** Messages on reviewed readings that the text contradicts. */
  readonly contradictions: readonly string[]
}

/** The rules of a version. The interpretation of the first one names the reviewed readings of all of them. */
export function withInterpretation(
  rules: readonly Rule[],
  lookedUp: readonly LookedUp[],
  { bundled }: Pick<Reviews, 'bundled'>,
  contradictions: readonly string[] = [],
): VersionRules {
  const used = lookedUp.flatMap(({ review }) => review ?? [])
  const interpretation = asInterpretation(used, bundled)
  return {
    rules:
      interpretation === undefined
        ? rules
        : rules.map((rule, at) => (at === 0 ? { ...rule, interpretation } : rule)),
    unkept: used.length > 0 && interpretation === undefined,
    lookedUp,
    contradictions,
  }
}
