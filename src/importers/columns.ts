import { ImportRefused } from './importer.js'

/** The columns that an importer reads, by its own names, each with the headings that publishers use. */
export type Columns<Name extends string> = Readonly<Record<Name, readonly string[]>>

/** A heading in the form for comparison: lower case, with single blanks in place of line breaks and "_". */
export const asHeading = (text: string): string =>
  text
    .replace(/[\s_]+/g, ' ')
    .trim()
    .toLowerCase()

const shown = (text: string): string => `"${text.replace(/\s+/g, ' ').trim().slice(0, 60)}"`

/**
 * The position of each column in a row of headings, from 0. Undefined where a column is missing that is
 * not `optional`.
 */
export function placeColumns<Name extends string>(
  headings: readonly string[],
  columns: Columns<Name>,
  optional: readonly Name[] = [],
): Map<Name, number> | undefined {
  const found = headings.map(asHeading)
  const places = new Map<Name, number>()
  for (const [name, known] of Object.entries<readonly string[]>(columns) as [Name, readonly string[]][]) {
    const at = known.map((heading) => found.indexOf(asHeading(heading))).find((place) => place >= 0)
    if (at !== undefined) places.set(name, at)
    else if (!optional.includes(name)) return undefined
  }
  return places
}

/** The refusal of a table that lacks columns. The message has the headings found and the known ones. */
export function columnsNotFound<Name extends string>(
  file: string,
  seen: readonly { readonly line: number; readonly cells: readonly string[] }[],
  columns: Columns<Name>,
  optional: readonly Name[] = [],
): ImportRefused {
  const wanted = Object.entries<readonly string[]>(columns)
    .filter(([name]) => !optional.includes(name as Name))
    .map(([, known]) => known)
  const headings = new Set(wanted.flat().map(asHeading))
  // The row most similar to the known headings is probably the one in which the publisher renamed some.
  const score = (cells: readonly string[]): number =>
    cells.filter((cell) => headings.has(asHeading(cell))).length * 100 +
    cells.filter((cell) => cell !== '').length
  const nearest = [...seen].sort((a, b) => score(b.cells) - score(a.cells))[0]
  const missing = wanted.filter(
    (known) => !known.some((heading) => nearest?.cells.map(asHeading).includes(asHeading(heading))),
  )
  return new ImportRefused(
    nearest === undefined
      ? `${file} holds no table: it is empty.`
      : `${file}: no column ${missing.map((known) => known.map(shown).join(' or ')).join(', ')}. Line ${nearest.line} has ${nearest.cells
          .filter((cell) => cell !== '')
          .slice(0, 30)
          .map(shown)
          .join(', ')}. ` +
          'If the publisher renamed a column, name it as before in a copy of the file and tell us.',
  )
}
