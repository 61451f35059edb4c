import { displayIdOf, malformed, procedureIn, unnumbered, type Problem } from './cells.js'
import { contractorKey } from './contractors.js'
import { earliestOf, publishedDate } from './dates.js'
import { ReadDocuments, type LcdDraft } from './drafts.js'
import { readParagraph } from '../texts/reading.js'
import type { Row, Tables } from './tables.js'
import { plainTitle } from '../texts/plain-text.js'

/**
 * Reads the tables of the determinations: dates, procedure codes, related articles, and whether their
 * text on utilization says something about frequency.
 */
export async function readLcds(tables: Tables): Promise<ReadDocuments<LcdDraft>> {
  const lcds = new ReadDocuments<LcdDraft>()
  const of = (row: { readonly lcd_id: string; readonly lcd_version: string }): LcdDraft | undefined =>
    lcds.find(row.lcd_id, row.lcd_version)
  await tables.each('lcd', (row) => addLcd(lcds, row))
  await tables.each('lcd_x_contractor', (row) => {
    of(row)?.contractors.push(contractorKey(row))
    return undefined
  })
  await tables.each('lcd_x_hcpc_code', (row) => {
    const code = procedureIn(row.hcpc_code_id)
    if (code === undefined) return undefined
    const problem = malformed(row.hcpc_code_id)
    if (problem !== undefined) return problem
    of(row)?.procedures.get(0)?.add(code)
    return undefined
  })
  await tables.each('lcd_related_documents', (row) => {
    if (row.r_article_id !== '') of(row)?.related.add(row.r_article_id)
    return undefined
  })
  return lcds
}

function addLcd(
  lcds: ReadDocuments<LcdDraft>,
  row: Row<'lcd'>,
): Problem<'lcd_version' | 'rev_eff_date' | 'rev_end_date'> | undefined {
  const wrong = unnumbered('determination', row.lcd_id, row.lcd_version)
  if (wrong !== undefined) return { column: 'lcd_version', reason: wrong }
  // A revision is in force from its own date. The first version has only the date of the determination.
  const from = publishedDate(row.rev_eff_date === '' ? row.orig_det_eff_date : row.rev_eff_date)
  if (from === null || (from === undefined && row.status === 'A'))
    return {
      column: 'rev_eff_date',
      reason: `${JSON.stringify(row.rev_eff_date || row.orig_det_eff_date)} is not the first day of an active determination`,
    }
  if (from === undefined) return undefined
  const ends = [row.rev_end_date, row.ent_det_end_date, row.date_retired]
  const through = earliestOf(ends)
  if (through === null)
    return {
      column: 'rev_end_date',
      reason: `one of ${JSON.stringify(ends)} is not a date`,
    }
  lcds.add({
    half: 'lcd',
    documentId: row.lcd_id,
    version: row.lcd_version,
    displayId: displayIdOf(row.display_id, `L${row.lcd_id}`),
    title: plainTitle(row.title),
    status: row.status,
    from,
    through,
    publishedOn: undefined,
    contractors: [],
    related: new Set(),
    procedures: new Map([[0, new Set<string>()]]),
    utilization: readParagraph(row.util_guide, 'elsewhere'),
  })
  return undefined
}
