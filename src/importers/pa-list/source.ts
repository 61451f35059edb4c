import { isCodeOrRange } from '../../decision/shapes/codes.js'
import type { Completeness } from '../../decision/shapes/policy.js'
import type { Source } from '../../decision/shapes/source.js'
import { ImportRefused } from '../importer.js'
import { CellRefused, readDate } from './terms.js'

export type Settings = Readonly<Record<string, string>>

export const sourceSettings = {
  publisher: 'who publishes the list; the name of the payer if not said',
  title: 'title of the list',
  'document-version': 'version or date of the list, as it says itself',
  url: 'where the list can be read; needed',
  grade: 'primary (read at the publisher), secondary (the default) or fictional (payers named test-…)',
  'covers-through': 'last day until which it is known to be right',
  'usable-through': 'last day for which it may be used',
  'effective-from': 'first day of rows without a date of their own',
  complete:
    'codes and ranges, separated by |, for which the list is complete and all of it is here, so that silence means not required',
  'complete-from': 'first day for which that holds',
  'complete-statement': 'what the publisher says about it, and how you know that you hold all of it',
} as const

/**
 * The source of a list from the settings of the import. Its grade is secondary unless the settings say
 * otherwise. A secondary list can say that authorization is required, but not alone that it is not.
 */
export function sourceOf(
  settings: Settings,
  payer: { readonly payerId: string; readonly name: string },
  retrievedOn: string,
  title: string,
): Source {
  const fictional = payer.payerId.startsWith('test-')
  const grade = settings.grade ?? (fictional ? 'fictional' : 'secondary')
  if (grade !== 'primary' && grade !== 'secondary' && grade !== 'fictional')
    throw new ImportRefused(`--grade ${grade} is not one of primary, secondary, fictional.`)
  if (fictional !== (grade === 'fictional'))
    throw new ImportRefused(
      `--grade ${grade} does not go with payer ${payer.payerId}: payers named test-… are fictional, and only those.`,
    )
  const url = settings.url ?? ''
  if (!/^https?:\/\/[^ ]{1,480}$/.test(url))
    throw new ImportRefused('Give --url with the page on which the list can be read: every answer cites it.')
  const coversThrough = dateSetting(settings, 'covers-through')
  const usableThrough = dateSetting(settings, 'usable-through')
  return {
    publisher: settings.publisher ?? payer.name,
    title: settings.title ?? title,
    url,
    grade,
    ...(settings['document-version'] === undefined ? {} : { documentVersion: settings['document-version'] }),
    retrievedOn,
    ...(coversThrough === undefined ? {} : { coversThrough }),
    ...(usableThrough === undefined ? {} : { usableThrough }),
  }
}

/** A setting that is a date (`YYYY-MM-DD`); undefined where it is not given. Refuses other text. */
export function dateSetting(settings: Settings, name: string): string | undefined {
  try {
    return readDate('effectiveFrom', settings[name], {})
  } catch (error) {
    if (error instanceof CellRefused) throw new ImportRefused(`--${name}: ${error.message}.`)
    throw error
  }
}

/**
 * The completeness that the settings declare, if any. It makes a code that the list lacks "not required".
 * So it needs its codes, its first day and a statement of why, and it is refused with a secondary source,
 * from which no such answer may follow.
 */
export function completenessOf(settings: Settings, source: Source): Completeness | undefined {
  const { complete, 'complete-statement': statement } = settings
  const from = dateSetting(settings, 'complete-from')
  if (complete === undefined) {
    if (from !== undefined || statement !== undefined)
      throw new ImportRefused(
        '--complete-from and --complete-statement go with --complete, which names the codes.',
      )
    return undefined
  }
  const procedures = complete.split('|').map((code) => code.trim().toUpperCase())
  const strange = procedures.find((code) => !isCodeOrRange(code))
  if (strange !== undefined)
    throw new ImportRefused(
      `--complete: "${strange}" is neither a code nor a range of codes of one form, as A0000-A9999 or 00100-01999.`,
    )
  if (statement === undefined || statement.trim() === '')
    throw new ImportRefused(
      '--complete needs --complete-statement: what the publisher says is complete, and how you know that you hold all of it.',
    )
  if (from === undefined)
    throw new ImportRefused(
      '--complete needs --complete-from: before that day the list may have had other codes.',
    )
  if (source.grade === 'secondary')
    throw new ImportRefused(
      '--complete does not go with a secondary source: silence of a list that was not read at its publisher means nothing. Read it there and give --grade primary.',
    )
  return { kinds: ['prior-authorization'], procedures, from, statement, source }
}
