import type { Facts } from '../facts/facts.js'
import { isNeverTelehealth, isTelehealthPlace } from '../rules/place-of-service.js'
import type { NotEvaluated } from '../shapes/determination.js'
import type { Plan } from '../shapes/policy.js'
import type { LineVerdict } from '../verdict/verdict.js'
import { notEvaluatedMeanings, type NotEvaluatedCode } from './meanings/not-evaluated.js'
import { namesNotAsked } from './names-not-asked.js'
import { count } from './wording.js'

/** Something that was not checked; with a text only where it says more than the meaning of its code. */
export interface NotChecked extends NotEvaluated {
  readonly code: NotEvaluatedCode
}

// What no policy data can answer; said in every answer so that nobody takes it for checked.
const always = ['eligibility', 'coordination-of-benefits', 'referral', 'place-of-service'] as const

/** What the answer for a line does not cover. */
export function notEvaluatedOf(line: LineVerdict, plan: Plan | undefined): NotChecked[] {
  const { answers, facts, hasAllExclusions } = line
  const names = namesNotAsked(line, plan).map(({ name }) => name)
  return [
    ...notEvaluated(facts, { exclusions: hasAllExclusions, ...answers['claim-line'].checked }),
    ...(names.length === 0
      ? []
      : [{ code: 'name-not-asked' as const, text: `Not read: ${names.join(', ')}.` }]),
  ]
}

/** The same of facts that were not decided as a line. */
export function notEvaluated(
  facts: Facts,
  checked: { readonly claimLine: boolean; readonly ndc: boolean; readonly exclusions: boolean },
): NotChecked[] {
  const { line, sent, history } = facts
  const codes: NotEvaluatedCode[] = [...always]
  if (isTelehealthPlace(line.sent.placeOfService) && !isNeverTelehealth(line.code))
    codes.push('telehealth-list')
  if (sent.diagnosisCodes !== undefined) codes.push('diagnosis-edits')
  if (!checked.exclusions) codes.push('exclusion-lists')
  if (!checked.claimLine) codes.push('claim-line-rules')
  if (history !== undefined) {
    if (sent.serviceHistoryScope !== 'payer') codes.push('other-providers-services')
    if ((sent.serviceHistory ?? []).some((entry) => sameService(entry, facts)))
      codes.push('possible-duplicate')
    if (history.some((entry) => entry.date > line.date && entry.code === line.code))
      codes.push('later-services')
  }
  return codes.map((code) => {
    const text = besidesItsMeaning(code, facts, checked)
    return text === undefined ? { code } : { code, text }
  })
}

function besidesItsMeaning(
  code: NotEvaluatedCode,
  facts: Facts,
  checked: { readonly ndc: boolean },
): string | undefined {
  if (code === 'claim-line-rules') return checked.ndc ? 'The NDC was checked.' : undefined
  return code === 'possible-duplicate' ? othersOfThatDay(facts) : undefined
}

/** The meaning of an entry, and what it says besides. */
export function notEvaluatedInWords({ code, text }: NotChecked): string {
  return [notEvaluatedMeanings[code].meaning, text].filter((part) => part !== undefined).join(' ')
}

/** Said of further entries of the day of a line; what is denied may be the reason for which the line is billed again. */
function othersOfThatDay({ line, lines, history }: Facts): string | undefined {
  const same = (one: { code: string; date: string }): boolean =>
    one.code === line.code && one.date === line.date
  const others = (history ?? []).filter(same).length - lines.filter(same).length
  return others > 0
    ? `${count(others, 'more entry', 'more entries')} of that day counted besides: units add up, and the day is one service unless modifiers make it several.`
    : undefined
}

function sameService(entry: { procedureCode: string; dateOfService: string }, { line }: Facts): boolean {
  return entry.dateOfService === line.date && entry.procedureCode.trim().toUpperCase() === line.code
}
