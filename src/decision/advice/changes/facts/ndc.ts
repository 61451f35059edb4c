import type { Facts } from '../../../facts/facts.js'
import { byChanges, refuse, type Options } from '../options.js'

// Eleven nines are no drug: an example shows the form, and the drug that was given is the caller's to name.
const formOnly = '99999-9999-99'

/** The drug of the line, where none is named. */
export function waysForNdc(wanted: boolean, { line }: Facts): Options {
  if (!wanted || line.sent.ndc !== undefined)
    return refuse('given-otherwise', `Taking the NDC of line ${line.lineNumber} away is not proposed.`)
  return byChanges({
    kind: 'claim-detail',
    pointer: `/serviceLines/${line.index}/ndc`,
    value: { code: formOnly },
    example: true,
    text: `Name the NDC of the drug that was given on line ${line.lineNumber}, as its package shows it.`,
  })
}
