import type { Facts } from '../facts/facts.js'
import { elevenDigits } from '../facts/ndc.js'
import { inRange } from '../shapes/plain-date.js'
import { isAfter, originOfEdition, unusableTable, type Provision } from './provision.js'

/**
 * What the NDC crosswalk of a set says of the drug of the line. It says nothing of a drug
 * that it does not list, nor of a day for which no edition is loaded: a line is not in doubt because one check of its NDC cannot be made.
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
          citation: undefined,
        },
      ]
}
