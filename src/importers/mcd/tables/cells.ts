import { meansNothing, placeholder } from './codes.js'

// What the tables of articles and of determinations write alike.

/** Why a row is refused. */
export interface Problem<Column extends string> {
  readonly column: Column
  readonly reason: string
}

/** Why the id or the version of a document cannot be one; undefined for numbers. */
export function unnumbered(what: string, id: string, version: string): string | undefined {
  return /^\d{1,9}$/.test(id) && /^\d{1,6}$/.test(version)
    ? undefined
    : `${what} ${JSON.stringify(id.slice(0, 40))} version ${JSON.stringify(version.slice(0, 40))} are not numbers`
}

/** The number of the document as people write it, in capitals. */
export function displayIdOf(text: string, fallback: string): string {
  const plain = text.toUpperCase()
  return /^[A-Z]{1,3}\d{1,9}$/.test(plain) ? plain : fallback
}

/**
 * The procedure code of a cell, in capitals; undefined where the row names none. It may still be no
 * code: see `malformed`.
 */
export function procedureIn(cell: string): string | undefined {
  const code = cell.toUpperCase()
  return meansNothing(code) || code === placeholder ? undefined : code
}

/** Why a cell is no procedure code; undefined where it is one. */
export function malformed(cell: string): Problem<'hcpc_code_id'> | undefined {
  return /^[A-Z0-9]{5}$/.test(cell.toUpperCase())
    ? undefined
    : {
        column: 'hcpc_code_id',
        reason: `${JSON.stringify(cell)} is not a procedure code of five letters and digits`,
      }
}

/** The number of a group. */
export function groupNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined
}
