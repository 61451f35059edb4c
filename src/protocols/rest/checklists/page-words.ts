import type { Checklist, ChecklistCitation, ChecklistItem, ListedCodes } from '../../../decision/advice/checklist/answer.js'
import { count } from '../../../decision/wording.js'

// Words that the HTML and the Markdown page share.

export const stepTitles: Readonly<Record<number, string>> = { 1: "The plan's policy", 2: 'Diagnosis', 3: 'Documentation', 4: 'Schedule', 5: 'Claim line' }
export const requirementWords: Readonly<Record<Checklist['requirement'], string>> = {
  required: 'Required', 'not-required': 'Not required', conditional: 'It depends', satisfied: 'On file', indeterminate: 'Not known: ask the payer'
}
export const standingWords: Readonly<Record<ChecklistItem['standing'], string>> = { rule: '', undecided: 'Undecided', 'not-held': 'No rule held' }
export const markWords: Readonly<Record<ChecklistCitation['marks'][number], string>> = {
  'secondary-source': 'SECONDARY', 'fictional-source': 'FICTIONAL', 'edition-behind': 'OLDER COPY', 'not-usable': 'NOT USABLE'
}
export const neutralNote = 'Codes are listed for information, not to choose from: ask the clinician what the record supports.'
export const outlineNote = 'Only what was given, as it was given. A gap is for the record to fill, or to stay open; write nothing that the record does not hold.'

/** "Claim: professional. State: FL.": what the page holds for besides plan, code and date. */
export function scopeWords ({ claimType, state, contractorNumber, placeOfService }: Checklist): string {
  const parts = [
    `Claim: ${claimType ?? 'any'}`, `State: ${state ?? 'any'}`, ...contractorNumber === undefined ? [] : [`Contractor: ${contractorNumber}`],
    `Place of service: ${placeOfService ?? 'any'}`
  ]
  return `${parts.join(' · ')}`
}

/** Count and codes of a list, and what was left out of it. */
export function listWords ({ title, count: total, codes, omitted }: ListedCodes): { readonly title: string, readonly codes: string } {
  const rest = omitted === 0 ? '' : ` … and ${count(omitted, 'more code', 'more codes')} (shortened: the policy version cited has all)`
  return { title: `${title} (${count(total, 'code', 'codes')})`, codes: `${codes.join('; ')}${rest}` }
}

/** Publisher, document, version and section in one line. */
export function documentWords ({ citation }: ChecklistCitation): string {
  const { publisher, document, documentVersion, section, row } = citation
  const version = documentVersion === undefined ? '' : /^[0-9]+$/.test(documentVersion) ? ` v${documentVersion}` : ` (${documentVersion})`
  return `${publisher}: ${document}${version}${section === undefined ? '' : `, ${section}`}${row === undefined ? '' : `, ${row}`}`
}

/** In force from, read on, known right through. */
export function dateWords ({ citation }: ChecklistCitation): string {
  const { effectiveFrom, effectiveTo, retrievedOn, coversThrough } = citation
  return [
    ...effectiveFrom === undefined ? [] : [`in force from ${effectiveFrom}${effectiveTo === undefined ? '' : ` until before ${effectiveTo}`}`],
    `read ${retrievedOn}`, ...coversThrough === undefined ? [] : [`right through ${coversThrough}`]
  ].join('; ')
}

/** The whole of what is not covered, in one paragraph. */
export function notCoveredWords ({ notEvaluated, infoNeeded }: Checklist): string {
  const open = infoNeeded.map(({ text }) => text)
  return [...open, ...notEvaluated.map(({ text }) => text)].join(' ')
}
