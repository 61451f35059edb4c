import { columnsNotFound, placeColumns, type Columns } from '../../columns.js'
import { ImportRefused, type ImportContext, type SourceFile } from '../../importer.js'
import { readText, withPlainLineBreaks } from '../../text.js'

const [quote, comma, newline] = [34, 44, 10]

/**
 * Reads a large comma-separated table and calls `take` with each row and its line. `values` is the same
 * object every time. It makes strings only of the named columns, so that long texts of articles and
 * descriptors of codes need no memory. The first record has the headings; an optional column that is
 * absent is empty. Throws `ImportRefused` as `readCsv` does, in the same words.
 */
export async function scanRows<Name extends string>(
  file: SourceFile,
  columns: Columns<Name>,
  refuse: ImportContext['refuse'],
  take: (values: Readonly<Record<Name, string>>, line: number) => void,
  optional: readonly Name[] = [],
): Promise<void> {
  let row:
    | {
        readonly width: number
        readonly names: ReadonlyArray<Name | undefined>
        readonly values: Record<Name, string>
      }
    | undefined
  const scanner = new Scanner(file.name, (cells, width, line) => {
    if (row === undefined) {
      const places = placeColumns(cells, columns, optional)
      if (places === undefined) throw columnsNotFound(file.name, [{ line, cells }], columns, optional)
      const names = cells.map((_, at) => [...places].find(([, place]) => place === at)?.[0])
      row = {
        width,
        names,
        values: Object.fromEntries(Object.keys(columns).map((name) => [name, ''])) as Record<Name, string>,
      }
      return names.map((name) => name !== undefined)
    }
    if (width !== row.width)
      refuse({ file: file.name, line, reason: `${width} fields where the headings are ${row.width}` })
    else {
      for (const [at, name] of row.names.entries()) if (name !== undefined) row.values[name] = cells[at] ?? ''
      take(row.values, line)
    }
    return undefined
  })
  for await (const piece of withPlainLineBreaks(readText(file))) scanner.push(piece)
  scanner.end()
  if (row === undefined) throw columnsNotFound(file.name, [], columns, optional)
}

/**
 * Called with each record: its cells (unwanted ones are empty), its width without empty cells beyond
 * the headings, and its first line. Returns which cells are wanted from now on; undefined for no change.
 */
type OnRecord = (cells: readonly string[], width: number, line: number) => readonly boolean[] | undefined

class Scanner {
  private readonly file: string
  private readonly onRecord: OnRecord
  private wanted: readonly boolean[] | undefined
  private cells: string[] = []
  /** The part of the cell that was in earlier pieces, or before an escaped quote. */
  private before = ''
  private at = 0
  private line = 1
  private firstLine = 1
  private quoted = false
  /** The last character was a quote inside quotes. It closes the cell, or escapes a quote after it. */
  private pending = false
  private filled = false
  private lastFilled = -1

  constructor(file: string, onRecord: OnRecord) {
    this.file = file
    this.onRecord = onRecord
  }

  push(piece: string): void {
    let i = 0
    while (i < piece.length) i = this.quoted && !this.pending ? this.inside(piece, i) : this.outside(piece, i)
  }

  end(): void {
    if (this.quoted && !this.pending) throw this.broken('the quote that begins there does not end')
    if (this.at > 0 || this.filled || this.quoted) this.endRecord()
  }

  /** Reads up to the next quote; the position is inside quotes. */
  private inside(piece: string, from: number): number {
    const found = piece.indexOf('"', from)
    const end = found < 0 ? piece.length : found
    for (let at = piece.indexOf('\n', from); at >= 0 && at < end; at = piece.indexOf('\n', at + 1))
      this.line++
    this.keep(piece, from, end)
    this.pending = found >= 0
    return found < 0 ? end : end + 1
  }

  /** Reads up to the end of the cell, or past a quote; the position is outside quotes. */
  private outside(piece: string, from: number): number {
    if (this.pending && piece.charCodeAt(from) === quote) {
      this.pending = false
      this.keep('"', 0, 1)
      return from + 1
    }
    let i = from
    for (; i < piece.length; i++) {
      const char = piece.charCodeAt(i)
      if (char === comma || char === newline) break
      if (char === quote) {
        if (this.filled || this.quoted || piece.slice(from, i).trim() !== '')
          throw this.broken('a quote stands inside a cell that does not begin with one')
        this.quoted = true
        return i + 1
      }
      if (this.pending && char !== 32) throw this.broken('a quote ends before its cell does')
    }
    if (!this.quoted) this.keep(piece, from, i)
    if (i === piece.length) return i
    if (piece.charCodeAt(i) === comma) this.endCell()
    else {
      this.endRecord()
      this.line++
      this.firstLine = this.line
    }
    return i + 1
  }

  private keep(text: string, from: number, to: number): void {
    if (from === to) return
    for (let i = from; !this.filled && i < to; i++) this.filled = text.charCodeAt(i) > 32
    if (this.wanted === undefined || this.wanted[this.at] === true)
      this.before = this.before === '' ? text.slice(from, to) : this.before + text.slice(from, to)
  }

  private endCell(): void {
    this.cells[this.at] = this.before.trim()
    if (this.filled) this.lastFilled = this.at
    this.before = ''
    this.at++
    this.quoted = this.pending = this.filled = false
  }

  private endRecord(): void {
    this.endCell()
    const width =
      this.wanted === undefined
        ? this.at
        : Math.max(Math.min(this.at, this.wanted.length), this.lastFilled + 1)
    if (this.lastFilled >= 0)
      this.wanted =
        this.onRecord(
          this.wanted === undefined ? this.cells.slice(0, this.at) : this.cells,
          width,
          this.firstLine,
        ) ?? this.wanted
    this.at = 0
    this.lastFilled = -1
    this.cells.length = 0
  }

  private broken(what: string): ImportRefused {
    return new ImportRefused(
      `${this.file}, line ${this.firstLine}: ${what}. Open the file as text there and repair the quotes.`,
    )
  }
}
