import type { Facts } from './facts.js'
import { elevenDigits } from './ndc.js'
import { inRange } from './plain-date.js'
import { isAfter, originOfEdition, unusableTable, type Voice } from './voice.js'

/** What the NDC crosswalk of a set says of the drug of the line; of a drug that it does not list it says nothing. */
export function voicesOfNdc (policySetId: string, { line, view }: Facts): Voice[] {
  const ndc = line.sent.ndc === undefined ? undefined : elevenDigits(line.sent.ndc.code)
  if (ndc === undefined) return []
  const editions = view.ndcEditions(policySetId, ndc)
  const current = editions.find(({ edition }) => inRange(line.date, edition))
  if (current === undefined) {
    const next = editions.find(({ edition }) => edition.from > line.date)
    return next === undefined ? [] : [unusableTable('claim-line', 'version-not-held', originOfEdition(next.edition, next.edition))]
  }
  const { edition, rows } = current
  if (rows.length === 0) return []
  const origin = originOfEdition(edition, edition)
  return isAfter(line.date, edition.source.usableThrough)
    ? [unusableTable('claim-line', 'policy-stale', origin)]
    : [{ type: 'ndc', kind: 'claim-line', edition, ndc, rows, origin, doubt: undefined }]
}
