import type { Draft } from '../draft.js'
import type { Determination } from '../shapes/determination.js'
import type { Verdict } from '../verdict/verdict.js'
import { explain } from './explain.js'
import { askedBy, type CheckKind, type View } from './views.js'

/** Under which id an answer is given, whether it is on record, and how much of the verdict it tells. */
export interface AnswerForm {
  readonly determinationId: string
  readonly recorded: boolean
  readonly kind: CheckKind
  readonly view: View
}

/** The answer to a check as it is sent. */
export function answerOf(
  verdict: Verdict,
  { determinationId, recorded, kind, view }: AnswerForm,
): Determination {
  const { reference } = verdict.facts.sent
  // The id comes first. Only a spread that stands last, with no other field after it, is quick.
  const head =
    reference === undefined ? { determinationId, recorded } : { determinationId, recorded, reference }
  const answer: Draft<Determination> = Object.assign(head, explain(verdict, view, askedBy(kind)))
  if (recorded) answer.details = `/v1/determinations/${determinationId}`
  return answer
}
