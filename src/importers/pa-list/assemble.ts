import {
  emptyContent,
  type Plan,
  type Policy,
  type PolicyContent,
  type PolicySet,
} from '../../decision/shapes/policy.js'
import { ImportRefused, type ImportedPack, type RefusedRow } from '../importer.js'
import { ruleOf, type ReadRow } from './rule.js'
import { completenessOf, sourceOf, type Settings } from './source.js'
import { withoutSuperseded } from './supersede.js'

// The most rules that a policy version may have. A list with more continues in a second policy.
const rulesPerPolicy = 5000
const linesOfBusiness = ['medicare', 'medicare-advantage', 'medicaid', 'commercial', 'not-stated'] as const

/** The kind of a list. It is part of the pack id (`<payerId>-<kind>`) and of the document. */
export type ListKind = 'list' | 'matrix'
type Note = (row: RefusedRow) => void
interface Together {
  readonly settings: Settings
  readonly held: PolicyContent
  readonly retrievedOn: string
  readonly note: Note
  readonly kind: ListKind
}

/**
 * One pack for each payer of the rows. Throws `ImportRefused` where `--complete` is given with rows of
 * several payers or plans, or with refused rows.
 */
export function packsOf(rows: readonly ReadRow[], together: Together, refusedRows: number): ImportedPack[] {
  const byPayer = groupBy(rows, ({ row }) => row.fields.payerId ?? '')
  if (together.settings.pack !== undefined && byPayer.size > 1)
    throw new ImportRefused(
      `--pack names one pack, but the rows are of the payers ${[...byPayer.keys()].join(', ')}.`,
    )
  if (together.settings.complete !== undefined) {
    if (refusedRows > 0)
      throw new ImportRefused(
        `--complete does not go with rows that were refused (${refusedRows}): a code left out would be answered as not required. Repair the rows or leave --complete out.`,
      )
    if (byPayer.size > 1)
      throw new ImportRefused(
        '--complete speaks of one list; the rows are of several payers. Import them one by one.',
      )
  }
  return [...byPayer].map(([payerId, its]) => packOf(payerId, its, together))
}

function packOf(payerId: string, rows: readonly ReadRow[], together: Together): ImportedPack {
  const { settings, held, kind } = together
  const packId = settings.pack ?? `${payerId}-${kind}`
  const name =
    rows.find(({ row }) => row.fields.payerName !== undefined)?.row.fields.payerName ??
    held.payers.find((payer) => payer.payerId === payerId)?.name ??
    payerId
  const planIds = [...new Set(rows.flatMap(({ row }) => row.fields.planId ?? []))]
  // Each of several plans follows a policy set of its own. Rows without a plan belong to all of these sets.
  const sets =
    planIds.length < 2
      ? [{ policySetId: `${packId}-pa`, planId: planIds[0], rows }]
      : planIds.map((planId) => ({
          policySetId: `${packId}-pa-${planId}`,
          planId,
          rows: rows.filter(({ row }) => row.fields.planId === undefined || row.fields.planId === planId),
        }))
  if (settings.complete !== undefined && sets.length > 1)
    throw new ImportRefused(
      '--complete speaks of one list; the rows are of several plans. Import them one by one.',
    )
  const made = sets.map(({ policySetId, rows: its }) => ({
    policySetId,
    ...setOf(policySetId, its, { payerId, name }, together),
  }))
  const plans = sets.flatMap((set) => planOf(set, payerId, together))
  const isOwnSet = (policySetId: string): boolean => sets.some((set) => set.policySetId === policySetId)
  return {
    packId,
    content: {
      ...emptyContent,
      payers: otherPackHasPayer(held, payerId, isOwnSet) ? [] : [{ payerId, name }],
      plans,
      policySets: made.map(({ set }) => set),
      policies: made.flatMap(({ policies }) => policies),
    },
  }
}

function setOf(
  policySetId: string,
  rows: readonly ReadRow[],
  payer: { payerId: string; name: string },
  { settings, retrievedOn, kind }: Together,
): { set: PolicySet; policies: Policy[] } {
  const title =
    kind === 'list'
      ? `Prior authorization list of ${payer.name}`
      : `What the practice knows of prior authorization by ${payer.name}`
  const source = sourceOf(settings, payer, retrievedOn, title)
  const completeness = completenessOf(settings, source)
  const policies = [...groupBy(rows, ({ row }) => asIdentifier(row.fields.program ?? ''))].flatMap(
    ([program, its]) => {
      const kept = withoutSuperseded(its)
      const ids = ruleIds(kept)
      const from = kept.map(({ terms }) => terms.from ?? '').sort()[0] ?? ''
      return pieces(kept).map((piece, at): Policy => ({
        policyId: `${policySetId}${program === '' ? '' : `-${program}`}${at === 0 ? '' : `-${at + 1}`}`,
        policySetId,
        title: `${source.title}${program === '' ? '' : `: ${program}`}`.slice(0, 300),
        versions: [
          {
            versionId: asIdentifier(settings['document-version'] ?? from),
            from,
            source,
            rules: piece.map((one) => ruleOf(one, ids.get(one) ?? '')),
          },
        ],
      }))
    },
  )
  return {
    set: {
      policySetId,
      title: source.title,
      publisher: source.publisher,
      speaksTo: ['prior-authorization'],
      ...(completeness === undefined ? {} : { completeness: [completeness] }),
    },
    policies,
  }
}

function planOf(
  {
    policySetId,
    planId,
    rows,
  }: { policySetId: string; planId: string | undefined; rows: readonly ReadRow[] },
  payerId: string,
  { held, note }: Together,
): Plan[] {
  if (planId === undefined) return []
  const first = rows.find(({ row }) => row.fields.planId === planId)?.row
  const known = held.plans.find((plan) => plan.planId === planId)
  if (known !== undefined && !followsOnly(known, policySetId)) {
    if (first !== undefined && !known.follows.some((followed) => followed.policySetId === policySetId)) {
      note({
        file: first.file,
        line: first.line,
        column: 'planId',
        reason: `the rows were taken, but plan ${planId} is held already and stays as it is: let it follow ${policySetId} (role governing), or its answers do not change`,
      })
    }
    return []
  }
  const lineOfBusiness = linesOfBusiness.find(
    (word) => word === (first?.fields.lineOfBusiness ?? 'not-stated'),
  )
  if (lineOfBusiness === undefined)
    throw new ImportRefused(
      `Plan ${planId}: lineOfBusiness ${first?.fields.lineOfBusiness} is not one of ${linesOfBusiness.join(', ')}.`,
    )
  return [
    {
      planId,
      payerId,
      name: first?.fields.planName ?? known?.name ?? planId,
      lineOfBusiness,
      benefit: 'medical',
      follows: [{ policySetId, role: 'governing' }],
    },
  ]
}

/**
 * Whether a plan follows only the policy set of this list. An earlier import of the list then wrote the
 * plan, and this import writes it again.
 */
function followsOnly({ follows }: Plan, policySetId: string): boolean {
  return follows.length === 1 && follows[0]?.policySetId === policySetId
}

/**
 * Whether another pack has the payer: it is in force, and not only for plans that an earlier import of
 * this list wrote.
 */
function otherPackHasPayer(
  held: PolicyContent,
  payerId: string,
  isOwnSet: (policySetId: string) => boolean,
): boolean {
  if (!held.payers.some((payer) => payer.payerId === payerId)) return false
  const broughtBefore = held.policySets.some(({ policySetId }) => isOwnSet(policySetId))
  return (
    !broughtBefore ||
    held.plans.some(
      (plan) =>
        plan.payerId === payerId &&
        !isOwnSet(plan.follows.length === 1 ? (plan.follows[0]?.policySetId ?? '') : ''),
    )
  )
}

/**
 * Rule ids that stay the same when rows are moved in the file: first code and first day, with a number
 * where several rows share them.
 */
function ruleIds(rows: readonly ReadRow[]): Map<ReadRow, string> {
  const used = new Map<string, number>()
  return new Map(
    rows.map((one) => {
      const base = `${one.terms.procedures[0] ?? ''}-${one.terms.from ?? ''}`
      const times = (used.get(base) ?? 0) + 1
      used.set(base, times)
      return [one, times === 1 ? base : `${base}-${times}`]
    }),
  )
}

function pieces<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / rulesPerPolicy) }, (_, at) =>
    all.slice(at * rulesPerPolicy, (at + 1) * rulesPerPolicy),
  )
}

function groupBy<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(key(one))
    if (group === undefined) groups.set(key(one), [one])
    else group.push(one)
  }
  return groups
}

/** A text as an identifier. Characters that identifiers may not have become dashes. */
function asIdentifier(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '')
    .slice(0, 40)
}
