import type { Reason } from '../../reasons/reason.js'
import type { PolicyView } from '../../shapes/view.js'

/** The sentence of any reason; handed to those that are made of others. */
export type SentenceOf = (reason: Reason, view: PolicyView) => string

/** A sentence for each code of some reasons; a code without one does not compile. Code sets are named as the view has them. */
export type SentencesOf<R extends { readonly code: string }> = {
  readonly [C in R['code']]: (
    reason: R extends { readonly code: infer Codes } ? (C extends Codes ? R : never) : never,
    view: PolicyView,
    tell: SentenceOf,
  ) => string
}
