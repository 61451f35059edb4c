import type { PlainDate } from '../../../codes.js'
import type { Facts } from '../../../facts.js'
import { byChanges, noWay, type Options } from '../options.js'

/** The service on a later date. A line that spans several dates is not moved: which of them would move is not known. */
export function laterDate(date: PlainDate | undefined, { line }: Facts): Options {
  if (
    date === undefined ||
    date <= line.date ||
    date > '2099-12-31' ||
    line.sent.dateOfServiceEnd !== undefined
  )
    return noWay
  return byChanges({
    kind: 'later-date',
    pointer: `/serviceLines/${line.index}/dateOfService`,
    value: date,
    example: false,
    text: `If the clinician agrees to wait, give line ${line.lineNumber} on ${date}.`,
  })
}
