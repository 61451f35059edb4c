import type { PlainDate } from '../../../decision/codes.js'
import type { Source } from '../../../decision/source.js'
import { publishedDate, usableThrough } from '../tables/dates.js'
import type { Dated } from './succession.js'
import type { Draft } from '../tables/drafts.js'
import { ImportRefused } from '../../importer.js'
import type { Tables } from '../tables/tables.js'
import { addDays } from '../../../decision/plain-date.js'

/** The set that plans follow; a starter pack of the same name brings it with what was put together by hand. */
export const policySetId = 'cms-mcd'

/** The days that an export speaks of: it was made for a week. */
export interface Edition {
  readonly from: PlainDate
  readonly coversThrough: PlainDate
  readonly retrievedOn: PlainDate
}

/** The edition of an export: its last period, or the earlier one where its halves are of different weeks. */
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

const opening = 'Read in the tables of the Medicare Coverage Database export.'

/** Whether a source is one of this import. */
export const isImported = ({ note }: Source): boolean => note?.startsWith(opening) === true

/** What answers cite for a version. The text of one that has ended is final, so that its source has no last day. */
export function sourceOf(
  { draft, to }: Dated<Draft>,
  publishers: readonly string[],
  { coversThrough, retrievedOn }: Edition,
): Source {
  const names = publishers.join('; ')
  const query =
    draft.half === 'article'
      ? `article.aspx?articleid=${draft.documentId}`
      : `lcd.aspx?lcdid=${draft.documentId}`
  const bounds =
    to !== undefined && to <= coversThrough
      ? {}
      : { coversThrough, usableThrough: usableThrough(coversThrough) }
  return {
    publisher:
      names === ''
        ? 'Medicare administrative contractors'
        : names.length <= 200
          ? names
          : `${publishers.length} Medicare administrative contractors`,
    documentNumber: draft.displayId,
    documentVersion: draft.version,
    title: draft.title === '' ? draft.displayId : draft.title,
    url: `https://www.cms.gov/medicare-coverage-database/view/${query}&ver=${draft.version}`,
    ...(draft.publishedOn === undefined ? {} : { publishedOn: draft.publishedOn }),
    retrievedOn,
    grade: 'primary',
    ...bounds,
    note: `${opening} ${
      draft.half === 'article'
        ? 'Codes and the paragraphs of their groups were read; the running text, modifiers, revenue codes and bill types were not turned into rules.'
        : 'Its criteria, documentation requirements and other running text were not turned into rules.'
    }${'coversThrough' in bounds ? ' That it is used, and flagged, for two quarters after its week is our choice.' : ''}`,
  }
}
