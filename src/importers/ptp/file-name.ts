import { procedurePairSettings, type ProcedurePairEdition } from '../../decision/shapes/tables.js'
import { agreed, givenEdition, givenSetting } from '../quarterly.js'

export type Setting = ProcedurePairEdition['setting']

/**
 * Which part of which table a file has. `release` counts the issues of the version by CMS (`r0`), `part`
 * is the number of the file (`f1`).
 */
export interface PartIdentity {
  readonly setting: Setting
  readonly edition: string
  readonly release?: string
  readonly part?: number
}

const named =
  /cci(?<setting>pra|oph)[^a-z0-9]*v(?<year>\d{2})(?<quarter>[0-3])r(?<release>\d+)(?:[^a-z0-9]*f(?<part>\d+))?/i
// Version 32 is that of 2026; the version has grown by one each year since the first files.
const yearOfVersion0 = 1994

/**
 * Identifies a part by the file name of CMS (`ccipra-v323r0-f1`: practitioner, version 32.3, the fourth
 * quarter of 2026) or by the zip around it, and for a renamed file by the settings `edition` and `setting`.
 * Refuses contradictions.
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
