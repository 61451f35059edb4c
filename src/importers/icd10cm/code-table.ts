import type { PlainDate } from '../../decision/shapes/codes.js'
import { addMonths } from '../../decision/shapes/plain-date.js'
import type { CodeTable } from '../../decision/shapes/tables.js'
import { editionNames, publishedAt } from './editions.js'
import { lastDayOf, rowsOf, spansOf, withoutIdleEditions, type Editions } from './history.js'

const longestVersion = 80

/** Every first letter: an order file lists all codes, so a code that is not in it does not exist. */
const everything = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']

/**
 * Whether the table has whole editions. A part of ICD-10-CM, such as that of a starter pack, does not say
 * which codes it lacks, so editions cannot be added to it.
 */
export function holdsWholeEditions(table: CodeTable): boolean {
  const complete = new Set(table.complete)
  return everything.every((prefix) => complete.has(prefix))
}

/**
 * The code table of the loaded editions. No publisher gives `usableThrough`: one year after the newest
 * edition ends is our choice, and the note of the source says so.
 */
export function codeTableOf(given: Editions, retrievedOn: PlainDate): CodeTable {
  const editions = withoutIdleEditions(given)
  const starts = [...editions.keys()].sort()
  const coversThrough = lastDayOf(editions)
  const names = editionNames(starts)
  return {
    system: 'icd-10-cm',
    layer: 'editions',
    source: {
      publisher: 'CDC (NCHS) and CMS',
      documentNumber: 'ICD-10-CM',
      documentVersion:
        names.length > longestVersion ? `${starts.length} editions, ${starts[0]} to ${coversThrough}` : names,
      title: 'Code descriptions in tabular order (order files)',
      url: publishedAt,
      retrievedOn,
      grade: 'primary',
      coversThrough,
      usableThrough: addMonths(coversThrough, 12),
      note: noteOn(starts, spansOf(editions).length > 1),
    },
    held: spansOf(editions),
    complete: everything,
    rows: rowsOf(editions),
  }
}

function noteOn(starts: readonly PlainDate[], gaps: boolean): string {
  return [
    `Effective ranges come from comparing the order files. The first one begins on ${starts[0]}: a code that it lists may have begun earlier.`,
    ...(gaps
      ? [
          'Years between the spans were not held: a code first or last listed beside such a gap begins or ends on the first day after it, and may have done so within it.',
        ]
      : []),
    'That the newest edition is used for one more year, and flagged, is our choice.',
  ].join(' ')
}
