import type { Facts } from '../facts/facts.js'
import { elevenDigits } from '../facts/ndc.js'
import { inRange } from '../shapes/plain-date.js'
import { isAfter, originOfEdition, unusableTable, type Provision } from './provision.js'

/**
 * The provisions of a set's NDC crosswalk for the drug of the line. There is none for a drug that the
 * crosswalk does not list, or on a day without a loaded edition: a check of the NDC that cannot be made must
 * not make the line unknown.
 */
export function provisionsOfNdc(policySetId: string, { line, view }: Facts): Provision[] {
  const ndc = line.sent.ndc === undefined ? undefined : elevenDigits(line.sent.ndc.code)
  if (ndc === undefined) return []
  const current = view.ndcEditions(policySetId, ndc).find(({ edition }) => inRange(line.date, edition))
  if (current === undefined || current.rows.length === 0) return []
  const { edition, rows } = current
  const origin = originOfEdition(edition, edition)
  return isAfter(line.date, edition.source.usableThrough)
    ? [unusableTable('claim-line', 'policy-stale', origin)]
    : [
        {
          type: 'ndc',
          kind: 'claim-line',
          edition,
          ndc,
          rows,
          origin,
          missingScope: undefined,
        },
      ]
}
