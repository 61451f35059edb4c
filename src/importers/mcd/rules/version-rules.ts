import type { Rule } from '../../../decision/shapes/rule.js'
import { asInterpretation, type LookedUp, type Reviews } from '../overlay/reviews.js'

/** What was made of a version of a document, and what its report needs. */
export interface VersionRules {
  readonly rules: readonly Rule[]
  /** Reviewed readings were used that are too long to be kept with the rules. */
  readonly unkept: boolean
  /**
   * Texts that were looked up among the reviewed readings, in the order in which they were needed.
   */
  readonly lookedUp: readonly LookedUp[]
  /** Reviewed readings that the text itself contradicts, in words for the report. */
  readonly contradictions: readonly string[]
}

/** The rules of a version; the first one says on which reviewed readings they rest. */
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
