import type { PolicyContent } from '../decision/shapes/policy.js'
import type {
  CodeTable,
  NdcEdition,
  ProcedurePairEdition,
  UnitLimitEdition,
} from '../decision/shapes/tables.js'
import { count } from '../decision/explain/wording.js'
import { number } from './wording.js'

/** An object in force that an import ends. */
export interface Ending {
  /** The kind of the object: `hcpcs code`, `unit limit`. */
  readonly kind: string
  readonly key: string
  /** The first day on which it is no longer in force; absent where it ends for all its days. */
  readonly on?: string
}

/** What an import would end, and why a person must confirm it; empty where no confirmation is needed. */
export interface Losses {
  readonly endings: readonly Ending[]
  readonly reasons: readonly string[]
}

/** The share of objects in force above which endings need confirmation. Editions normally end fewer. */
export const shareToConfirm = 0.05

/**
 * Compares an import with the content in force. `--replace` is needed for an edition older than the newest
 * one in force, for an edition with fewer rows than the one of the same name, and where more than 5 % of
 * the objects in force would end.
 */
export function lossesOf(held: PolicyContent, brought: PolicyContent): Losses {
  const all = [
    ...brought.codeTables.map((table) => codesLost(table, held.codeTables)),
    ...editionsLost(unitLimitKind, held.unitLimits, brought.unitLimits),
    ...editionsLost(pairKind, held.procedurePairs, brought.procedurePairs),
    ...editionsLost(ndcKind, held.ndcEditions, brought.ndcEditions),
    ...brought.policies.map((policy) => rulesLost(policy, held.policies)),
  ]
  return {
    endings: all.flatMap(({ endings }) => endings),
    reasons: all.flatMap(({ reasons }) => reasons),
  }
}

/** The reason to confirm so many endings; empty where they are at most 5 %. */
export function tooManyEnd(what: string, ended: number, before: number): string[] {
  if (ended === 0 || ended <= before * shareToConfirm) return []
  return [`it would end ${number(ended)} of the ${number(before)} ${what} that are held`]
}

function codesLost(now: CodeTable, tables: readonly CodeTable[]): Losses {
  const before = tables.find(({ system, layer }) => system === now.system && layer === now.layer)
  if (before === undefined) return { endings: [], reasons: [] }
  const rows = new Map(now.rows.map((row) => [`${row.code} ${row.from}`, row]))
  const byCode = groupBy(now.rows, ({ code }) => code)
  const endings = before.rows.flatMap((row): Ending[] => {
    const kept = rows.get(`${row.code} ${row.from}`)
    const ending = { kind: `${now.system} code`, key: row.code }
    // A row that now begins earlier has not ended.
    if (kept === undefined) return byCode.get(row.code)?.some(coversAllOf(row)) === true ? [] : [ending]
    return kept.to !== undefined && (row.to === undefined || kept.to < row.to)
      ? [{ ...ending, on: kept.to }]
      : []
  })
  const name = before.source.documentVersion
  return {
    endings,
    reasons: [
      ...(name !== undefined && name === now.source.documentVersion && now.rows.length < before.rows.length
        ? [fewer(`${now.system} ${name}`, now.rows.length, before.rows.length)]
        : []),
      ...tooManyEnd(`${now.system} codes`, endings.length, before.rows.length),
    ],
  }
}

type CodeRow = CodeTable['rows'][number]

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(keyOf(one))
    if (group === undefined) groups.set(keyOf(one), [one])
    else group.push(one)
  }
  return groups
}

const coversAllOf =
  (lost: CodeRow) =>
  (row: CodeRow): boolean =>
    row.from <= lost.from && (row.to === undefined || (lost.to !== undefined && lost.to <= row.to))

const fewer = (name: string, now: number, before: number): string =>
  `${name} is held with ${count(before, 'row', 'rows')}, and the file has ${number(now)}`

interface Kind<Edition> {
  readonly ending: string
  readonly nameOf: (edition: Edition) => string
  /** The series of an edition. Editions of one series replace each other. */
  readonly seriesOf: (edition: Edition) => string
  /** A key that sorts editions by age; undefined where the age is not known. */
  readonly ageOf: (edition: Edition) => string | undefined
  readonly keysOf: (edition: Edition) => readonly string[]
}

const unitLimitKind: Kind<UnitLimitEdition> = {
  ending: 'unit limit',
  nameOf: ({ setting, edition }) => `${setting} ${edition}`,
  seriesOf: ({ policySetId, setting }) => `${policySetId} ${setting}`,
  ageOf: ({ from }) => from,
  keysOf: ({ rows }) => rows.map(({ procedureCode }) => procedureCode),
}
const pairKind: Kind<ProcedurePairEdition> = {
  ending: 'list of pairs',
  nameOf: ({ setting, edition }) => `${setting} ${edition}`,
  seriesOf: ({ policySetId, setting }) => `${policySetId} ${setting}`,
  // Only the name of a quarter tells the age. An extract may have any name.
  ageOf: ({ edition }) => (/^20\d{2}[- ]Q[1-4]$/.test(edition) ? edition.replace(' ', '-') : undefined),
  keysOf: ({ lists }) => lists.map(({ columnOne }) => columnOne),
}
const ndcKind: Kind<NdcEdition> = {
  ending: 'NDC',
  nameOf: ({ edition }) => edition,
  seriesOf: ({ policySetId }) => policySetId,
  ageOf: ({ from }) => from,
  keysOf: ({ rows }) => rows.map(({ ndc, procedureCode }) => `${ndc} ${procedureCode}`),
}

function editionsLost<Edition>(
  kind: Kind<Edition>,
  held: readonly Edition[],
  brought: readonly Edition[],
): Losses[] {
  const idOf = (edition: Edition): string => `${kind.seriesOf(edition)} ${kind.nameOf(edition)}`
  const known = new Map(held.map((edition) => [idOf(edition), edition]))
  return brought.flatMap((edition): Losses[] => {
    const before = known.get(idOf(edition))
    if (before === edition) return []
    if (before !== undefined) return [rowsLost(kind, before, edition)]
    const newest = held
      .filter((other) => kind.seriesOf(other) === kind.seriesOf(edition))
      .sort((a, b) => ((kind.ageOf(a) ?? '') > (kind.ageOf(b) ?? '') ? -1 : 1))[0]
    const [age, newestAge] = [kind.ageOf(edition), newest === undefined ? undefined : kind.ageOf(newest)]
    if (newest === undefined || age === undefined || newestAge === undefined || age >= newestAge) return []
    return [
      {
        endings: [],
        reasons: [`${kind.nameOf(edition)} is older than ${kind.nameOf(newest)}, which is held`],
      },
    ]
  })
}

function rowsLost<Edition>(kind: Kind<Edition>, before: Edition, now: Edition): Losses {
  const keys = new Set(kind.keysOf(now))
  const lost = kind.keysOf(before).filter((key) => !keys.has(key))
  const rows = kind.keysOf(before).length
  return {
    endings: lost.map((key) => ({ kind: kind.ending, key: `${key} of ${kind.nameOf(before)}` })),
    reasons: keys.size < rows ? [fewer(kind.nameOf(before), keys.size, rows)] : [],
  }
}

type Policy = PolicyContent['policies'][number]

const isDated = (text: string | undefined): text is string => /^(19|20)\d{2}/.test(text ?? '')

function rulesLost(now: Policy, held: readonly Policy[]): Losses {
  const before = held.find(({ policyId }) => policyId === now.policyId)
  const [last, next] = [before?.versions.at(-1), now.versions.at(-1)]
  if (last === undefined || next === undefined) return { endings: [], reasons: [] }
  const ids = new Set(next.rules.map(({ ruleId }) => ruleId))
  const lost = last.rules.filter(({ ruleId }) => !ids.has(ruleId))
  const [then, since] = [last.source.documentVersion, next.source.documentVersion]
  return {
    endings: lost.map(({ ruleId }) => ({ kind: 'rule', key: `${ruleId} of ${now.policyId}` })),
    reasons: [
      ...(isDated(then) && isDated(since) && since < then
        ? [`${now.title} of ${since} is older than that of ${then}, which is held`]
        : []),
      ...(then === since && next.rules.length < last.rules.length
        ? [
            fewer(
              `${now.title}${then === undefined ? '' : ` of ${then}`}`,
              next.rules.length,
              last.rules.length,
            ),
          ]
        : tooManyEnd(`rules of ${now.title}`, lost.length, last.rules.length)),
    ],
  }
}
