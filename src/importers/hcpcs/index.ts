import { emptyContent } from '../../decision/shapes/policy.js'
import { ImportRefused, type Importer, type SourceFile } from '../importer.js'
import { codeTableOf, type NewestFile } from './code-table.js'
import { editionOfFile, publishedAt, type Edition } from './editions.js'
import { codesHeldIn, refuseExcerpt, withEdition } from './merge.js'
import { formats, readHcpcsFile, whatToGive } from './read-file.js'

/**
 * Imports HCPCS Level II, quarter by quarter, from the alpha-numeric file that CMS publishes as text of
 * 320 columns, CSV and XLSX. Quarters may come in any order. The import never stores descriptors of CPT
 * and CDT codes. See docs/policy/imports-code-tables.md.
 */
export const hcpcs: Importer = {
  source: 'hcpcs',
  wholeExportOf: 'rows',
  needs: ['codeTables'],
  summary: `HCPCS Level II quarterly files (HCPC2026_OCT_ANWEB.txt, .csv or .xlsx, or their zip), from ${publishedAt}`,
  settings: {
    edition: 'Year and quarter of the file (2026-Q4), where its name does not say so; for one file at a time',
  },
  read: async (files, context) => {
    const chosen = filesByEdition(files, context.settings['edition'])
    const before = context.held.codeTables.find(
      ({ system, layer }) => system === 'hcpcs' && layer === 'editions',
    )
    let codes = codesHeldIn(before)
    let newest: NewestFile | undefined
    for (const { edition, file } of chosen) {
      const content = await readHcpcsFile(file, context.refuse)
      context.count(content.rows.size + content.modifiers + content.licensed)
      refuseExcerpt(file.name, codes, edition, content)
      codes = withEdition(codes, edition, content)
      newest = { edition, content }
    }
    if (codes === undefined || newest === undefined || codes.rows.length === 0)
      throw new ImportRefused(`The files hold no procedure codes. ${whatToGive}`)
    return [
      {
        packId: 'hcpcs',
        content: {
          ...emptyContent,
          codeTables: [codeTableOf(codes, newest, before, context.retrievedOn)],
        },
      },
    ]
  },
}

interface ChosenFile {
  readonly edition: Edition
  readonly file: SourceFile
}

/**
 * One file of each edition, oldest first. Where an edition comes in several formats, the best one counts
 * (see `formats`). Skips the other files of a zip.
 */
function filesByEdition(files: readonly SourceFile[], setting: string | undefined): ChosenFile[] {
  const chosen = new Map<string, ChosenFile & { rank: number }>()
  for (const file of files) {
    if (companion.test(file.name.slice(file.name.lastIndexOf('/') + 1))) continue
    const rank = formats.findIndex(({ extension }) => extension.test(file.name))
    if (rank < 0) throw new ImportRefused(`${file.name} is not a HCPCS file that is known. ${whatToGive}`)
    const edition = editionOfFile(file.name, setting)
    const other = chosen.get(edition.name)
    if (other?.rank === rank)
      throw new ImportRefused(
        `${other.file.name} and ${file.name} are both the edition ${edition.name}: give one of them, or tell them apart with --edition, one at a time`,
      )
    if (other === undefined || rank < other.rank) chosen.set(edition.name, { edition, file, rank })
  }
  if (chosen.size === 0)
    throw new ImportRefused(
      `No HCPCS file was given: ${files.map(({ name }) => name).join(', ')} only comes with one. ${whatToGive}`,
    )
  return [...chosen.values()].sort((a, b) => (a.edition.from < b.edition.from ? -1 : 1))
}

/** Files of the zip without codes: record layouts, notes, lists of changes, PDFs, old workbooks. */
const companion =
  /read ?me|hcpcread|record ?layout|layout|proc_?notes|\bnoc\b|correction|(?<![a-z])trans(?:actions?)?(?![a-z])|\.prn$|\.xls$|\.pdf$|\.docx?$/i
