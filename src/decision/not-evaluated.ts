import type { NotEvaluated } from './determination.js'
import type { Facts } from './facts.js'
import { daysBetween } from './plain-date.js'
import type { Source } from './source.js'
import { isAfter } from './voice.js'
import { count, documentName } from './wording.js'

// What no policy data can answer; said in every answer so that nobody takes it for checked.
const always: readonly NotEvaluated[] = [
  { code: 'eligibility', text: 'Whether the patient is covered by this plan on the date of service was not checked.' },
  { code: 'coordination-of-benefits', text: 'Whether another payer is primary was not checked.' },
  { code: 'referral', text: 'Whether a referral is needed was not checked.' }
]

/** What the answer for a line does not cover, with the age of every edition that is older than the date of service. */
export function notEvaluated (facts: Facts, sources: readonly Source[], checked: { readonly claimLine: boolean, readonly ndc: boolean, readonly exclusions: boolean }): NotEvaluated[] {
  const { line, sent, history } = facts
  const entries: NotEvaluated[] = [
    ...always,
    ...checked.exclusions ? [] : [{ code: 'exclusion-lists', text: 'Not every exclusion of this plan is held (for drugs: the list of those that patients usually give themselves); whether one applies was not checked.' }],
    ...checked.claimLine ? [] : [{ code: 'claim-line-rules', text: `What else a clean claim line needs (modifiers,${checked.ndc ? '' : ' NDC,'} companion codes) was not checked: no binding rule on it is held for this plan and code.` }],
    ...history !== undefined && sent.serviceHistoryScope !== 'payer' ? [{ code: 'other-providers-services', text: 'Services that other providers furnished were not counted: the history is that of the practice.' }] : [],
    ...possibleDuplicate(facts),
    ...(history ?? []).some(entry => entry.date > line.date && entry.code === line.code) ? [{ code: 'later-services', text: 'The history has services after the date of this line; they were counted wherever a limit reaches that far.' }] : [],
    ...behindSources(facts, sources).map(source => ({
      code: 'edition-behind',
      text: `${documentName(source)} is known to be right through ${source.coversThrough ?? ''}; the date of service is ${count(daysBetween(source.coversThrough ?? line.date, line.date), 'day', 'days')} later.`
    }))
  ]
  return entries.filter((entry, at) => entries.findIndex(other => other.text === entry.text) === at)
}

/** Said of entries that were taken for lines of the request; what is denied may be the reason for which the line is billed again. */
function possibleDuplicate (facts: Facts): NotEvaluated[] {
  const { line, lines, sent, history } = facts
  if (!(sent.serviceHistory ?? []).some(entry => sameService(entry, facts))) return []
  const same = (one: { code: string, date: string }): boolean => one.code === line.code && one.date === line.date
  const others = (history ?? []).filter(same).length - lines.filter(same).length
  const taken = `The history has an entry for ${line.code} on ${line.date}, the date of this line. It was taken for this service, not for an earlier one; check that it is not billed twice.`
  return [{ code: 'possible-duplicate', text: others > 0 ? `${taken} ${count(others, 'more entry', 'more entries')} of that day counted as ${others === 1 ? 'a service' : 'services'} besides.` : taken }]
}

/** Sources that spoke although the date of service is later than what they are known right for; each document once. */
export function behindSources ({ line }: Facts, sources: readonly Source[]): Source[] {
  const behind = sources.filter(source => isAfter(line.date, source.coversThrough) && !isAfter(line.date, source.usableThrough))
  return behind.filter((source, at) => behind.findIndex(other => documentName(other) === documentName(source)) === at)
}

function sameService (entry: { procedureCode: string, dateOfService: string }, { line }: Facts): boolean {
  return entry.dateOfService === line.date && entry.procedureCode.trim().toUpperCase() === line.code
}
