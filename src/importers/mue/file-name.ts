import { calendarPeriod } from '../../decision/plain-date.js'
import { unitLimitSettings, type UnitLimitEdition } from '../../decision/policy.js'
import { ImportRefused } from '../importer.js'

export type Setting = UnitLimitEdition['setting']

/** Which table a file holds: its setting, its quarter (`2026-Q4`) and the first day on which it is in force. */
export interface TableIdentity { readonly setting: Setting, readonly edition: string, readonly from: string }

/** Words of the name and of the header, as CMS writes them, lower case and without blanks, by setting. */
const words: Readonly<Record<Setting, string>> = {
  practitioner: 'practitionerservices', 'outpatient-hospital': 'outpatienthospitalservices', 'dme-supplier': 'dmesupplierservices'
}

/** The setting that a text names in CMS's words (`MCR_MUE_DMESupplierServices_Eff…`, `DME Supplier Services MUE Values`). */
export function settingNamedIn (text: string): Setting | undefined {
  const plain = text.toLowerCase().replace(/[^a-z]/g, '')
  return unitLimitSettings.find(setting => plain.includes(words[setting]))
}

/**
 * Which table this is, from the name CMS gave the file (`MCR_MUE_<Setting>_Eff_mm-dd-yyyy`), the header, and the settings `edition`
 * and `setting` for files that were renamed. What contradicts itself is refused: a table in the wrong setting gives wrong limits.
 */
export function identifyTable (fileName: string, header: string, settings: Readonly<Record<string, string>>): TableIdentity {
  const base = fileName.split('/').at(-1) ?? fileName
  const setting = agreed(fileName, 'setting', [['its name', settingNamedIn(base)], ['its header', settingNamedIn(header)], ['--setting', givenSetting(settings)]])
  const effective = effectiveDateIn(base)
  const given = givenEdition(settings)
  const edition = agreed(fileName, 'edition', [['its name', effective === undefined ? undefined : editionOf(effective)], ['--edition', given]])
  return { setting, edition, from: effective ?? firstDayOf(edition) }
}

/** The edition that a date lies in: `2026-10-01` is in `2026-Q4`. */
export function editionOf (date: string): string {
  return `${date.slice(0, 4)}-Q${Math.ceil(Number(date.slice(5, 7)) / 3)}`
}

function firstDayOf (edition: string): string {
  return `${edition.slice(0, 4)}-${String(Number(edition.at(-1)) * 3 - 2).padStart(2, '0')}-01`
}

function effectiveDateIn (base: string): string | undefined {
  const [, month, day, year] = /_Eff_(\d{2})-(\d{2})-(\d{4})/i.exec(base) ?? []
  if (month === undefined || day === undefined || year === undefined) return undefined
  const date = `${year}-${month}-${day}`
  // A day that the calendar does not have would sort wrongly ever after.
  if (!isCalendarDate(date)) throw new ImportRefused(`${base}: the name says that it is effective on ${month}-${day}-${year}, which is no date. Rename it, or give --edition.`)
  return date
}

function isCalendarDate (date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date)
}

function givenSetting ({ setting }: Readonly<Record<string, string>>): Setting | undefined {
  const found = unitLimitSettings.find(known => known === setting)
  if (setting !== undefined && found === undefined) throw new ImportRefused(`--setting ${setting} is not one of ${unitLimitSettings.join(', ')}.`)
  return found
}

function givenEdition ({ edition }: Readonly<Record<string, string>>): string | undefined {
  if (edition !== undefined && !/^20\d{2}-Q[1-4]$/.test(edition)) throw new ImportRefused(`--edition ${edition} does not have the form 2026-Q4.`)
  return edition
}

function agreed<T extends string> (file: string, what: string, said: ReadonlyArray<readonly [string, T | undefined]>): T {
  const known = said.filter((entry): entry is readonly [string, T] => entry[1] !== undefined)
  const [first] = known
  if (first === undefined) throw new ImportRefused(`${file}: neither the name nor the header tells its ${what}; give --${what}.`)
  const other = known.find(([, value]) => value !== first[1])
  if (other !== undefined) throw new ImportRefused(`${file}: ${first[0]} says ${what} ${first[1]}, ${other[0]} says ${other[1]}. Import it alone, with the right --${what} or name.`)
  return first[1]
}

/** First day of the quarter after the one that holds `date`. */
export function nextQuarter (date: string): string {
  return calendarPeriod(date, 'quarter').to
}
