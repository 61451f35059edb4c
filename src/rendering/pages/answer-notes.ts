import { count } from '../../decision/explain/wording.js'
import type { CodeStatus } from '../../decision/shapes/answers.js'
import type { LineDetermination } from '../../decision/shapes/determination.js'
import { consequenceWords, validityWords } from './answer-words.js'

// What an answer to a question says besides its status and its reason, as sentences.

type Given = ReadonlyArray<string | false | undefined>
const said = (sentences: Given): string[] => sentences.filter((one): one is string => typeof one === 'string')

export function authorizationNotes(answer: LineDetermination['priorAuthorization']): string[] {
  const { requirement, consequence, authorizationNumber, contact, decisionTime, retroactiveDays } = answer
  const isAsked = requirement === 'required' || requirement === 'conditional'
  return said([
    authorizationNumber !== undefined && `Authorization on file: ${authorizationNumber}.`,
    isAsked && consequence !== undefined && consequenceWords[consequence],
    contact !== undefined &&
      `Ask ${[contact.name, contact.phone, contact.url].filter((part) => part !== undefined).join(', ')}.`,
    decisionTime !== undefined &&
      `Decided within ${count(decisionTime.days, `${decisionTime.dayType} day`, `${decisionTime.dayType} days`)} of the complete request.`,
    retroactiveDays !== undefined &&
      `It may still be asked for within ${count(retroactiveDays, 'day', 'days')} after the service.`,
    answer.urgentException !== undefined && `Urgent services: ${answer.urgentException}`,
  ])
}

export function frequencyNotes(answer: LineDetermination['frequency']): string[] {
  const { nextEligibleDate, used, remaining, period, calculation, onExceed, curableBy, curedBy } = answer
  return said([
    nextEligibleDate !== undefined && `First date within every limit: ${nextEligibleDate}.`,
    calculation,
    used !== undefined &&
      `Used before this line: ${used}${remaining === undefined ? '' : `; left: ${remaining}`}${periodInWords(period)}.`,
    onExceed === 'deny' && 'What is over the limit is not covered.',
    onExceed === 'medical-review' && 'The payer judges on records what is over the limit.',
    curedBy !== undefined && `Authorization ${curedBy} allows it.`,
    curedBy === undefined && curableBy !== undefined && 'An authorization would allow more.',
  ])
}

function periodInWords(period: LineDetermination['frequency']['period']): string {
  return [
    ...(period?.from === undefined ? [] : [`, from ${period.from}`]),
    ...(period?.to === undefined ? [] : [`, until before ${period.to}`]),
  ].join('')
}

export function unitsNotes({
  reason,
  billedUnits,
  maximum,
  calculation,
  discardedUnits,
}: LineDetermination['units']): string[] {
  return said([
    reason === undefined &&
      billedUnits !== undefined &&
      `Billed: ${billedUnits}${maximum === undefined ? '' : `; at most ${maximum}`}.`,
    calculation,
    discardedUnits !== undefined &&
      discardedUnits > 0 &&
      `Discarded drug that a line of its own may bill (JW): ${count(discardedUnits, 'unit', 'units')}.`,
  ])
}

/** The codes that are not known to be valid. */
export function codeNotes({ codes = [] }: LineDetermination['codeValidity']): string[] {
  return codes.filter(({ status }) => status !== 'valid').map(codeInWords)
}

function codeInWords({ code, status, reason, billableDescendants: below }: CodeStatus): string {
  return said([
    `${code}: ${validityWords[status].toLowerCase()}.`,
    reason,
    below !== undefined && below.length > 0 && `Billable codes under it: ${below.join(', ')}.`,
  ]).join(' ')
}
