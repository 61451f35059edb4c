import { ImportRefused, type ImportContext, type SourceFile } from '../importer.js'
import { headingReader } from './headings.js'
import { maxRationales, type PairLists } from './pair-lists.js'
import { readRow } from './row.js'

/**
 * The column-one codes of a file: the first and last one, those with a refused row, and whether every row
 * had a readable code.
 */
export interface PartRead {
  readonly first: string
  readonly last: string
  readonly incomplete: ReadonlySet<string>
  readonly everyCodeRead: boolean
}

// A line has some hundred characters. A file with a much longer one is not text.
const longestLine = 65_536
const mostRefused = 10_000

/**
 * Reads one file of a table into `lists`, line by line, with at most a megabyte of it in memory. Throws
 * `ImportRefused` for another kind of file, and where so many rows are refused that it must be one.
 */
export async function readPart(
  file: SourceFile,
  at: number,
  lists: PairLists,
  context: Pick<ImportContext, 'refuse' | 'count'>,
): Promise<PartRead> {
  const heading = headingReader(file.name)
  const incomplete = new Set<string>()
  let [inHeading, line, rows, counted, first, last, refused, everyCodeRead] = [true, 0, 0, 0, '', '', 0, true]
  const take = (text: string): void => {
    line++
    if (inHeading && (inHeading = heading.take(text))) return
    if (text.trim() === '') return
    rows++
    const row = readRow(text)
    if ('reason' in row) {
      const { columnOne, ...why } = row
      context.refuse({ file: file.name, line, ...why })
      if (columnOne === undefined) everyCodeRead = false
      else incomplete.add(columnOne)
      if (++refused >= mostRefused)
        throw new ImportRefused(
          `${file.name}: ${mostRefused} rows were refused, the last on line ${line}: ${row.reason}. This is not a PTP file as CMS publishes it.`,
        )
    } else {
      if (first === '' || row.columnOne < first) first = row.columnOne
      if (row.columnOne > last) last = row.columnOne
      lists.add(row, { file: at, line })
    }
  }
  const count = (): void => {
    context.count(rows - counted)
    counted = rows
  }
  let rest = ''
  for await (const chunk of file.chunks()) {
    const texts = (
      rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')
    ).split('\n')
    rest = texts.pop() ?? ''
    if (rest.length > longestLine)
      throw new ImportRefused(
        `${file.name}: line ${line + texts.length + 1} does not end; this is not a text of lines. Give the .txt from the zip as it is.`,
      )
    for (const text of texts) take(text)
    count()
  }
  if (rest !== '') take(rest)
  count()
  if (inHeading) heading.end()
  if (first === '') throw new ImportRefused(`${file.name}: it has no usable row.`)
  if (lists.rationales.length > maxRationales)
    throw new ImportRefused(
      `${file.name}: more than ${maxRationales} different rationales. If CMS changed the table, tell us.`,
    )
  return { first, last, incomplete, everyCodeRead }
}
