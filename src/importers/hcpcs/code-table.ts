import type { PlainDate } from '../../decision/shapes/codes.js'
import { addMonths } from '../../decision/shapes/plain-date.js'
import type { CodeTable } from '../../decision/shapes/tables.js'
import type { Source } from '../../decision/shapes/source.js'
import { publishedAt, type Edition } from './editions.js'
import { spansOf, type HeldCodes } from './merge.js'
import type { FileContent } from './records.js'

/**
 * Whole files since 2019 list 6,400 procedures or more. A shorter file is an excerpt, in which the
 * absence of a code means nothing.
 */
const proceduresOfWholeFile = 6000

/**
 * The first letters under which the file lists every code. None for an excerpt, and none of the letters
 * of codes in refused rows.
 */
export function completeLetters({ rows, refusedCodes, refusedUnknown }: FileContent): string[] {
  if (rows.size < proceduresOfWholeFile || refusedUnknown) return []
  const unsure = new Set([...refusedCodes].map((code) => code.charAt(0)))
  return [...new Set([...rows.keys()].map((code) => code.charAt(0)))]
    .filter((letter) => !unsure.has(letter))
    .sort()
}

/** The newest edition that was read, with its file. */
export interface NewestFile {
  readonly edition: Edition
  readonly content: FileContent
}

/**
 * The code table of these codes. The newest edition gives its source and what is complete, from its file
 * or from the stored table. No publisher gives `usableThrough`: one year after the end of the quarter is
 * our choice, and the note of the source says so.
 */
export function codeTableOf(
  codes: HeldCodes,
  read: NewestFile,
  before: CodeTable | undefined,
  retrievedOn: PlainDate,
): CodeTable {
  const isNewest = codes.editions.at(-1)?.name === read.edition.name
  const since = `Held from the edition of ${codes.editions[0]?.from ?? ''};`
  return {
    system: 'hcpcs',
    layer: 'editions',
    editions: codes.editions.map(({ name, remembersFrom }) => ({ name, remembersFrom })),
    source:
      isNewest || before === undefined
        ? sourceOf(read, since, retrievedOn)
        : {
            ...before.source,
            note: (before.source.note ?? '').replace(/^Held from the edition of [\d-]+;/, since),
          },
    held: spansOf(codes),
    complete: isNewest || before === undefined ? completeLetters(read.content) : before.complete,
    rows: [...codes.rows],
  }
}

function sourceOf({ edition, content }: NewestFile, since: string, retrievedOn: PlainDate): Source {
  return {
    publisher: 'CMS',
    documentNumber: 'HCPCS',
    documentVersion: edition.name,
    title: 'HCPCS Level II, alpha-numeric file',
    url: publishedAt,
    retrievedOn,
    grade: 'primary',
    coversThrough: edition.coversThrough,
    usableThrough: addMonths(edition.coversThrough, 12),
    note: [
      `${since} add and termination dates are those of the newest file that lists a code.`,
      `Read and left out: ${content.modifiers} modifiers, and ${content.licensed} CPT numbers and CDT codes, whose descriptors are under license.`,
      'A dose per unit is given where the long descriptor says it beyond doubt. That the newest edition is used for one more year, and flagged, is our choice.',
    ].join(' '),
  }
}
