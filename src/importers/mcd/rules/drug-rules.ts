import { addDays } from '../../../decision/shapes/plain-date.js'
import type { Rule } from '../../../decision/shapes/rule.js'
import type { ArticleDraft, Drug } from '../tables/drafts.js'
import { reviewRules } from './review-rules.js'

// Codes for drugs that have no code of their own. A list excludes some brands under such a code, not
// the whole code.
const unclassified =
  /^(?:J3490|J3590|J7599|J7699|J7799|J7999|J8498|J8499|J8597|J8999|J9999|C9399|A9699|Q4082|90399|90749)$/
// A route, form, modifier, asterisk or reference in the brand name shows that the same code also has
// forms that are covered.
const form =
  /subcut|sub-cut|\bsq\b|\bsc\b|intramusc|\bim\b|intraven|\biv\b|oral|inhal|\bpen\b|syringe|auto-?inject|vial|self|\*|\bj[ab]\b|modifier|\bsee\b|infus/i

/**
 * The rules of a list of self-administered drugs, which Part B does not cover. A row with only a code
 * and days excludes the code. A row with a comment, with a form, or with a code for many drugs excludes
 * part of the code, so it becomes a review rule.
 */
export function drugRules({ drugs, title }: ArticleDraft): Rule[] {
  const isList = /self.?administered|\bsad\b/i.test(title)
  const plain = (drug: Drug): boolean =>
    isList && !drug.qualified && !unclassified.test(drug.procedure) && !form.test(drug.brand)
  const byLine = new Map<string, Drug>()
  for (const drug of drugs)
    byLine.set(`${drug.procedure} ${drug.from ?? ''} ${drug.through ?? ''} ${plain(drug)}`, drug)
  return [...byLine.values()]
    .sort((a, b) => (a.procedure < b.procedure ? -1 : 1))
    .flatMap((drug, at): Rule[] => {
      const to = drug.through === undefined ? undefined : addDays(drug.through, 1)
      if (drug.from !== undefined && to !== undefined && to <= drug.from) return []
      const dates = {
        ...(drug.from === undefined ? {} : { from: drug.from }),
        ...(to === undefined ? {} : { to }),
      }
      const ruleId = `self-administered-${drug.procedure.toLowerCase()}-${at + 1}`
      const section = 'List of self-administered drugs'
      if (plain(drug)) {
        return [
          {
            kind: 'coverage-exclusion',
            ruleId,
            procedures: [drug.procedure],
            ...dates,
            basis: 'benefit-category',
            section,
            statement:
              'The contractor counts the drug as usually self-administered, so that it is not covered as an injection under Part B.',
          },
        ]
      }
      return reviewRules(
        ruleId,
        'coverage-exclusion',
        [drug.procedure],
        `A line of the list${drug.brand === '' ? '' : ` (${drug.brand})`} concerns part of what this code stands for; a person must read whether it is this drug and this form.`,
        section,
      ).map((rule) => ({ ...rule, ...dates }))
    })
}
