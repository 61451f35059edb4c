import type { Facts } from '../facts/facts.js'
import { displayNdc } from '../facts/ndc.js'
import { decided } from '../shapes/truth.js'
import type { ProvisionOf } from '../applicable/provision.js'
import { documentName } from '../explain/wording.js'
import { saying, type PlainResult } from './result.js'

/** Whether the crosswalk gives the drug of the line the procedure code of the line; some drugs have several codes. */
export function evaluateNdc({ edition, ndc, rows }: ProvisionOf<'ndc'>, { line }: Facts): PlainResult {
  const codes = rows.map((row) => row.procedureCode)
  const agrees = codes.includes(line.code)
  const document = documentName(edition.source)
  const result = decided(agrees, { fact: 'ndc', value: line.sent.ndc?.code ?? '' })
  return agrees
    ? saying(result, 'ndc-matches-code', `NDC ${displayNdc(ndc)} is a package of ${line.code} (${document}).`)
    : saying(
        result,
        'ndc-of-another-code',
        `NDC ${displayNdc(ndc)} is a package of ${codes.join(' or ')}, not of ${line.code} (${document}). Compare the NDC and the code of the line with the package that was used.`,
      )
}
