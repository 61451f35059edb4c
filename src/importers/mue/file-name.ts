import { unitLimitSettings, type UnitLimitEdition } from '../../decision/shapes/tables.js'
import { isCalendarDate } from '../calendar.js'
import { ImportRefused } from '../importer.js'
import { agreed, editionOf, firstDayOf, givenEdition, givenSetting } from '../quarterly.js'

export type Setting = UnitLimitEdition['setting']

/** Which table a file has: its setting, its quarter (`2026-Q4`) and the first day on which it is in force. */
export interface TableIdentity {
  readonly setting: Setting
  readonly edition: string
  readonly from: string
}

/** How CMS writes the settings in file names and headers, in lower case and without blanks. */
const words: Readonly<Record<Setting, string>> = {
  practitioner: 'practitionerservices',
  'outpatient-hospital': 'outpatienthospitalservices',
  'dme-supplier': 'dmesupplierservices',
}

/**
 * The setting that a text names as CMS writes it (`MCR_MUE_DMESupplierServices_Eff…`, `DME Supplier
 * Services MUE Values`); undefined for none.
 */
export function settingNamedIn(text: string): Setting | undefined {
  const plain = text.toLowerCase().replace(/[^a-z]/g, '')
  return unitLimitSettings.find((setting) => plain.includes(words[setting]))
}

/**
 * Identifies a table by the file name of CMS (`MCR_MUE_<Setting>_Eff_mm-dd-yyyy`), by its header, and for a
 * renamed file by the settings `edition` and `setting`. Refuses contradictions, because a table under the
 * wrong setting gives wrong limits.
 */
export function identifyTable(
  fileName: string,
  header: string,
  settings: Readonly<Record<string, string>>,
): TableIdentity {
  const base = fileName.split('/').at(-1) ?? fileName
  const setting = agreed(fileName, 'setting', [
    ['its name', settingNamedIn(base)],
    ['its header', settingNamedIn(header)],
    ['--setting', givenSetting(settings, unitLimitSettings)],
  ])
  const effective = effectiveDateIn(base)
  const given = givenEdition(settings)
  const edition = agreed(fileName, 'edition', [
    ['its name', effective === undefined ? undefined : editionOf(effective)],
    ['--edition', given],
  ])
  return { setting, edition, from: effective ?? firstDayOf(edition) }
}

function effectiveDateIn(base: string): string | undefined {
  const [, month, day, year] = /_Eff_(\d{2})-(\d{2})-(\d{4})/i.exec(base) ?? []
  if (month === undefined || day === undefined || year === undefined) return undefined
  const date = `${year}-${month}-${day}`
  if (!isCalendarDate(date))
    throw new ImportRefused(
      `${base}: the name says that it is effective on ${month}-${day}-${year}, which is no date. Rename it, or give --edition.`,
    )
  return date
}
