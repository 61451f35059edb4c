import type { Facts } from '../facts/facts.js'
import { decided } from '../shapes/truth.js'
import type { ProvisionOf } from '../applicable/provision.js'
import { saying, type PlainResult } from './result.js'

/** Whether the crosswalk lists the procedure code of the line for its drug. A drug may have several codes. */
export function evaluateNdc({ edition, ndc, rows }: ProvisionOf<'ndc'>, { line }: Facts): PlainResult {
  const codes = rows.map((row) => row.procedureCode)
  const agrees = codes.includes(line.code)
  const result = decided(agrees, { fact: 'ndc', value: line.sent.ndc?.code ?? '' })
  return saying(result, {
    code: agrees ? 'ndc-matches-code' : 'ndc-of-another-code',
    ndc,
    procedure: line.code,
    codes,
    source: edition.source,
  })
}
