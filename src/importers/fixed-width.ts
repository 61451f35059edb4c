import type { SourceFile } from './importer.js'
import { readText } from './text.js'

export interface TextLine {
  readonly line: number
  readonly text: string
}

/** The lines of a text file, counted from 1, without line ends (LF or CR LF). Skips blank lines. */
export async function* readLines(file: Pick<SourceFile, 'chunks'>): AsyncGenerator<TextLine> {
  let line = 0
  let rest = ''
  for await (const piece of readText(file)) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      line += 1
      if (text.trim() !== '') yield { line, text: text.replace(/\r$/, '') }
    }
  }
  if (rest.trim() !== '') yield { line: line + 1, text: rest.replace(/\r$/, '') }
}

/**
 * A column of a fixed-width file, as the publisher describes it: its first and last character, both
 * counted from 1 and included.
 */
export type Positions = readonly [first: number, last: number]

/** The columns of a line without blanks around them. A column beyond the end of the line is empty. */
export function cutLine<Column extends string>(
  text: string,
  columns: Readonly<Record<Column, Positions>>,
): Record<Column, string> {
  const cut = Object.entries<Positions>(columns).map(([name, [first, last]]) => [
    name,
    text.slice(first - 1, last).trim(),
  ])
  return Object.fromEntries(cut) as Record<Column, string>
}
