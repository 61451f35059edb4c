import type { PlainDate } from '../../decision/codes.js'
import { addMonths } from '../../decision/plain-date.js'
import type { CodeTable } from '../../decision/tables.js'
import { editionNamed, publishedAt, type Edition } from './editions.js'
import type { HeldCodes } from './merge.js'
import type { FileContent } from './records.js'

/** The files since 2019 list 6,400 procedures and more; a shorter one is an excerpt, in which absence means nothing. */
const proceduresOfWholeFile = 6000

/** The newest edition that a table of this importer holds; undefined for another table, which does not say what it lacks. */
export function newestEditionOf(table: CodeTable | undefined): Edition | undefined {
  return editionNamed(table?.source.documentVersion ?? '')
}

/** First letters under which the file lists every code; none of an excerpt, and no letter of a row that could not be read. */
export function completeLetters({ rows, refusedCodes, refusedUnknown }: FileContent): string[] {
  if (rows.size < proceduresOfWholeFile || refusedUnknown) return []
  const unsure = new Set([...refusedCodes].map((code) => code.charAt(0)))
  return [...new Set([...rows.keys()].map((code) => code.charAt(0)))]
    .filter((letter) => !unsure.has(letter))
    .sort()
}

/** The code table after `newest`. `usableThrough`, one year after the end of its quarter, is our choice and the note says so. */
export function codeTableOf(
  codes: HeldCodes,
  newest: Edition,
  file: FileContent,
  retrievedOn: PlainDate,
): CodeTable {
  return {
    system: 'hcpcs',
    source: {
      publisher: 'Centers for Medicare & Medicaid Services',
      documentNumber: 'HCPCS',
      documentVersion: newest.name,
      title: 'HCPCS Level II, alpha-numeric file',
      url: publishedAt,
      retrievedOn,
      grade: 'primary',
      coversThrough: newest.coversThrough,
      usableThrough: addMonths(newest.coversThrough, 12),
      note: [
        `Held from the edition of ${codes.held[0]?.from}; add and termination dates are those of the newest file that lists a code.`,
        `Read and left out: ${file.modifiers} modifiers, and ${file.licensed} CPT numbers and CDT codes, whose descriptors are under license.`,
        'A dose per unit is given where the long descriptor says it beyond doubt. That the newest edition is used for one more year, and flagged, is our choice.',
      ].join(' '),
    },
    held: [...codes.held],
    complete: completeLetters(file),
    rows: [...codes.rows],
  }
}
