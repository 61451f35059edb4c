import type { Rule } from '../../../decision/rule.js'
import type { LcdDraft } from '../tables/drafts.js'
import { asInterpretation, type Reviews } from '../overlay/reviews.js'
import { reviewRules } from './review-rules.js'

/**
 * The rules of a determination, all of them review rules: its criteria are running text. It speaks on diagnoses only for its codes
 * that no related article lists, and on the schedule where its text on utilization says anything.
 */
export function lcdRules(draft: LcdDraft, articleCodes: ReadonlySet<string>, reviews: Reviews): Rule[] {
  const own = draft.procedures.get(0) ?? new Set<string>()
  const review = reviews.find(draft.displayId, draft.version, 'utilization', draft.utilization.hash)
  const rules: Rule[] = [
    ...(draft.utilization.unread && review === undefined
      ? reviewRules(
          'utilization',
          'frequency',
          new Set([...own, ...articleCodes]),
          'The determination has guidelines on how often the service is given; they have not been turned into a rule.',
          'Utilization guidelines',
        )
      : []),
    ...reviewRules(
      'criteria',
      'diagnosis',
      [...own].filter((code) => !articleCodes.has(code)),
      'The determination is for these procedures and no article that is held lists diagnoses for them; its criteria are text that a person must read.',
      'Coverage indications',
    ),
  ]
  const interpretation = review === undefined ? undefined : asInterpretation([review], reviews.bundled)
  return interpretation === undefined
    ? rules
    : rules.map((rule, at) => (at === 0 ? { ...rule, interpretation } : rule))
}
