import { codeOf, type Reason } from '../../reasons/reason.js'
import type { PolicyView } from '../../shapes/view.js'
import { authorizationSentences } from './authorization.js'
import { claimSentences, documentationSentences } from './claim.js'
import { codeValiditySentences } from './code-validity.js'
import { diagnosisSentences } from './diagnosis.js'
import { frequencySentences } from './frequency.js'
import { noRuleSentences } from './no-rule.js'
import { planSentences } from './plan.js'
import { policySentences } from './policy.js'
import type { SentencesOf } from './sentences-of.js'
import { unitsSentences } from './units.js'

const sentences: SentencesOf<Reason> = {
  ...authorizationSentences,
  ...claimSentences,
  ...codeValiditySentences,
  ...diagnosisSentences,
  ...documentationSentences,
  ...frequencySentences,
  ...noRuleSentences,
  ...planSentences,
  ...policySentences,
  ...unitsSentences,
}

/** The sentence of a reason, for a biller. Code sets are named as the view has them. */
export function sentenceOf(reason: Reason, view: PolicyView): string {
  // The table is exhaustive by its type; TypeScript cannot pair a union's code with its sentence by itself.
  const tell = sentences[reason.code] as (
    one: Reason,
    view: PolicyView,
    tellOther: typeof sentenceOf,
  ) => string
  return tell(reason, view, sentenceOf)
}

/** A reason as answers give it: its published code and its sentence. */
export function inWords(reason: Reason, view: PolicyView): { reasonCode: string; reason: string } {
  return { reasonCode: codeOf(reason), reason: sentenceOf(reason, view) }
}
