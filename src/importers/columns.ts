import { ImportRefused } from './importer.js'

/** Columns by the importer's names, each with the headings that publishers have used for it. */
export type Columns<Name extends string> = Readonly<Record<Name, readonly string[]>>

/** Headings are compared without case, blanks and line breaks. */
export const asHeading = (text: string): string =>
  text
    .replace(/[\s_]+/g, ' ')
    .trim()
    .toLowerCase()

const shown = (text: string): string => `"${text.replace(/\s+/g, ' ').trim().slice(0, 60)}"`

/**
 * The position of each column in a row of headings; undefined when a column that is not `optional`
 * is missing.
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

/** The refusal of a table without the needed columns, with the headings found and those known. */
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
  // The most similar row is probably the one with renamed headings.
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
