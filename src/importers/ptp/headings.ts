import { ImportRefused } from '../importer.js'

/**
 * The headings of CMS, each in up to four lines. The importer finds columns by position, so it checks all
 * headings.
 */
export const headings = [
  'Column 1',
  'Column 2',
  '*=in existence prior to 1996',
  'Effective Date',
  'Deletion Date *=no data',
  'Modifier 0=not allowed 1=allowed 9=not applicable',
  'PTP Edit Rationale',
] as const

// A notice and a title are above the headings. The limit leaves room for another notice, but a file
// without headings in these lines is of another kind.
const linesAbove = 20
const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/ ?= ?/g, '=').trim().toLowerCase()
const shown = (text: string): string =>
  JSON.stringify(
    text
      .replace(/[^ -~]+/g, ' ')
      .trim()
      .slice(0, 60),
  )
const beginsRow = (line: string): boolean => /^[A-Z0-9]{5}\t/.test(line)
const takeTheText = 'Give the zip of a PTP file from cms.gov, or the .txt in it as it is.'

/**
 * Reads the lines above the pairs one by one. `take` returns true as long as a line belongs to them, and
 * throws `ImportRefused` where they are not those of a PTP file. `end` throws where the file ends before
 * the pairs.
 */
export function headingReader(file: string): {
  readonly take: (line: string) => boolean
  readonly end: () => void
} {
  const above: string[] = []
  const block: string[][] = []
  const refuseMissing = (): never => {
    throw missing(file, above)
  }
  return {
    take: (line) => {
      if (above.length === 0) refuseOtherKinds(file, line)
      if (block.length === 0) {
        above.push(line)
        if (/^"?column ?1"?\t/i.test(line)) block.push(line.split('\t'))
        else if (beginsRow(line) || above.length > linesAbove) refuseMissing()
        return true
      }
      if (line.startsWith('\t') && block.length < 6) {
        block.push(line.split('\t'))
        return true
      }
      check(file, block)
      return false
    },
    end: () => {
      if (above.length === 0) throw new ImportRefused(`${file} is empty. Download it again.`)
      if (block.length === 0) refuseMissing()
      check(file, block)
    },
  }
}

/** Refuses what people often give in place of the text: a web page, another encoding or kind of file. */
function refuseOtherKinds(file: string, first: string): void {
  if (/^\s*<(!doctype|html|\?xml)/i.test(first))
    throw new ImportRefused(
      `${file} is a web page, such as one that asks to accept a license: download the file in a browser.`,
    )
  // In UTF-16, every other byte of such text is 0.
  if (/^(\xff\xfe|\xfe\xff)|\0/.test(first))
    throw new ImportRefused(`${file} is not plain text (UTF-16, or not text at all). ${takeTheText}`)
}

function missing(file: string, above: readonly string[]): ImportRefused {
  const separator = above
    .map((line) => /^"?column ?1"?\s*([,;|])/i.exec(line)?.[1])
    .find((found) => found !== undefined)
  if (separator !== undefined)
    return new ImportRefused(
      `${file}: its columns are separated by ${JSON.stringify(separator)} and not by tabs. ${takeTheText}`,
    )
  return new ImportRefused(
    `${file}: no line of headings (${headings[0]}, ${headings[1]}, …) above the pairs; it begins with ${shown(above[0] ?? '')}. ${takeTheText}`,
  )
}

function check(file: string, block: readonly (readonly string[])[]): void {
  const width = Math.max(...block.map((cells) => cells.length))
  const found = Array.from({ length: width }, (_, at) =>
    block.map((cells) => cells[at]?.replaceAll('"', '') ?? '').join(' '),
  )
  headings.forEach((heading, at) => {
    if (plain(found[at] ?? '') === plain(heading)) return
    throw new ImportRefused(
      `${file}: column ${at + 1} is headed ${shown(found[at] ?? '')} where ${shown(heading)} is expected. If CMS changed the table, tell us; the columns go by their places.`,
    )
  })
  if (found.slice(headings.length).some((extra) => plain(extra) !== ''))
    throw new ImportRefused(
      `${file}: it has ${width} columns where ${headings.length} are known. If CMS changed the table, tell us.`,
    )
}
