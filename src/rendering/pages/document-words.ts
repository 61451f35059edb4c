import type { Citation } from '../../decision/shapes/finding.js'
import type { Requirement } from '../../decision/shapes/statuses.js'

// Words that the checklist and the page of an answer share.

export const requirementWords: Readonly<Record<Requirement, string>> = {
  required: 'Required',
  'not-required': 'Not required',
  conditional: 'It depends',
  satisfied: 'On file',
  indeterminate: 'Not known: ask the payer',
}
export const markWords = {
  'secondary-source': 'SECONDARY',
  'fictional-source': 'FICTIONAL',
  'edition-behind': 'OLDER COPY',
  'not-usable': 'NOT USABLE',
} as const
export const neutralNote =
  'Codes are listed for information, not to choose from: ask the clinician what the record supports.'

type Place = Pick<Citation, 'publisher' | 'document' | 'documentVersion' | 'section' | 'row'>

/** Publisher, document, version and section in one line. */
export function documentWords({ publisher, document, documentVersion, section, row }: Place): string {
  const version =
    documentVersion === undefined
      ? ''
      : /^[0-9]+$/.test(documentVersion)
        ? ` v${documentVersion}`
        : ` (${documentVersion})`
  return `${publisher}: ${document}${version}${section === undefined ? '' : `, ${section}`}${row === undefined ? '' : `, ${row}`}`
}

type Dates = Partial<Pick<Citation, 'effectiveFrom' | 'effectiveTo' | 'retrievedOn' | 'coversThrough'>>

/** Dates of a document: in force from, retrieved on, valid until. */
export function dateWords({ effectiveFrom, effectiveTo, retrievedOn, coversThrough }: Dates): string {
  return [
    ...inForce({ effectiveFrom, effectiveTo }),
    ...(retrievedOn === undefined ? [] : [`read ${retrievedOn}`]),
    ...(coversThrough === undefined ? [] : [`right to ${coversThrough}`]),
  ].join('; ')
}

/** "from 2024-04-01 until before 2026-01-01"; nothing where no first day is known. */
export function inForce({
  effectiveFrom,
  effectiveTo,
}: {
  readonly effectiveFrom?: string | undefined
  readonly effectiveTo?: string | undefined
}): string[] {
  return effectiveFrom === undefined
    ? []
    : [`from ${effectiveFrom}${effectiveTo === undefined ? '' : ` until before ${effectiveTo}`}`]
}

/** The host of a document's address, short enough for paper. */
export function hostOf(url: string): string {
  return url.replace(/^https?:\/\/(www\.)?/, '').replace(/[/?#].*$/, '')
}
