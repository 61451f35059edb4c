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
 * Local determinations (LCDs) and articles of Medicare's contractors, from the export of the
 * Medicare Coverage Database: lists of procedures and diagnoses become rules where their paragraphs
 * are surely understood, else review rules. docs/policy/imports-mcd.md.
 */
export const mcd: Importer = mcdImporter(bundledReadings)

/**
 * The importer with other readings than those that come with the program, to which an overlay adds.
 */
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
 * What an import makes of its files. Refused rows are told as they are met: a file that is refused
 * as a whole needs them too.
 */
interface Made {
  readonly content: PolicyContent
  /** What a person has to know although the rows were taken, in the order of the report. */
  readonly notes: readonly string[]
}

/** The whole import, from the files to the content of the pack. */
async function readMcd(
  files: readonly SourceFile[],
  context: ImportContext,
  bundled: readonly OverlayEntry[],
): Promise<Made> {
  const { held, retrievedOn } = context

  // The files are an export, a document index, overlays, or several of these.
  const given = sortFiles(files)
  const overlay = (await Promise.all(given.overlays.map(readOverlay))).flat()
  const index = given.index === undefined ? undefined : await readDocumentIndex(given.index, context)
  const tables = new Tables(files, context)
  if (tables.halves.length === 0) return indexAlone(index, files, context)

  // The tables become drafts: versions of documents with their codes, and what was understood of
  // their paragraphs.
  const exported = await readExport(tables, retrievedOn)

  // The drafts become policies. Reviewed readings stand in for paragraphs that were not understood.
  const reviews = new Reviews([...overlay, ...reviewsHeldIn(held, policySetId, bundled)], bundled)
  const imported = documentsOf(exported, reviews, held)
  const brought = contentOf(imported.documents, exported.diagnoses)

  // Documents that a pack owns stay as they were read there, and a half of the export that is not
  // given stays as it is in force.
  const byHand = readByHand(context)
  const kept = keptOf(context, byHand, { halves: exported.halves, policies: brought.policies })

  // The document index tells where nothing is missing.
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
 * The overlays and the document index among the files; refuses files of which none is an index or a
 * table of an export.
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

/** An index without an export beside it: everything stays in force as it is. */
function indexAlone(
  index: DocumentIndex | undefined,
  files: readonly SourceFile[],
  context: ImportContext,
): Made {
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
 * The policy set with these declarations, or with those that it has; none where another pack owns
 * it and nothing is added.
 */
function setWith(
  { policySets }: PolicyContent,
  declarations: readonly Completeness[] | undefined,
): PolicySet[] {
  const held = policySets.find((set) => set.policySetId === policySetId)
  const set = policySetWith(held, declarations)
  return set === undefined ? [] : [set]
}

/** What stays in force and what the export brings, without the documents that packs own. */
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
