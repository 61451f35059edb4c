import { unitLimitSettings, type UnitLimitEdition } from '../../decision/shapes/tables.js'
import { isCalendarDate } from '../calendar.js'
import { ImportRefused } from '../importer.js'
import { agreed, editionOf, firstDayOf, givenEdition, givenSetting } from '../quarterly.js'

export type Setting = UnitLimitEdition['setting']

/**
 * Which table a file holds: its setting, its quarter (`2026-Q4`) and the first day on which it is
 * in force.
 */
export interface TableIdentity {
  readonly setting: Setting
  readonly edition: string
  readonly from: string
}

/**
 * Words of the name and of the header, as CMS writes them, lower case and without blanks, by
 * setting.
 */
const words: Readonly<Record<Setting, string>> = {
  practitioner: 'practitionerservices',
  'outpatient-hospital': 'outpatienthospitalservices',
  'dme-supplier': 'dmesupplierservices',
}

/**
 * The setting that a text names in CMS's words (`MCR_MUE_DMESupplierServices_Eff…`, `DME Supplier
 * Services MUE Values`).
 */
export function settingNamedIn(text: string): Setting | undefined {
  const plain = text.toLowerCase().replace(/[^a-z]/g, '')
  return unitLimitSettings.find((setting) => plain.includes(words[setting]))
}

/**
 * Which table this is, from the name CMS gave the file (`MCR_MUE_<Setting>_Eff_mm-dd-yyyy`), the
 * header, and the settings `edition` and `setting` for files that were renamed. What contradicts
 * itself is refused: a table in the wrong setting gives wrong limits.
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
