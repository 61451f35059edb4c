import type { Rule } from '../../../decision/shapes/rule.js'
import type { LcdDraft } from '../tables/drafts.js'
import type { Reviews } from '../overlay/reviews.js'
import { reviewRules } from './review-rules.js'
import { withInterpretation, type VersionRules } from './version-rules.js'

/**
 * The rules of a determination. All are review rules, since its criteria are running text: on diagnosis
 * for its codes that no related article lists, and on frequency where its text on utilization is not
 * understood or reviewed.
 */
export function lcdRules(
  { displayId, version, procedures, utilization }: LcdDraft,
  articleCodes: ReadonlySet<string>,
  reviews: Reviews,
): VersionRules {
  const own = procedures.get(0) ?? new Set<string>()
  const lookedUp = reviews.lookUp(displayId, version, 'utilization', utilization.hash)
  const rules: Rule[] = [
    ...(utilization.unread && lookedUp?.review === undefined
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
  return withInterpretation(rules, lookedUp === undefined ? [] : [lookedUp], reviews)
}
