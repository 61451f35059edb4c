import type { Contractors } from './tables/contractors.js'
import type { ImportedDocument } from './policies/policies.js'
import type { Reviews } from './overlay/reviews.js'
import type { LeftOut } from './policies/succession.js'

interface Imported {
  readonly contractors: Contractors
  readonly documents: readonly ImportedDocument[]
  readonly leftOut: LeftOut
  readonly reviews: Reviews
  /** Rows of the tables that belong to no document. */
  readonly orphans: number
}

/** What a person has to know of an import although its rows were taken, in the order of the report. */
export function importNotes({ documents, contractors, leftOut, reviews, orphans }: Imported): string[] {
  return [
    ...contractors.notes(),
    // Of a document that was left out no text was looked at.
    ...reviews.stale(new Set(documents.filter(({ wasRead }) => wasRead).map(({ displayId }) => displayId))),
    ...ofUnknownProcedures(documents),
    ...[...leftOut].map(
      ([reason, versions]) => `${counted(versions.length, 'version')} ${reason} left out: ${some(versions)}.`,
    ),
    ...byName(documents, ({ unplaced }) => unplaced).map(
      ([name, ids]) =>
        `The export gives no state for ${name} (${some(ids)}): where nothing else places a document it answers indeterminate everywhere.`,
    ),
    ...byName(documents, ({ otherTypes }) => otherTypes).map(
      ([name, ids]) => `Contractors of the type ${name} are not told apart here and left out: ${some(ids)}.`,
    ),
    ...passedOver(documents),
    ...(orphans === 0
      ? []
      : [`${counted(orphans, 'row')} of the tables belong to no document of the export, or to a draft.`]),
    ...unkeptReadings(documents),
  ]
}

function ofUnknownProcedures(documents: readonly ImportedDocument[]): string[] {
  const ids = documents.filter(({ namesProcedures }) => !namesProcedures).map(({ displayId }) => displayId)
  if (ids.length === 0) return []
  const [names, it, holds] =
    ids.length === 1 ? ['names', 'it is', 'it holds'] : ['name', 'they are', 'they hold']
  return [
    `${counted(ids.length, 'document')} of the export ${names} no procedures in tables, so what ${it} for is not known and where ${holds} nothing is complete: ${some(ids)}.`,
  ]
}

/** Documents by the names that were found for them, in the order of the documents. */
function byName(
  documents: readonly ImportedDocument[],
  namesOf: (document: ImportedDocument) => readonly string[],
): Array<[string, string[]]> {
  const found = new Map<string, string[]>()
  for (const document of documents)
    for (const name of namesOf(document)) found.set(name, [...(found.get(name) ?? []), document.displayId])
  return [...found]
}

function passedOver(documents: readonly ImportedDocument[]): string[] {
  const silent = (half: ImportedDocument['half']): number =>
    documents.reduce((sum, one) => sum + (one.half === half ? one.silentVersions : 0), 0)
  const [articles, lcds] = [silent('article'), silent('lcd')]
  const parts = [
    ...(articles > 0 ? [counted(articles, 'article version')] : []),
    ...(lcds > 0 ? [counted(lcds, 'determination version')] : []),
  ]
  return parts.length === 0
    ? []
    : [`Passed over, since no codes of their own could make a rule: ${parts.join(' and ')}.`]
}

function unkeptReadings(documents: readonly ImportedDocument[]): string[] {
  const ids = documents.filter(({ unkept }) => unkept).map(({ displayId }) => displayId)
  return ids.length === 0
    ? []
    : [
        `The reviewed readings of ${some(ids)} are too long to be kept with their rules: give the overlay with every import.`,
      ]
}

const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`

/** The first names of a list, and how many more there are. */
export const some = (names: readonly string[]): string =>
  `${names.slice(0, 10).join(', ')}${names.length > 10 ? ` and ${(names.length - 10).toLocaleString('en-US')} more` : ''}`
