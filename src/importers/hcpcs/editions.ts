import type { PlainDate } from '../../decision/shapes/codes.js'
import { addDays, addMonths } from '../../decision/shapes/plain-date.js'
import { ImportRefused } from '../importer.js'

/** Where CMS publishes the files. Every refusal names it. */
export const publishedAt =
  'https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system/quarterly-update'

/** One quarterly release: `2026-Q4`, in force from 2026-10-01, right until `coversThrough`. */
export interface Edition {
  readonly name: string
  readonly from: PlainDate
  readonly coversThrough: PlainDate
}

const quarterOfMonth: Readonly<Record<string, number>> = { JAN: 1, APR: 2, JUL: 3, OCT: 4 }

function edition(year: number, quarter: number): Edition {
  const from = `${year}-${String(quarter * 3 - 2).padStart(2, '0')}-01`
  return { name: `${year}-Q${quarter}`, from, coversThrough: addDays(addMonths(from, 3), -1) }
}

/** The edition with a name such as `2026-Q4`; undefined for any other text. */
export function editionNamed(name: string): Edition | undefined {
  const given = /^(20\d\d)-?Q([1-4])$/i.exec(name.trim())
  return given === null ? undefined : edition(Number(given[1]), Number(given[2]))
}

/** The edition in force on a day, by its quarter. */
export function editionOfDay(day: PlainDate): Edition {
  return edition(Number(day.slice(0, 4)), Math.ceil(Number(day.slice(5, 7)) / 3))
}

/**
 * The edition of a file, from the setting (`2026-Q4`) or else from the year and month in its name
 * (`HCPC2026_OCT_ANWEB_v2.txt`). A name with only a year (`HCPC2019_CONTR_ANWEB.txt`) is the yearly
 * release of January.
 */
export function editionOfFile(name: string, setting?: string): Edition {
  if (setting !== undefined) {
    const given = editionNamed(setting)
    if (given === undefined)
      throw new ImportRefused(`--edition ${setting} is not an edition: give year and quarter, as in 2026-Q4`)
    return given
  }
  const base = name.slice(name.lastIndexOf('/') + 1)
  const found = /HCPCS?[ _-]?(20\d\d)[ _-]*(JAN|APR|JUL|OCT)?/i.exec(base)
  if (found === null)
    throw new ImportRefused(
      `${name} does not say its year and quarter: name it as published (HCPC2026_OCT_ANWEB.txt) or give --edition 2026-Q4`,
    )
  return edition(Number(found[1]), quarterOfMonth[(found[2] ?? 'JAN').toUpperCase()] ?? 1)
}
