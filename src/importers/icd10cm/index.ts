import type { PlainDate } from '../../decision/shapes/codes.js'
import { emptyContent } from '../../decision/shapes/policy.js'
import type { CodeTable } from '../../decision/shapes/tables.js'
import { count } from '../../decision/explain/wording.js'
import { ImportRefused, type ImportContext, type Importer } from '../importer.js'
import { codeTableOf, holdsWholeEditions } from './code-table.js'
import { keepPlaces, placeWithinYear, type Conversion } from './conversions.js'
import { checkAddenda, checkConversions, type CrossCheck } from './cross-check.js'
import { fiscalYearOf, publishedAt } from './editions.js'
import { editionsHeldIn } from './history.js'
import { readOrderFile, type CodeEntry, type EditionCodes } from './order-file.js'
import { filesOf, orderBytesOf, readConversions, textOf, type Icd10cmFiles } from './source-files.js'

/**
 * Imports ICD-10-CM, year by year, from the order files that CMS publishes (alone or in their zip). Years
 * may come in any order. Loaded years stay, and the same year is replaced. See
 * docs/policy/imports-code-tables.md.
 */
export const icd10cm: Importer = {
  source: 'icd10cm',
  wholeExportOf: 'rows',
  needs: ['codeTables'],
  summary: `ICD-10-CM order files (icd10cm_order_2026.txt) or the yearly zip with one inside, and the conversion table (XLSX), from ${publishedAt}`,
  settings: {
    edition:
      'Fiscal year of the file (2026), or 2026-april or 2021-january for a release within the year, where its name does not say so; for one file at a time',
  },
  read: async (files, context) => {
    const given = await filesOf(files, context.settings['edition'])
    const editions = await readEditions(given, context)
    if (editions.size === 0)
      throw new ImportRefused(
        'The conversion table says when codes began, and no order files are held yet: give those of the years in question too.',
      )
    const conversions = (await Promise.all(given.conversionTables.map(readConversions))).flat()
    const moved = placeWithinYear(editions, conversions)
    const table = codeTableOf(editions, context.retrievedOn)
    for (const note of await notesOn(given, editions, conversions, table, moved)) context.note?.(note)
    return [{ packId: 'icd10cm', content: { ...emptyContent, codeTables: [table] } }]
  },
}

/** The loaded editions together with those of the files, which replace the same editions. */
async function readEditions(
  { orderFiles }: Icd10cmFiles,
  context: ImportContext,
): Promise<Map<PlainDate, EditionCodes>> {
  const held = context.held.codeTables.find(
    (table) => table.system === 'icd-10-cm' && table.layer === 'editions' && holdsWholeEditions(table),
  )
  const editions = held === undefined ? new Map<PlainDate, EditionCodes>() : editionsHeldIn(held)
  const known = newestEntries(editions)
  for (const [start, file] of orderFiles) {
    const codes = readOrderFile(await orderBytesOf(file), { file: file.name, refuse: context.refuse, known })
    context.count(codes.size)
    const before = editions.get(start)
    if (before !== undefined) keepPlaces(before, laterInYear(editions, start), codes)
    editions.set(start, codes)
  }
  return editions
}

function laterInYear(editions: ReadonlyMap<PlainDate, EditionCodes>, start: PlainDate): EditionCodes[] {
  return [...editions]
    .filter(([other]) => other > start && fiscalYearOf(other) === fiscalYearOf(start))
    .map(([, codes]) => codes)
}

function newestEntries(editions: ReadonlyMap<PlainDate, EditionCodes>): Map<string, CodeEntry> {
  const known = new Map<string, CodeEntry>()
  for (const start of [...editions.keys()].sort())
    for (const [code, entry] of editions.get(start) ?? []) known.set(code, entry)
  return known
}

async function notesOn(
  given: Icd10cmFiles,
  editions: ReadonlyMap<PlainDate, EditionCodes>,
  conversions: readonly Conversion[],
  table: CodeTable,
  moved: number,
): Promise<string[]> {
  const notes: string[] = []
  for (const [start, file] of given.addenda) {
    // The addenda list the changes of the yearly file, without the days to which codes were moved in it. So
    // they are compared with the last edition of the year, which has all these codes.
    const year = [...editions]
      .filter(([other]) => fiscalYearOf(other) === fiscalYearOf(start))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .at(-1)
    if (year !== undefined) notes.push(...noteOn(file.name, checkAddenda(await textOf(file), year[1])))
  }
  if (given.conversionTables.length > 0) {
    notes.push(...noteOn('The conversion table', checkConversions(conversions, table)))
    if (moved > 0)
      notes.push(
        `${count(moved, 'code', 'codes')} came into force within a year; the conversion table says on which day.`,
      )
  } else
    notes.push(
      'No conversion table was given: codes of a January or April update that stand in a yearly file count from its October. Give the table (ICD-10-CM-CONVERSION-TABLE-FY….xlsx) beside the files, or import it afterwards.',
    )
  return notes
}

const named = 5

function noteOn(file: string, { disagreements }: CrossCheck): string[] {
  if (disagreements.length === 0) return []
  const more = disagreements.length > named ? `; and ${disagreements.length - named} more` : ''
  return [
    `${file} says otherwise of ${count(disagreements.length, 'code', 'codes')}; the order files were taken. ${disagreements.slice(0, named).join('; ')}${more}.`,
  ]
}
