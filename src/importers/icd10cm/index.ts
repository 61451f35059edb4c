import type { PlainDate } from '../../decision/codes.js'
import { emptyContent } from '../../decision/policy.js'
import { ImportRefused, type Importer, type SourceFile } from '../importer.js'
import { codeTableOf, holdsWholeEditions } from './code-table.js'
import { editionOfFile, publishedAt } from './editions.js'
import { editionsHeldIn } from './history.js'
import { beginningOf, looksLikeOrderFile, readOrderFile, type CodeEntry, type EditionCodes } from './order-file.js'

/**
 * ICD-10-CM, year by year, from the order files that CMS publishes (alone or in their zip). Years held already stay, the same year
 * is replaced, and the order in which years are imported makes no difference. See docs/imports-code-tables.md.
 */
export const icd10cm: Importer = {
  source: 'icd10cm',
  needs: ['codeTables'],
  summary: `ICD-10-CM order files (icd10cm_order_2026.txt) or the yearly zip with one inside, from ${publishedAt}`,
  settings: { edition: 'Fiscal year of the file (2026), or 2026-april for an April release, where its name does not say so; for one file at a time' },
  read: async (files, context) => {
    const orderFiles = await orderFilesAmong(files, context.settings['edition'])
    const held = context.held.codeTables.find(table => table.system === 'icd-10-cm' && holdsWholeEditions(table))
    const editions = held === undefined ? new Map<PlainDate, EditionCodes>() : editionsHeldIn(held)
    const known = newestEntries(editions)
    for (const [start, file] of orderFiles) {
      const codes = readOrderFile(await orderBytesOf(file), { file: file.name, refuse: context.refuse, known })
      context.count(codes.size)
      editions.set(start, codes)
    }
    return [{ packId: 'icd10cm', content: { ...emptyContent, codeTables: [codeTableOf(editions, context.retrievedOn)] } }]
  }
}

function newestEntries (editions: ReadonlyMap<PlainDate, EditionCodes>): Map<string, CodeEntry> {
  const known = new Map<string, CodeEntry>()
  for (const start of [...editions.keys()].sort()) for (const [code, entry] of editions.get(start) ?? []) known.set(code, entry)
  return known
}

/** The order files by first day of their edition; what else comes in the zip is passed over. */
async function orderFilesAmong (files: readonly SourceFile[], setting: string | undefined): Promise<Map<PlainDate, SourceFile>> {
  const found: SourceFile[] = []
  const companions: string[] = []
  for (const file of files) {
    const base = file.name.slice(file.name.lastIndexOf('/') + 1)
    const companion = companionKinds.find(({ name }) => name.test(base))
    if (companion !== undefined) companions.push(`${file.name} is ${companion.what}`)
    else {
      // A name that says nothing is read first, so that the refusal speaks of what is in the file.
      if (!/order/i.test(base)) await orderBytesOf(file)
      found.push(file)
    }
  }
  if (found.length === 0) throw new ImportRefused(`No order file was given. ${[...companions, whatToGive].join('. ')}`)
  if (setting !== undefined && found.length > 1) throw new ImportRefused(`--edition names one edition, and ${found.length} order files were given: import them one at a time`)
  const byStart = new Map<PlainDate, SourceFile>()
  for (const file of found) {
    const start = editionOfFile(file.name, setting)
    const other = byStart.get(start)
    if (other !== undefined) throw new ImportRefused(`${other.name} and ${file.name} are the same edition, in force from ${start}: give one of them, or tell them apart with --edition`)
    byStart.set(start, file)
  }
  return byStart
}

const whatToGive = `Give the order file of a fiscal year (icd10cm_order_2026.txt, icd10cm-order-2027.txt) or its zip, from ${publishedAt}`

// Published beside the order file, and not needed: comparing whole editions tells the same and more.
const companionKinds: readonly { readonly name: RegExp, readonly what: string }[] = [
  { name: /addenda/i, what: 'a list of changes (addenda), which says nothing about the codes that stayed' },
  { name: /conversion/i, what: 'a conversion table, which maps new codes to old ones' },
  { name: /codes.*\.txt$/i, what: 'a list of billable codes, which lacks the headers' },
  { name: /\.pdf$|\.docx?$|readme|guideline/i, what: 'a description' }
]

/** The bytes of an order file; anything else is refused with what was found in it. */
async function orderBytesOf (file: SourceFile): Promise<Uint8Array> {
  const bytes = await file.bytes()
  if (looksLikeOrderFile(bytes)) return bytes
  const firstLine = beginningOf(bytes, 120).split(/[\r\n]/)[0]?.replace(/[^ -~]/g, '?').slice(0, 60) ?? ''
  throw new ImportRefused(`${file.name} is not an order file: it begins with ${JSON.stringify(firstLine)}, where an order file has an order number, a code, 0 or 1 and two descriptions. ${whatToGive}`)
}
