import type { PlainDate } from '../../../decision/shapes/codes.js'
import { addDays } from '../../../decision/shapes/plain-date.js'
import { ImportRefused } from '../../importer.js'
import { publishedDate } from './dates.js'
import type { Tables } from './tables.js'

/** The days that an export speaks of: it was made for a week. */
export interface Edition {
  readonly from: PlainDate
  readonly coversThrough: PlainDate
  readonly retrievedOn: PlainDate
}

/**
 * The edition of an export: the last period that its files name, also where its halves are of
 * different weeks.
 */
export async function readEdition(tables: Tables, retrievedOn: PlainDate): Promise<Edition> {
  const periods: Array<{ from: PlainDate; end: PlainDate }> = []
  await tables.each('update_period', (row) => {
    const [from, end] = [publishedDate(row.begin_date), publishedDate(row.end_date)]
    if (from === null || from === undefined || end === null || end === undefined || end <= from)
      return {
        column: 'end_date',
        reason: `${JSON.stringify(row.begin_date)} to ${JSON.stringify(row.end_date)} is not a period`,
      }
    periods.push({ from, end })
    return undefined
  })
  const last = periods.sort((a, b) => (a.end < b.end ? -1 : 1)).at(-1)
  if (last === undefined)
    throw new ImportRefused(
      'update_period.csv has no period, so that nothing tells of when this export is. Take it again from the Medicare Coverage Database.',
    )
  return { from: last.from, coversThrough: addDays(last.end, -1), retrievedOn }
}
