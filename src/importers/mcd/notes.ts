import { counted, some } from '../wording.js'
import type { Reviews } from './overlay/reviews.js'
import type { ImportedDocuments } from './policies/documents.js'
import type { ImportedDocument } from './policies/policies.js'
import type { LeftOut } from './policies/succession.js'
import type { Exported } from './tables/read-export.js'

/** The notes of an import in the order of the report: what a person should check in addition to the refused rows. */
export function importNotes(
  { contractors, articles, lcds }: Exported,
  reviews: Reviews,
  { documents, leftOut }: ImportedDocuments,
): string[] {
  const orphans = articles.orphans + lcds.orphans
  return [
    ...contractors.notes(),
    ...ofReviews(documents, reviews),
    ...ofUnknownProcedures(documents),
    ...ofLeftOut(leftOut),
    ...byName(documents, ({ unplaced }) => unplaced).map(
      ([name, ids]) =>
        `The export gives no state for ${name} (${some(ids)}): where nothing else places a document it answers indeterminate everywhere.`,
    ),
    ...byName(documents, ({ otherTypes }) => otherTypes).map(
      ([name, ids]) => `Contractors of the type ${name} are not told apart here and left out: ${some(ids)}.`,
    ),
    ...versionsWithoutRules(documents),
    ...(orphans === 0
      ? []
      : [`${counted(orphans, 'row')} of the tables belong to no document of the export, or to a draft.`]),
    ...unkeptReadings(documents),
  ]
}

/**
 * Notes on reviewed readings that do not apply. The import does not read the texts of a document that
 * applies in no state, so it writes no note on the readings of such a document.
 */
function ofReviews(documents: readonly ImportedDocument[], reviews: Reviews): string[] {
  const read = new Set(documents.filter(({ wasRead }) => wasRead).map(({ displayId }) => displayId))
  return [
    ...new Set(documents.flatMap(({ contradictions }) => contradictions)),
    ...reviews.notApplied(
      read,
      documents.flatMap(({ lookedUp }) => lookedUp),
    ),
  ]
}

function ofLeftOut(leftOut: readonly LeftOut[]): string[] {
  const byReason = new Map<string, string[]>()
  for (const { reason, version } of leftOut) {
    const versions = byReason.get(reason)
    if (versions === undefined) byReason.set(reason, [version])
    else versions.push(version)
  }
  return [...byReason].map(
    ([reason, versions]) => `${counted(versions.length, 'version')} ${reason} left out: ${some(versions)}.`,
  )
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

/** Each name that `namesOf` returns, with the ids of its documents; both in the order of the documents. */
function byName(
  documents: readonly ImportedDocument[],
  namesOf: (document: ImportedDocument) => readonly string[],
): Array<[string, string[]]> {
  const found = new Map<string, string[]>()
  for (const document of documents)
    for (const name of namesOf(document)) found.set(name, [...(found.get(name) ?? []), document.displayId])
  return [...found]
}

function versionsWithoutRules(documents: readonly ImportedDocument[]): string[] {
  const withoutRules = (half: ImportedDocument['half']): number =>
    documents.reduce((sum, one) => sum + (one.half === half ? one.silentVersions : 0), 0)
  const [articles, lcds] = [withoutRules('article'), withoutRules('lcd')]
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
