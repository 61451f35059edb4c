import { emptyContent, type Policy, type PolicyContent } from '../../decision/policy.js'
import {
  ImportRefused,
  type ImportContext,
  type ImportedPack,
  type Importer,
  type SourceFile,
} from '../importer.js'
import { bundledReadings } from './overlay/bundled-readings.js'
import { declarationsOf, judge, policySetWith } from './completeness/completeness.js'
import { isDocumentIndex, readDocumentIndex, type DocumentIndex } from './completeness/document-index.js'
import { importTables } from './import-tables.js'
import { isOverlay, readOverlay, type OverlayEntry } from './overlay/overlay.js'
import { codeSetsOfPolicies } from './policies/policies.js'
import {
  changesSinceRead,
  codeSetsForPacks,
  readByHand,
  versionRead,
  type ReadByHand,
} from './in-force/read-by-hand.js'
import { Reviews, reviewsHeldIn } from './overlay/reviews.js'
import { isImported, policySetId } from './policies/source.js'
import { tableOf, Tables } from './tables/tables.js'

/**
 * Local determinations (LCDs) and articles of Medicare's contractors, from the export of the Medicare Coverage Database: lists of
 * procedures and diagnoses become rules where their paragraphs are surely understood, else review rules. docs/policy/imports-mcd.md.
 */
export const mcd: Importer = mcdImporter(bundledReadings)

/** The importer with other readings than those that come with the program, to which an overlay adds. */
export function mcdImporter(readings: readonly OverlayEntry[]): Importer {
  return {
    source: 'mcd',
    wholeExportOf: 'documents',
    needs: ['policySets', 'policies', 'codeSets'],
    ownersIn: policySetId,
    summary:
      'Medicare Coverage Database: current_article.zip, current_lcd.zip, all_article.zip, all_lcd.zip or a folder of their CSVs; the document index (mcd_documents*.csv); reviewed readings (*.mcd-overlay.json)',
    settings: {},
    read: async (files, context) => await readMcd(files, context, readings),
  }
}

async function readMcd(
  files: readonly SourceFile[],
  context: ImportContext,
  readings: readonly OverlayEntry[],
): Promise<readonly ImportedPack[]> {
  const note = (text: string): void => {
    context.note?.(text)
  }
  const overlays = files.filter(({ name }) => isOverlay(name))
  const indexFiles = files.filter(({ name }) => isDocumentIndex(name))
  if (!files.some(({ name }) => tableOf(name) !== undefined) && indexFiles.length === 0)
    throw nothingKnown(files)
  if (indexFiles.length > 1)
    throw new ImportRefused(
      `Two document indexes were given: ${indexFiles.map(({ name }) => name).join(', ')}. Give the newer one.`,
    )
  const given = (await Promise.all(overlays.map(readOverlay))).flat()
  const [indexFile] = indexFiles
  const index = indexFile === undefined ? undefined : await readDocumentIndex(indexFile, context)
  const tables = new Tables(files, context)
  if (tables.halves.length === 0) {
    if (index === undefined) throw nothingKnown(files)
    note(
      `The index names ${number(index.documents.length)} documents. Without the export beside it nothing can be compared, and nothing is declared complete: give both in one import.`,
    )
    return [{ packId: 'mcd', content: keep(context, [], undefined) }]
  }
  return [{ packId: 'mcd', content: await importExport(tables, context, { given, readings, index, note }) }]
}

interface Beside {
  /** Reviewed readings of overlays. */
  readonly given: readonly OverlayEntry[]
  /** Those that come with the program. */
  readonly readings: readonly OverlayEntry[]
  readonly index: DocumentIndex | undefined
  readonly note: (text: string) => void
}

async function importExport(
  tables: Tables,
  context: ImportContext,
  { given, readings, index, note }: Beside,
): Promise<PolicyContent> {
  const { held, retrievedOn } = context
  const reviews = new Reviews([...given, ...reviewsHeldIn(held, policySetId, readings)], readings)
  const read = await importTables(tables, { held, reviews, retrievedOn })
  read.notes.forEach(note)
  const byHand = readByHand(context)
  changesSinceRead({
    byHand,
    exported: read.policies,
    heldSets: held.codeSets,
    exportedSets: read.codeSets,
  }).forEach(note)
  const set = policySetWith(
    held.policySets.find((one) => one.policySetId === policySetId),
    index === undefined
      ? []
      : declare(index, tables, { ...read, versionsHeld: versionsWith(read, byHand) }, note),
  )
  if (index === undefined)
    note(
      'An export does not say that it is all there is. Nothing is declared complete by it; give the document index beside it.',
    )
  const kept = keep(context, read.policies, tables.halves)
  const own = read.policies.filter(({ policyId }) => !byHand.has(policyId))
  const named = codeSetsOfPolicies(own)
  const codeSets = new Map(
    [...kept.codeSets, ...read.codeSets.filter(({ codeSetId }) => named.has(codeSetId))].map((codeSet) => [
      codeSet.codeSetId,
      codeSet,
    ]),
  )
  return {
    ...emptyContent,
    policySets: set === undefined ? [] : [set],
    policies: [...kept.policies, ...own].sort((a, b) => (a.policyId < b.policyId ? -1 : 1)),
    codeSets: [...codeSets.values()],
  }
}

function declare(
  index: DocumentIndex,
  tables: Tables,
  read: Awaited<ReturnType<typeof importTables>>,
  note: (text: string) => void,
): ReturnType<typeof declarationsOf> {
  const verdict = judge(index, read.versionsHeld, read.contractors, read.edition)
  const declarations =
    tables.lost.codes || tables.lost.texts || !index.whole
      ? []
      : declarationsOf(verdict, index, read.edition, tables.allVersions, tables.has('article_x_code_table'))
  const where = verdict.complete.map(({ type, states }) => `${type}: ${states.join(' ')}`).join('; ')
  note(
    `The index of ${index.updatedOn} names ${number(index.documents.length)} documents; ${number(verdict.held)} of them are in the export, in that version or a later one. ` +
      (declarations.length === 0 ? 'Nothing is declared complete by it.' : `Complete by it: ${where}.`) +
      (verdict.unmatched.length === 0
        ? ''
        : ` Contractors that it names and the export does not: ${verdict.unmatched.join(', ')}.`),
  )
  return declarations
}

/** Versions that answers rest on: of a document that stays with a pack, the one that was read there. */
function versionsWith(
  { versionsHeld }: Pick<Awaited<ReturnType<typeof importTables>>, 'versionsHeld'>,
  byHand: ReadByHand,
): ReadonlyMap<string, number> {
  return new Map([
    ...versionsHeld,
    ...[...byHand].map(([policyId, { policy }]) => [policyId.toUpperCase(), versionRead(policy)] as const),
  ])
}

const number = (value: number): string => value.toLocaleString('en-US')

/** What earlier imports brought and this one does not replace: the half of the export that is not given, or all of it. */
function keep(
  context: ImportContext,
  read: readonly Policy[],
  halves: readonly ('article' | 'lcd')[] | undefined,
): PolicyContent {
  const { held } = context
  const byHand = readByHand(context)
  const replaced = new Set([...read.map(({ policyId }) => policyId), ...byHand.keys()])
  const policies = held.policies.filter(
    (policy) =>
      policy.policySetId === policySetId &&
      !replaced.has(policy.policyId) &&
      policy.versions.every(({ source }) => isImported(source)) &&
      !(
        halves?.includes(policy.versions[0]?.source.url.includes('/lcd.aspx') === true ? 'lcd' : 'article') ??
        false
      ),
  )
  const named = codeSetsOfPolicies(policies)
  const set =
    halves === undefined
      ? policySetWith(
          held.policySets.find((one) => one.policySetId === policySetId),
          undefined,
        )
      : undefined
  return {
    ...emptyContent,
    policies,
    codeSets: [
      ...held.codeSets.filter(({ codeSetId }) => named.has(codeSetId)),
      ...codeSetsForPacks(byHand, context),
    ],
    policySets: set === undefined ? [] : [set],
  }
}

function nothingKnown(files: readonly SourceFile[]): ImportRefused {
  const names = files.map(({ name }) => name)
  return new ImportRefused(
    `No table of the Medicare Coverage Database among ${names.slice(0, 20).join(', ')}${names.length > 20 ? ` and ${names.length - 20} more` : ''}. ` +
      'Give current_article.zip, all_article.zip, current_lcd.zip or all_lcd.zip, a folder of their CSVs (article.csv, lcd.csv and the tables beside them), or the document index.',
  )
}
