import { deepPlaces } from '../../decision/conditions/nesting.js'
import type { ContentFamily, ContentTable, Pack } from '../tables/content-table.js'
import { PolicyConflict } from '../database/store-error.js'

interface Span {
  readonly kind: 'policy' | 'code' | 'unit-limit' | 'ndc-crosswalk'
  /** An object that may have only one span on any day. */
  readonly subject: string
  /** The pack whose spans are compared; absent: the spans of all packs. */
  readonly within?: string
  readonly label: string
  readonly from: string
  readonly to: string | undefined
}

const inWords: Readonly<Record<ContentFamily, string>> = {
  payers: 'payer',
  plans: 'plan',
  policySets: 'policy set',
  policies: 'policy',
  policyVersions: 'policy version',
  codeSets: 'code set',
  codeTables: 'code table',
  codeRows: 'code',
  unitLimitEditions: 'unit-limit edition',
  unitLimits: 'unit limit',
  procedurePairEditions: 'procedure-pair edition',
  procedurePairs: 'procedure-pair list',
  ndcEditions: 'NDC edition',
  ndcCodes: 'NDC code',
}

/** The name of a family's rows in messages. */
export const nameOf = (family: ContentFamily, key: string): string => `${inWords[family]} ${key}`

/**
 * Throws a `PolicyConflict` when packs that are published together contradict each other: an object
 * twice, a period that ends before it begins, or two versions, codes, unit limits or crosswalks for
 * one day. The database refuses the same, with a shorter message.
 */
export function checkPacks(packs: readonly Pack[], tables: readonly ContentTable[]): void {
  for (const pack of packs) refuseDeep(pack)
  refuseTwice(
    packs.map((pack) => ({ key: pack.packId, packId: pack.packId })),
    'pack',
  )
  for (const table of tables) {
    // Parts are checked by their dates below: one code may have several rows.
    if (table.partOf === undefined)
      refuseTwice(
        packs.flatMap((pack) => table.rows(pack, new Set())),
        inWords[table.family],
      )
  }
  const spans = packs.flatMap(spansOf)
  for (const span of spans) refuseEmpty(span)
  refuseOverlaps(spans)
}

function refuseDeep({ packId, content }: Pack): void {
  const [deep] = deepPlaces(content)
  if (deep === undefined) return
  const { path, reason, policyId } = deep
  const where = policyId === undefined ? path : `policy ${policyId}, ${path}`
  throw new PolicyConflict('policy-not-storable', `In pack ${packId}, ${where}: ${reason}.`, { packId, path })
}

function refuseTwice(rows: readonly { key: string; packId: string }[], what: string): void {
  const owners = new Map<string, string>()
  for (const { key, packId } of rows) {
    const other = owners.get(key)
    if (other !== undefined) {
      const where = other === packId ? `twice in pack ${packId}` : `in pack ${other} and in pack ${packId}`
      throw new PolicyConflict('policy-duplicate', `The ${what} ${key} is ${where}.`, {
        what,
        id: key,
        packs: [other, packId],
      })
    }
    owners.set(key, packId)
  }
}

function spansOf({ packId, content }: Pack): Span[] {
  return [
    ...content.policies.flatMap(({ policyId, versions }) =>
      versions.map(({ versionId, from, to }): Span => ({
        kind: 'policy',
        subject: policyId,
        label: versionId,
        from,
        to,
      })),
    ),
    ...content.codeTables.flatMap(({ system, rows }) =>
      rows.map(({ code, from, to }): Span => ({
        kind: 'code',
        subject: `${system} ${code}`,
        within: packId,
        label: from,
        from,
        to,
      })),
    ),
    ...content.unitLimits.flatMap(({ policySetId, setting, edition, from, to, rows }) =>
      rows.map(({ procedureCode }): Span => ({
        kind: 'unit-limit',
        subject: `${policySetId} ${setting} ${procedureCode}`,
        label: edition,
        from,
        to,
      })),
    ),
    ...content.ndcEditions.map(({ policySetId, edition, from, to }): Span => ({
      kind: 'ndc-crosswalk',
      subject: policySetId,
      label: edition,
      from,
      to,
    })),
  ]
}

function refuseEmpty({ kind, subject, label, from, to }: Span): void {
  if (to !== undefined && to <= from) {
    throw new PolicyConflict(
      'policy-period-empty',
      `The ${kind} ${subject}, ${label}, ends on ${to}, which is not after its first day ${from}.`,
      { kind, subject, version: label, from, to },
    )
  }
}

function refuseOverlaps(spans: readonly Span[]): void {
  const subjects = new Map<string, Span[]>()
  for (const span of spans) {
    const key = `${span.kind} ${span.subject} ${span.within ?? ''}`
    const list = subjects.get(key)
    if (list === undefined) subjects.set(key, [span])
    else list.push(span)
  }
  for (const list of subjects.values()) {
    if (list.length === 1) continue
    list.sort((a, b) => (a.from < b.from ? -1 : 1))
    // Sorted by their first days, so if any two spans overlap two neighbours do.
    for (const [index, span] of list.entries()) {
      const next = list[index + 1]
      if (next !== undefined && (span.to === undefined || next.from < span.to)) throw overlap(span, next)
    }
  }
}

function overlap(first: Span, second: Span): PolicyConflict {
  // Both are in force from the later first day until the earlier end.
  const to = [first.to, second.to].filter((end) => end !== undefined).sort()[0]
  const days = to === undefined ? `from ${second.from} on` : `from ${second.from} until before ${to}`
  return new PolicyConflict(
    'policy-overlap',
    `The ${first.kind} ${first.subject} has two contents, ${first.label} and ${second.label}, ${days}.`,
    {
      kind: first.kind,
      subject: first.subject,
      versions: [first.label, second.label],
      from: second.from,
      ...(to === undefined ? {} : { to }),
    },
  )
}
