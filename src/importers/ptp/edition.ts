import type { PolicyContent, PolicySet } from '../../decision/shapes/policy.js'
import type { Source } from '../../decision/shapes/source.js'
import type { ProcedurePairEdition } from '../../decision/shapes/tables.js'
import { firstDayOf, monthsUsable, usableAround } from '../quarterly.js'
import type { PartIdentity, Setting } from './file-name.js'
import type { PartRead } from './read-part.js'

/** The policy set that plans follow. */
export const ptpPolicySetId = 'cms-ptp'

const publisher = 'CMS'
const page =
  'https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits/medicare-ncci-procedure-procedure-ptp-edits'

/**
 * The policy set that this import writes where no other pack has one. By its title the next import
 * recognizes it as its own and writes it again.
 */
const ownSet: PolicySet = {
  policySetId: ptpPolicySetId,
  title: 'Medicare procedure-to-procedure edits (imported tables)',
  publisher,
  speaksTo: ['claim-line'],
  tables: ['procedure-pairs'],
}

/** The policy set of this import; empty where another pack has it. */
export function setUnlessHeld(held: PolicyContent): PolicySet[] {
  const known = held.policySets.find(({ policySetId }) => policySetId === ptpPolicySetId)
  return known === undefined || known.title === ownSet.title ? [ownSet] : []
}

/** The loaded edition of a setting; undefined where there is none. */
export function heldEdition(held: PolicyContent, setting: Setting): ProcedurePairEdition | undefined {
  return held.procedurePairs.find(
    (edition) => edition.policySetId === ptpPolicySetId && edition.setting === setting,
  )
}

/** The source of an edition, with the days until which it is right and usable. */
export function sourceOf(setting: Setting, edition: string, retrievedOn: string): Source {
  return {
    publisher,
    documentNumber: 'NCCI PTP edits',
    documentVersion: edition.replace('-', ' '),
    title: `Procedure-to-procedure edits: ${setting.replace('-', ' ')} services`,
    url: page,
    retrievedOn,
    grade: 'primary',
    ...usableAround(firstDayOf(edition)),
    note: `The files as published for ${edition}; each pair has dates of its own, so they tell the past as well. That they are used for ${monthsUsable} months after their quarter, and flagged, is our choice.`,
  }
}

export interface ReadPart extends PartRead {
  readonly identity: PartIdentity
  readonly name: string
}

/**
 * The ranges of column-one codes for which every pair was read: from the first to the last code of each
 * file, and across two files that follow each other. A code with a refused row is not in a range, nor are
 * the codes between its neighbours. A file with a row whose code was not readable has no range. `missing`
 * has the numbers of files that were not given, up to the last one given.
 */
export function heldRanges(
  parts: readonly ReadPart[],
  codes: readonly string[],
): { readonly ranges: string[]; readonly missing: readonly number[] } {
  const ordered = [...parts].sort(
    (a, b) => (a.identity.part ?? 0) - (b.identity.part ?? 0) || (a.first < b.first ? -1 : 1),
  )
  const numbers = ordered.flatMap(({ identity: { part } }) => part ?? [])
  const missing = Array.from({ length: numbers.at(-1) ?? 0 }, (_, at) => at + 1).filter(
    (number) => !numbers.includes(number),
  )
  const spans: Array<{ first: string; last: string }> = []
  ordered.forEach((part, at) => {
    const before = ordered[at - 1]
    const span = spans.at(-1)
    const follows =
      before?.everyCodeRead === true &&
      part.identity.part !== undefined &&
      before.identity.part === part.identity.part - 1 &&
      before.last <= part.first
    if (!part.everyCodeRead) return
    if (follows && span !== undefined) span.last = part.last
    else spans.push({ first: part.first, last: part.last })
  })
  const incomplete = new Set(parts.flatMap((part) => [...part.incomplete]))
  return { ranges: spans.flatMap((span) => without(incomplete, span, codes)), missing }
}

const asRange = (from: string, to: string): string => (from === to ? from : `${from}-${to}`)

function without(
  incomplete: ReadonlySet<string>,
  { first, last }: { first: string; last: string },
  codes: readonly string[],
): string[] {
  if (incomplete.size === 0) return [asRange(first, last)]
  const ranges: string[] = []
  let run: string[] = []
  // A code all of whose rows were refused has no list, so it is not among `codes`.
  for (const code of [...new Set([...codes, ...incomplete])].sort()) {
    if (code < first || code > last) continue
    if (!incomplete.has(code)) run.push(code)
    else {
      if (run.length > 0) ranges.push(asRange(run[0] as string, run.at(-1) as string))
      run = []
    }
  }
  return run.length === 0 ? ranges : [...ranges, asRange(run[0] as string, run.at(-1) as string)]
}
