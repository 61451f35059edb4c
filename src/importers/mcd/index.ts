import {
  emptyContent,
  type Completeness,
  type PolicyContent,
  type PolicySet,
} from '../../decision/shapes/policy.js'
import {
  ImportRefused,
  type ImportContext,
  type ImportedPack,
  type Importer,
  type SourceFile,
} from '../importer.js'
import { number } from '../wording.js'
import { declare, policySetWith } from './completeness/completeness.js'
import { isDocumentIndex, readDocumentIndex, type DocumentIndex } from './completeness/document-index.js'
import { keptOf } from './in-force/kept.js'
import { changesSinceRead, readByHand, versionsHeld, type ReadByHand } from './in-force/read-by-hand.js'
import { importNotes } from './notes.js'
import { bundledReadings } from './overlay/bundled-readings.js'
import { isOverlay, readOverlay, type OverlayEntry } from './overlay/overlay.js'
import { Reviews, reviewsHeldIn } from './overlay/reviews.js'
import { documentsOf } from './policies/documents.js'
import { codeSetsOfPolicies, contentOf, type LocalContent } from './policies/policies.js'
import { policySetId } from './policies/source.js'
import { readExport } from './tables/read-export.js'
import { tableOf, Tables } from './tables/tables.js'

/**
 * Imports local coverage determinations (LCDs) and articles of the Medicare contractors from the export
 * of the Medicare Coverage Database. Lists of procedures and diagnoses become rules where the import
 * understands every sentence beside them, otherwise review rules. See docs/policy/imports-mcd.md.
 */
export const mcd: Importer = mcdImporter(bundledReadings)

/** The importer with other readings than the bundled ones. An overlay among the files adds to them. */
export function mcdImporter(readings: readonly OverlayEntry[]): Importer {
  return {
    source: 'mcd',
    wholeExportOf: 'documents',
    needs: ['policySets', 'policies', 'codeSets'],
    ownersIn: policySetId,
    summary:
      'Medicare Coverage Database: current_article.zip, current_lcd.zip, all_article.zip, all_lcd.zip or a folder of their CSVs; the document index (mcd_documents*.csv); reviewed readings (*.mcd-overlay.json)',
    settings: {},
    read: async (files, context) => {
      const { content, notes } = await readMcd(files, context, readings)
      for (const note of notes) context.note?.(note)
      return [{ packId: 'mcd', content }] satisfies ImportedPack[]
    },
  }
}

/**
 * The result of an import. It does not include the refused rows: the import reports each one when it
 * meets it, because a file that is refused as a whole needs them too.
 */
interface ReadContent {
  readonly content: PolicyContent
  /** What a person should check in addition to the refused rows, in the order of the report. */
  readonly notes: readonly string[]
}

/** Turns the files into the content of the pack; throws `ImportRefused` where a file cannot be used. */
async function readMcd(
  files: readonly SourceFile[],
  context: ImportContext,
  bundled: readonly OverlayEntry[],
): Promise<ReadContent> {
  const { held, retrievedOn } = context

  // The files are an export, a document index, overlays, or several of these.
  const given = sortFiles(files)
  const overlay = (await Promise.all(given.overlays.map(readOverlay))).flat()
  const index = given.index === undefined ? undefined : await readDocumentIndex(given.index, context)
  const tables = new Tables(files, context)
  if (tables.halves.length === 0) return indexAlone(index, files, context)

  // The tables become drafts: the versions of each document with their codes and with the parts of
  // their paragraphs that the import understands.
  const exported = await readExport(tables, retrievedOn)

  // The drafts become policies. A reviewed reading replaces a paragraph that the import does not
  // understand.
  const reviews = new Reviews([...overlay, ...reviewsHeldIn(held, policySetId, bundled)], bundled)
  const imported = documentsOf(exported, reviews, held)
  const brought = contentOf(imported.documents, exported.diagnoses)

  // A document that another pack owns stays as that pack has it. The policies of a half (articles or
  // LCDs) that is not among the files stay in force unchanged.
  const byHand = readByHand(context)
  const kept = keptOf(context, byHand, { halves: exported.halves, policies: brought.policies })

  // The document index lists every document, so it shows for which contractors and states none is
  // missing.
  const declared = declare(index, exported, versionsHeld(imported.documents, byHand))

  return {
    content: {
      ...emptyContent,
      policySets: setWith(held, declared.declarations),
      ...merged(kept, brought, byHand),
    },
    notes: [
      ...importNotes(exported, reviews, imported),
      ...changesSinceRead(byHand, brought, held.codeSets),
      declared.note,
    ],
  }
}

interface GivenFiles {
  readonly overlays: readonly SourceFile[]
  readonly index: SourceFile | undefined
}

/**
 * Finds the overlays and the document index among the files. Throws `ImportRefused` where the files
 * have neither an index nor a table of an export, or have two indexes.
 */
function sortFiles(files: readonly SourceFile[]): GivenFiles {
  const indexes = files.filter(({ name }) => isDocumentIndex(name))
  const [index] = indexes
  if (index === undefined && !files.some(({ name }) => tableOf(name) !== undefined)) throw nothingKnown(files)
  if (indexes.length > 1)
    throw new ImportRefused(
      `Two document indexes were given: ${indexes.map(({ name }) => name).join(', ')}. Give the newer one.`,
    )
  return { overlays: files.filter(({ name }) => isOverlay(name)), index }
}

/** The result for an index without an export: policies stay as they are, nothing new is declared complete. */
function indexAlone(
  index: DocumentIndex | undefined,
  files: readonly SourceFile[],
  context: ImportContext,
): ReadContent {
  if (index === undefined) throw nothingKnown(files)
  return {
    content: {
      ...emptyContent,
      policySets: setWith(context.held, undefined),
      ...keptOf(context, readByHand(context), { halves: [], policies: [] }),
    },
    notes: [
      `The index names ${number(index.documents.length)} documents. Without the export beside it nothing can be compared, and nothing is declared complete: give both in one import.`,
    ],
  }
}

/**
 * The policy set with `declarations`, or with the declarations it has where these are undefined.
 * Empty where another pack owns the set and nothing is added.
 */
function setWith(
  { policySets }: PolicyContent,
  declarations: readonly Completeness[] | undefined,
): PolicySet[] {
  const held = policySets.find((set) => set.policySetId === policySetId)
  const set = policySetWith(held, declarations)
  return set === undefined ? [] : [set]
}

/** The policies that stay in force together with those of the export, without documents that packs own. */
function merged(kept: LocalContent, brought: LocalContent, byHand: ReadByHand): LocalContent {
  const own = brought.policies.filter(({ policyId }) => !byHand.has(policyId))
  const named = codeSetsOfPolicies(own)
  const codeSets = [...kept.codeSets, ...brought.codeSets.filter(({ codeSetId }) => named.has(codeSetId))]
  return {
    policies: [...kept.policies, ...own].sort((a, b) => (a.policyId < b.policyId ? -1 : 1)),
    codeSets: [...new Map(codeSets.map((codeSet) => [codeSet.codeSetId, codeSet])).values()],
  }
}

function nothingKnown(files: readonly SourceFile[]): ImportRefused {
  const names = files.map(({ name }) => name)
  return new ImportRefused(
    `No table of the Medicare Coverage Database among ${names.slice(0, 20).join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}. ` +
      'Give current_article.zip, all_article.zip, current_lcd.zip or all_lcd.zip, a folder of their CSVs (article.csv, lcd.csv and the tables beside them), or the document index.',
  )
}
