import type { PolicyContent, PolicySet } from '../../decision/shapes/policy.js'
import type { Source } from '../../decision/shapes/source.js'
import type { ProcedurePairEdition } from '../../decision/shapes/tables.js'
import { firstDayOf, monthsUsable, usableAround } from '../quarterly.js'
import type { PartIdentity, Setting } from './file-name.js'
import type { PartRead } from './read-part.js'

/** The policy set that plans follow. */
export const ptpPolicySetId = 'cms-ptp'

const publisher = 'Centers for Medicare & Medicaid Services'
const page =
  'https://www.cms.gov/medicare/coding-billing/national-correct-coding-initiative-ncci-edits/medicare-ncci-procedure-procedure-ptp-edits'

/**
 * The set as this import brings it where nothing else does. Its title tells the two apart, so that
 * it is brought again by the next import.
 */
const ownSet: PolicySet = {
  policySetId: ptpPolicySetId,
  title: 'Medicare procedure-to-procedure edits (imported tables)',
  publisher,
  speaksTo: ['claim-line'],
}

/** The policy set, unless somebody else brings it. */
export function setUnlessHeld(held: PolicyContent): PolicySet[] {
  const known = held.policySets.find(({ policySetId }) => policySetId === ptpPolicySetId)
  return known === undefined || known.title === ownSet.title ? [ownSet] : []
}

/** The edition of the set and setting that is held. */
export function heldEdition(held: PolicyContent, setting: Setting): ProcedurePairEdition | undefined {
  return held.procedurePairs.find(
    (edition) => edition.policySetId === ptpPolicySetId && edition.setting === setting,
  )
}

/** Where an edition comes from and for how long it is used. */
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
 * The column-one codes of which every pair is held: from the first to the last of each file, and
 * between two files that follow each other. A code of which a row was refused is left out, with
 * what lies between its neighbours; so is a file in which a row did not even tell its code.
 * `missing` are parts that were not given before one that was.
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
  // A code of which every row was refused has no list.
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
