import type { PlainDate } from '../../shapes/codes.js'
import type { Citation } from '../../shapes/finding.js'
import { isAfter } from '../../applicable/provision.js'
import type { ChecklistCitation } from './answer.js'

/** The citations of a page: each rule once, pointed to by its number. */
export interface Citations {
  /** The number of a citation, which is added when it is new; `usable` is false for a text that may not be used for the date. */
  readonly pointerTo: (citation: Citation, usable?: boolean) => number
  readonly all: () => ChecklistCitation[]
}

/** An empty list of citations for services on a date, which grows with what points to it. */
export function citationsOn(date: PlainDate): Citations {
  const numbers = new Map<string, number>()
  const all: ChecklistCitation[] = []
  return {
    pointerTo: (citation, usable = true) => {
      const { policySetId, policyId, versionId, ruleId, row, document, effectiveFrom } = citation
      const key = JSON.stringify([policySetId, policyId, versionId, ruleId, row, effectiveFrom, document])
      const known = numbers.get(key)
      if (known !== undefined) return known
      const number = all.length + 1
      all.push({
        number,
        marks: marksOf(citation, date, usable),
        citation,
        ...(policyId === undefined || versionId === undefined
          ? {}
          : { policyPath: `/v1/policies/${policyId}/versions/${versionId}` }),
      })
      numbers.set(key, number)
      return number
    },
    all: () => all,
  }
}

function marksOf(
  { grade, coversThrough }: Citation,
  date: PlainDate,
  usable: boolean,
): ChecklistCitation['marks'] {
  return [
    ...(grade === 'secondary' ? ['secondary-source' as const] : []),
    ...(grade === 'fictional' ? ['fictional-source' as const] : []),
    ...(usable ? (isAfter(date, coversThrough) ? ['edition-behind' as const] : []) : ['not-usable' as const]),
  ]
}
