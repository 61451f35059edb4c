import { meansNothing, placeholder } from './codes.js'

// Cells that the tables of articles and of determinations have in common.

/** Why a row is refused. */
export interface Problem<Column extends string> {
  readonly column: Column
  readonly reason: string
}

/** Why the id or the version of a document is not valid; undefined where both are numbers. */
export function unnumbered(what: string, id: string, version: string): string | undefined {
  return /^\d{1,9}$/.test(id) && /^\d{1,6}$/.test(version)
    ? undefined
    : `${what} ${JSON.stringify(id.slice(0, 40))} version ${JSON.stringify(version.slice(0, 40))} are not numbers`
}

/** The published number of a document (`A57755`) in capitals; `fallback` where the cell has none. */
export function displayIdOf(text: string, fallback: string): string {
  const plain = text.toUpperCase()
  return /^[A-Z]{1,3}\d{1,9}$/.test(plain) ? plain : fallback
}

/**
 * The content of a procedure cell in capitals; undefined where the row has no code. `malformed` checks
 * whether it is a valid code.
 */
export function procedureIn(cell: string): string | undefined {
  const code = cell.toUpperCase()
  return meansNothing(code) || code === placeholder ? undefined : code
}

/** Why a cell is not a HCPCS or CPT code of five characters; undefined where it is. */
export function malformed(cell: string): Problem<'hcpc_code_id'> | undefined {
  return /^[A-Z0-9]{5}$/.test(cell.toUpperCase())
    ? undefined
    : {
        column: 'hcpc_code_id',
        reason: `${JSON.stringify(cell)} is not a procedure code of five letters and digits`,
      }
}

/** The number of a group; undefined where the cell is not a number of up to four digits. */
export function groupNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined
}
