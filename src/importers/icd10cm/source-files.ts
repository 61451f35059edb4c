import type { PlainDate } from '../../decision/shapes/codes.js'
import { ImportRefused, type SourceFile } from '../importer.js'
import { readText } from '../text.js'
import { readWorkbookTable } from '../workbook.js'
import type { Conversion } from './conversions.js'
import { editionOfFile, publishedAt } from './editions.js'
import { beginningOf, looksLikeOrderFile } from './order-file.js'

/** The files of an import: order files and addenda by first day of their edition, and conversion tables. */
export interface Icd10cmFiles {
  readonly orderFiles: ReadonlyMap<PlainDate, SourceFile>
  readonly addenda: ReadonlyMap<PlainDate, SourceFile>
  readonly conversionTables: readonly SourceFile[]
}

/** Sorts the files by kind and skips others. Throws `ImportRefused` where none can be imported. */
export async function filesOf(
  files: readonly SourceFile[],
  setting: string | undefined,
): Promise<Icd10cmFiles> {
  const addenda = new Map<PlainDate, SourceFile>()
  const conversionTables: SourceFile[] = []
  for (const file of files) {
    const base = baseOf(file)
    if (/order.*addenda/i.test(base) && /20\d\d/.test(file.name))
      addenda.set(editionOfFile(file.name, setting), file)
    if (/conversion.*\.xlsx$/i.test(base)) conversionTables.push(file)
  }
  return {
    orderFiles: await orderFilesAmong(files, setting, conversionTables.length > 0),
    addenda,
    conversionTables,
  }
}

const baseOf = ({ name }: SourceFile): string => name.slice(name.lastIndexOf('/') + 1)

/** The order files by the first day of their edition. Skips other files of a zip. */
async function orderFilesAmong(
  files: readonly SourceFile[],
  setting: string | undefined,
  mayBeNone: boolean,
): Promise<Map<PlainDate, SourceFile>> {
  const found: SourceFile[] = []
  const companions: string[] = []
  for (const file of files) {
    const base = baseOf(file)
    const companion = companionKinds.find(({ name }) => name.test(base))
    if (companion !== undefined) companions.push(`${file.name} is ${companion.what}`)
    else {
      // Reads a file whose name tells nothing, so that the refusal can say what its content is.
      if (!/order/i.test(base)) await orderBytesOf(file)
      found.push(file)
    }
  }
  if (found.length === 0 && mayBeNone) return new Map()
  if (found.length === 0)
    throw new ImportRefused(`No order file was given. ${[...companions, whatToGive].join('. ')}`)
  if (setting !== undefined && found.length > 1)
    throw new ImportRefused(
      `--edition names one edition, and ${found.length} order files were given: import them one at a time`,
    )
  const byStart = new Map<PlainDate, SourceFile>()
  for (const file of found) {
    const start = editionOfFile(file.name, setting)
    const other = byStart.get(start)
    if (other !== undefined)
      throw new ImportRefused(
        `${other.name} and ${file.name} are the same edition, in force from ${start}: give one of them, or tell them apart with --edition`,
      )
    byStart.set(start, file)
  }
  return byStart
}

const whatToGive = `Give the order file of a fiscal year (icd10cm_order_2026.txt, icd10cm-order-2027.txt) or its zip, from ${publishedAt}`

// Files that CMS publishes beside the order file. Only the order file lists all codes.
const companionKinds: readonly { readonly name: RegExp; readonly what: string }[] = [
  { name: /addenda/i, what: 'a list of changes (addenda), which says nothing about the codes that stayed' },
  { name: /conversion/i, what: 'a conversion table, which maps new codes to old ones and is read as XLSX' },
  { name: /codes.*\.txt$/i, what: 'a list of billable codes, which lacks the headers' },
  { name: /\.pdf$|\.docx?$|readme|guideline/i, what: 'a description' },
]

/** The bytes of an order file. Throws `ImportRefused` for another file; the message says what it is. */
export async function orderBytesOf(file: SourceFile): Promise<Uint8Array> {
  const bytes = await file.bytes()
  if (looksLikeOrderFile(bytes)) return bytes
  const firstLine =
    beginningOf(bytes, 120)
      .split(/[\r\n]/)[0]
      ?.replace(/[^ -~]/g, '?')
      .slice(0, 60) ?? ''
  throw new ImportRefused(
    `${file.name} is not an order file: it begins with ${JSON.stringify(firstLine)}, where an order file has an order number, a code, 0 or 1 and two descriptions. ${whatToGive}`,
  )
}

/** The whole text of a file, decoded. */
export async function textOf(file: SourceFile): Promise<string> {
  let text = ''
  for await (const piece of readText(file)) text += piece
  return text
}

const columns = { code: ['Current code assignment'], effective: ['Effective'] } as const

/** The rows of a conversion table of CMS. Throws `ImportRefused` where it has other columns. */
export async function readConversions(file: SourceFile): Promise<Conversion[]> {
  const conversions: Conversion[] = []
  for (const { values } of await readWorkbookTable(file, columns)) {
    if (/^[A-Z][0-9A-Z.]{2,7}$/.test(values.code) && /^20\d\d(-\d\d-\d\d)?$/.test(values.effective))
      conversions.push(values)
  }
  return conversions
}
