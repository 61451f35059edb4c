import type { Checklist, ChecklistItem, ListedCodes } from '../../../decision/advice/checklist/answer.js'
import { count } from '../../../decision/explain/wording.js'

// Texts of both the HTML and the Markdown page.

export const stepTitles: Readonly<Record<number, string>> = {
  1: "The plan's policy",
  2: 'Diagnosis',
  3: 'Documentation',
  4: 'Schedule',
  5: 'Claim line',
}
export const standingWords: Readonly<Record<ChecklistItem['standing'], string>> = {
  rule: '',
  undecided: 'Undecided',
  'not-held': 'Not held',
}
export const outlineNote =
  'Only what was given, as it was given. A gap is for the record to fill, or to stay open; write nothing that the record does not hold.'

/** The scope of the page besides plan, code and date: "Claim: professional. State: FL." */
export function scopeWords({ claimType, state, contractorNumber, placeOfService }: Checklist): string {
  const parts = [
    `Claim: ${claimType ?? 'not given'}`,
    `State: ${state ?? 'not given'}`,
    ...(contractorNumber === undefined ? [] : [`Contractor: ${contractorNumber}`]),
    `Place of service: ${placeOfService ?? 'not given'}`,
  ]
  return `${parts.join(' · ')}`
}

/** Count and codes of a list, and how many were left out. */
export function listWords({ title, count: total, codes, omitted }: ListedCodes): {
  readonly title: string
  readonly codes: string
} {
  const rest =
    omitted === 0
      ? ''
      : ` … and ${count(omitted, 'more code', 'more codes')} (shortened: the policy version cited has all)`
  return { title: `${title} (${count(total, 'code', 'codes')})`, codes: `${codes.join('; ')}${rest}` }
}

/** Whether any line of a topic lists codes, so that the page must explain how to use them. */
export function hasLists(items: readonly ChecklistItem[]): boolean {
  return items.some(({ lists }) => lists.length > 0)
}

/** Steps whose heading says everything; a second heading would repeat it. */
export function needsHeading(step: number, sections: readonly { readonly step: number }[]): boolean {
  return sections.filter((section) => section.step === step).length > 1
}

/** Everything that is not evaluated, in one paragraph. */
export function notCoveredWords({ notEvaluated, infoNeeded }: Checklist): string {
  const open = infoNeeded.map(({ text }) => text)
  return [...open, ...notEvaluated.map(({ text }) => text)].join(' ')
}
