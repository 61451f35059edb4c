import { procedurePairSettings, type ProcedurePairEdition } from '../../decision/shapes/tables.js'
import { agreed, givenEdition, givenSetting } from '../quarterly.js'

export type Setting = ProcedurePairEdition['setting']

/**
 * Which part of which table a file holds; `release` counts the times that CMS issued the version
 * (`r0`), `part` the files of it (`f1`).
 */
export interface PartIdentity {
  readonly setting: Setting
  readonly edition: string
  readonly release?: string
  readonly part?: number
}

const named =
  /cci(?<setting>pra|oph)[^a-z0-9]*v(?<year>\d{2})(?<quarter>[0-3])r(?<release>\d+)(?:[^a-z0-9]*f(?<part>\d+))?/i
// Version 32 is that of 2026; they have gone by the year for as long as there are files.
const yearOfVersion0 = 1994

/**
 * Which part this is, from the name CMS gave the file (`ccipra-v323r0-f1`: practitioner, version
 * 32.3, which is the fourth quarter of 2026) or the zip around it, and the settings `edition` and
 * `setting` for files that were renamed. What contradicts itself is refused.
 */
export function identifyPart(fileName: string, settings: Readonly<Record<string, string>>): PartIdentity {
  const said = (named.exec(fileName.split('/').at(-1) ?? '') ?? named.exec(fileName))?.groups
  const setting =
    said === undefined
      ? undefined
      : said['setting']?.toLowerCase() === 'pra'
        ? 'practitioner'
        : 'outpatient-hospital'
  const edition =
    said === undefined
      ? undefined
      : `${yearOfVersion0 + Number(said['year'])}-Q${Number(said['quarter']) + 1}`
  const part = said?.['part']
  return {
    setting: agreed(fileName, 'setting', [
      ['its name', setting],
      ['--setting', givenSetting(settings, procedurePairSettings)],
    ]),
    edition: agreed(fileName, 'edition', [
      ['its name', edition],
      ['--edition', givenEdition(settings)],
    ]),
    ...(said?.['release'] === undefined ? {} : { release: said['release'] }),
    ...(part === undefined ? {} : { part: Number(part) }),
  }
}
