import type { NotEvaluated } from '../shapes/determination.js'
import type { Facts } from '../facts/facts.js'
import { daysBetween } from '../shapes/plain-date.js'
import { isNeverTelehealth, isTelehealthPlace } from '../rules/place-of-service.js'
import { documentName } from '../shapes/source.js'
import type { Behind } from '../applicable/behind.js'
import { count } from './wording.js'

// What no policy data can answer; said in every answer so that nobody takes it for checked.
const always: readonly NotEvaluated[] = [
  {
    code: 'eligibility',
    text: 'Whether the patient is covered by this plan on the date of service was not checked.',
  },
  { code: 'coordination-of-benefits', text: 'Whether another payer is primary was not checked.' },
  { code: 'referral', text: 'Whether a referral is needed was not checked.' },
]

const diagnosisEdits: NotEvaluated = {
  code: 'diagnosis-edits',
  text: 'Whether the diagnoses may stand beside each other, in which order, and whether they fit age, sex and side was not checked.',
}
const place: NotEvaluated = {
  code: 'place-of-service',
  text: 'Whether the plan pays for the service at this place was checked only as far as its rules name places.',
}
const telehealth: NotEvaluated = {
  code: 'telehealth-list',
  text: 'Whether the service is on the telehealth list of the year was not checked.',
}

const exclusions: NotEvaluated = {
  code: 'exclusion-lists',
  text: 'Not every exclusion of this plan is held (for drugs: the list of those that patients usually give themselves); whether one applies was not checked.',
}
const claimLineRules = (what: string): NotEvaluated => ({
  code: 'claim-line-rules',
  text: `What else a clean claim line needs (${what}) was not checked: no binding rule on it is held for this plan and code.`,
})
const claimLineWithNdc = claimLineRules('modifiers, NDC, companion codes')
const claimLineBesideNdc = claimLineRules('modifiers, companion codes')
const otherProviders: NotEvaluated = {
  code: 'other-providers-services',
  text: 'Services that other providers furnished were not counted: the history is that of the practice.',
}
const laterServices: NotEvaluated = {
  code: 'later-services',
  text: 'The history has services after the date of this line; they were counted wherever a limit reaches that far.',
}

/** What the answer for a line does not cover, with the age of every edition that is older than the date of service. */
export function notEvaluated(
  facts: Facts,
  behind: readonly Behind[],
  checked: { readonly claimLine: boolean; readonly ndc: boolean; readonly exclusions: boolean },
): NotEvaluated[] {
  const { line, sent, history } = facts
  const entries = [...always, place]
  if (isTelehealthPlace(line.sent.placeOfService) && !isNeverTelehealth(line.code)) entries.push(telehealth)
  if (sent.diagnosisCodes !== undefined) entries.push(diagnosisEdits)
  if (!checked.exclusions) entries.push(exclusions)
  if (!checked.claimLine) entries.push(checked.ndc ? claimLineBesideNdc : claimLineWithNdc)
  if (history !== undefined) {
    if (sent.serviceHistoryScope !== 'payer') entries.push(otherProviders)
    const duplicate = possibleDuplicate(facts)
    if (duplicate !== undefined) entries.push(duplicate)
    if (history.some((entry) => entry.date > line.date && entry.code === line.code))
      entries.push(laterServices)
  }
  for (const one of behind) entries.push(editionBehind(one))
  return entries
}

/** Said of entries that were taken for lines of the request; what is denied may be the reason for which the line is billed again. */
function possibleDuplicate(facts: Facts): NotEvaluated | undefined {
  const { line, lines, sent, history } = facts
  if (!(sent.serviceHistory ?? []).some((entry) => sameService(entry, facts))) return undefined
  const same = (one: { code: string; date: string }): boolean =>
    one.code === line.code && one.date === line.date
  const others = (history ?? []).filter(same).length - lines.filter(same).length
  const taken = `The history has an entry for ${line.code} on ${line.date}, the date of this line. It was taken for this service, not for an earlier one; check that it is not billed twice.`
  return {
    code: 'possible-duplicate',
    text:
      others > 0
        ? `${taken} ${count(others, 'more entry', 'more entries')} of that day counted besides: units add up, and the day is one service unless modifiers make it several.`
        : taken,
  }
}

/** Said of an edition that is known to be right only until before the date of service. */
function editionBehind({ source, date }: Behind): NotEvaluated {
  const through = source.coversThrough ?? date
  return {
    code: 'edition-behind',
    text: `${documentName(source)} is known to be right through ${source.coversThrough ?? ''}; the date of service is ${count(daysBetween(through, date), 'day', 'days')} later.`,
  }
}

function sameService(entry: { procedureCode: string; dateOfService: string }, { line }: Facts): boolean {
  return entry.dateOfService === line.date && entry.procedureCode.trim().toUpperCase() === line.code
}
