import type { PlainDate } from '../../../shapes/codes.js'
import type { Facts, LineFacts } from '../../../facts/facts.js'
import type { Change } from '../change.js'
import { byChanges, noWay, refuse, type Options } from '../options.js'

/**
 * The service on a later date, by this line alone or with others that are one service with it. A line that spans several dates is not
 * moved: which of them would move is not known. Discarded drug goes with its dose.
 */
export function laterDate(
  date: PlainDate | undefined,
  { line, lines }: Facts,
  sameService: readonly LineFacts[] = [],
): Options {
  if (date === undefined || date <= line.date || date > '2099-12-31') return noWay
  if (line.modifiers.isDiscarded)
    return refuse(
      'depends-on-what-was-done',
      'Discarded drug is billed for the day of its dose; another date is proposed for the line of the dose.',
    )
  if ([line, ...sameService].some(({ sent }) => sent.dateOfServiceEnd !== undefined)) return noWay
  const move = (one: LineFacts): Change => ({
    kind: 'later-date',
    pointer: `/serviceLines/${one.index}/dateOfService`,
    value: date,
    example: false,
    text: `If the clinician agrees to wait, give line ${one.lineNumber} on ${date}${wastageOf(one, lines)}.`,
  })
  return byChanges(move(line), ...sameService.map(move))
}

function wastageOf({ code, date }: LineFacts, lines: readonly LineFacts[]): string {
  const discarded = lines.filter(
    (other) => other.modifiers.isDiscarded && other.code === code && other.date === date,
  )
  return discarded.length === 0
    ? ''
    : `, and with it what is discarded (line ${discarded.map(({ lineNumber }) => lineNumber).join(', ')})`
}
