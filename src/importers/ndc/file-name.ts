import { agreed, editionOf, givenEdition } from '../quarterly.js'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** The quarter in a file name (`October 2026 ASP …`, `…2026Q4…`); undefined where it has none. */
function quarterIn(name: string): string | undefined {
  const [, year, quarter] = /(20\d{2})[-_ ]?q([1-4])/i.exec(name) ?? []
  if (year !== undefined) return `${year}-Q${quarter}`
  const [, word = '', of] =
    /(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-_ .,]*(20\d{2})(?!\d)/i.exec(name) ??
    []
  return of === undefined
    ? undefined
    : editionOf(`${of}-${String(months.indexOf(word.toLowerCase()) + 1).padStart(2, '0')}-01`)
}

/**
 * The edition of a crosswalk, from the name of the file or of the zip around it, and from `--edition` for
 * a renamed file.
 */
export function editionOfFile(fileName: string, settings: Readonly<Record<string, string>>): string {
  const base = fileName.split('/').at(-1) ?? ''
  return agreed(fileName, 'edition', [
    ['its name', quarterIn(base) ?? quarterIn(fileName)],
    ['--edition', givenEdition(settings)],
  ])
}
