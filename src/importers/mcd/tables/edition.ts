import type { PlainDate } from '../../../decision/shapes/codes.js'
import { addDays } from '../../../decision/shapes/plain-date.js'
import { ImportRefused, type SourceFile } from '../../importer.js'
import { publishedDate } from './dates.js'
import type { Tables } from './tables.js'

/**
 * The days for which an export is right: one week, both days included. Where its halves are of two
 * weeks, `from` is the first day of the later week and `coversThrough` the last day of the earlier one,
 * so that `coversThrough` is before `from`.
 */
export interface Edition {
  readonly from: PlainDate
  readonly coversThrough: PlainDate
  readonly retrievedOn: PlainDate
}

interface Period {
  readonly from: PlainDate
  readonly end: PlainDate
}

/**
 * Reads the edition of an export from its tables `update_period`. The last period of each half is the
 * week of that half: it says nothing about days before the week, and may be outdated after it.
 * Throws `ImportRefused` where there is no period.
 */
export async function readEdition(tables: Tables, retrievedOn: PlainDate): Promise<Edition> {
  const weeks = new Map<SourceFile, Period>()
  await tables.each('update_period', (row, file) => {
    const [from, end] = [publishedDate(row.begin_date), publishedDate(row.end_date)]
    if (from === null || from === undefined || end === null || end === undefined || end <= from)
      return {
        column: 'end_date',
        reason: `${JSON.stringify(row.begin_date)} to ${JSON.stringify(row.end_date)} is not a period`,
      }
    if (end >= (weeks.get(file)?.end ?? end)) weeks.set(file, { from, end })
    return undefined
  })
  const [first, ...others] = weeks.values()
  if (first === undefined)
    throw new ImportRefused(
      'update_period.csv has no period, so that nothing tells of when this export is. Take it again from the Medicare Coverage Database.',
    )
  let { from, end } = first
  for (const other of others) {
    if (other.from > from) from = other.from
    if (other.end < end) end = other.end
  }
  return { from, coversThrough: addDays(end, -1), retrievedOn }
}
