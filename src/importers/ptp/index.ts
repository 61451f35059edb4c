import { emptyContent } from '../../decision/shapes/policy.js'
import type { ProcedurePairEdition } from '../../decision/shapes/tables.js'
import {
  ImportRefused,
  type ImportContext,
  type ImportedPack,
  type Importer,
  type SourceFile,
} from '../importer.js'
import { heldEdition, heldRanges, ptpPolicySetId, setUnlessHeld, sourceOf, type ReadPart } from './edition.js'
import { identifyPart, type PartIdentity, type Setting } from './file-name.js'
import { maxFiles, PairLists } from './pair-lists.js'
import { readPart } from './read-part.js'

/**
 * Imports the quarterly procedure-to-procedure edits of Medicare (CMS NCCI PTP) for practitioners and
 * hospitals, each in several text files. The newest edition has all pairs with their dates, so an import
 * replaces the loaded edition of its setting. It does not change the other setting.
 */
export const ptp: Importer = {
  source: 'ptp',
  wholeExportOf: 'rows',
  needs: ['policySets', 'procedurePairs'],
  summary:
    'CMS NCCI PTP edits (procedures not paid together): ccipra-v323r0-f1.zip … f4, ccioph-v323r0-f1.zip …, or the texts in them, all files of a setting at once',
  settings: {
    edition: 'quarter of the files, e.g. 2026-Q4, where their names do not tell it',
    setting: 'practitioner or outpatient-hospital, where the names do not tell it',
  },
  read: readPtp,
}

interface Part {
  readonly file: SourceFile
  readonly identity: PartIdentity
}

async function readPtp(
  files: readonly SourceFile[],
  context: ImportContext,
): Promise<readonly ImportedPack[]> {
  // The zip has the same table as a workbook too, which is not needed.
  const texts = files.filter(({ name }) => /\.txt$/i.test(name))
  if (texts.length === 0)
    throw new ImportRefused(
      `No .txt among ${files.map(({ name }) => name).join(', ') || 'no files'}. Give the zips of the PTP files from cms.gov, or the texts in them.`,
    )
  const bySetting = new Map<Setting, Part[]>()
  for (const file of texts) {
    const identity = identifyPart(file.name, context.settings)
    bySetting.set(identity.setting, [...(bySetting.get(identity.setting) ?? []), { file, identity }])
  }
  for (const [setting, parts] of bySetting) refuseMixed(setting, parts)
  // Each setting is a pack of its own, so the import neither reads nor changes a setting that is not given.
  const packs: ImportedPack[] = [
    { packId: 'ptp', content: { ...emptyContent, policySets: setUnlessHeld(context.held) } },
  ]
  for (const [setting, parts] of bySetting)
    packs.push({
      packId: `ptp-${setting}`,
      content: { ...emptyContent, procedurePairs: [await readSetting(setting, parts, context)] },
    })
  return packs
}

/** Refuses files of one setting that are from different releases or editions, or that are given twice. */
function refuseMixed(setting: Setting, parts: readonly Part[]): void {
  const [first, ...others] = parts as [Part, ...Part[]]
  const other = others.find(
    ({ identity }) =>
      identity.edition !== first.identity.edition || identity.release !== first.identity.release,
  )
  if (other !== undefined)
    throw new ImportRefused(
      `${first.file.name} and ${other.file.name} are of two editions, or of two releases of one. Give the files of one; the newest tells the past as well.`,
    )
  if (parts.length > maxFiles)
    throw new ImportRefused(
      `${parts.length} files of ${setting}; CMS publishes four or so. Give those of one edition.`,
    )
  for (const [at, { file, identity }] of others.entries()) {
    const same = parts.slice(0, at + 1).find((one) => one.identity.part === identity.part)
    if (same !== undefined && identity.part !== undefined)
      throw new ImportRefused(
        `${same.file.name} and ${file.name} are both part ${identity.part} of ${setting}. Give one of them.`,
      )
  }
}

async function readSetting(
  setting: Setting,
  parts: readonly Part[],
  context: ImportContext,
): Promise<ProcedurePairEdition> {
  const known = heldEdition(context.held, setting)
  const lists = new PairLists(known?.rationales ?? [])
  const read: ReadPart[] = []
  for (const [at, { file, identity }] of parts.entries())
    read.push({ ...(await readPart(file, at, lists, context)), identity, name: file.name })
  const nameOf = (at: number): string => parts[at]?.file.name ?? ''
  const contradicted = new Set<string>()
  const finished = lists.finish(({ columnOne, columnTwo, first, second }) => {
    contradicted.add(columnOne)
    context.refuse({
      file: nameOf(second.file),
      line: second.line,
      reason: `${columnOne} with ${columnTwo} has another modifier indicator for days that ${first.file === second.file ? '' : `${nameOf(first.file)}, `}line ${first.line} names too; neither row is taken`,
    })
  })
  const edition = parts[0]?.identity.edition ?? ''
  const { ranges, missing } = heldRanges(
    read.map((part) => ({ ...part, incomplete: new Set([...part.incomplete, ...contradicted]) })),
    finished.map(({ columnOne }) => columnOne),
  )
  if (ranges.length === 0)
    throw new ImportRefused(
      `${parts.map(({ file }) => file.name).join(', ')}: of no column-one code are all rows usable.`,
    )
  if (missing.length > 0)
    context.note?.(
      `Of ${setting} ${edition} part ${missing.map((part) => `f${part}`).join(', ')} was not given: pairs of the codes in it are not held. Import all parts at once.`,
    )
  if (known !== undefined && finished.length < known.lists.length) {
    context.note?.(
      `${setting} ${edition} has pairs for ${finished.length} column-one codes, ${known.edition} for ${known.lists.length}. See that no file is missing.`,
    )
  }
  return {
    policySetId: ptpPolicySetId,
    edition,
    setting,
    source: sourceOf(setting, edition, context.retrievedOn),
    columnOne: ranges,
    rationales: lists.rationales,
    lists: finished,
  }
}
