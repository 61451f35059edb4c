import type { PackProblem, ValidPack } from './format.js'
import { mostRationales, rationalesOf } from './pairs.js'

type Report = (path: string, reason: string) => void
interface Range {
  readonly from: string
  readonly to?: string | undefined
}
interface Named extends Range {
  readonly path: string
  readonly name: string
}

/**
 * Checks dates. Every range must end after it begins. Versions, editions and rows of the same thing
 * must be in order and must not overlap.
 */
export function rangeProblems(packs: readonly ValidPack[]): PackProblem[] {
  const problems: PackProblem[] = []
  const editions = new Map<string, string>()
  for (const pack of packs) {
    const report: Report = (path, reason) => {
      problems.push({ file: pack.file, path, reason })
    }
    checkPolicyDates(pack, report)
    checkCodeTables(pack, report)
    checkEditions(pack, editions, report)
    checkProcedurePairs(pack, editions, report)
    checkNdcEditions(pack, editions, report)
    for (const [i, set] of pack.content.policySets.entries()) {
      for (const [j, declaration] of (set.completeness ?? []).entries())
        checkRange(declaration, `/policySets/${i}/completeness/${j}`, report)
    }
  }
  return problems
}

function checkPolicyDates({ content }: ValidPack, report: Report): void {
  for (const [p, policy] of content.policies.entries()) {
    const versions = policy.versions.map((version, v) => ({
      ...version,
      path: `/policies/${p}/versions/${v}`,
      name: `version ${version.versionId}`,
    }))
    checkOrder(versions, report)
    for (const [v, { versionId }] of versions.entries()) {
      if (versions.findIndex((other) => other.versionId === versionId) < v)
        report(
          `/policies/${p}/versions/${v}/versionId`,
          `duplicate version ${versionId} of ${policy.policyId}`,
        )
    }
    for (const { path, rules } of versions) {
      for (const [r, rule] of rules.entries())
        if (rule.from !== undefined)
          checkRange({ from: rule.from, to: rule.to }, `${path}/rules/${r}`, report)
    }
  }
}

/** A pack has at most one table for a code system. Several packs may each have one. */
function checkCodeTables({ file, content }: ValidPack, report: Report): void {
  const systems = new Set<string>()
  for (const [t, table] of content.codeTables.entries()) {
    if (systems.has(table.system))
      report(`/codeTables/${t}/system`, `duplicate code table ${table.system}: ${file} holds it`)
    systems.add(table.system)
    checkOrder(
      table.held.map((span, i) => ({ ...span, path: `/codeTables/${t}/held/${i}`, name: `span ${i + 1}` })),
      report,
    )
    for (const [i, row] of table.rows.entries()) {
      const before = table.rows[i - 1]
      const path = `/codeTables/${t}/rows/${i}`
      if (before?.code === row.code)
        checkOrder(
          [
            { ...before, path, name: `the row of ${row.code} before` },
            { ...row, path, name: 'this row' },
          ],
          report,
          false,
        )
      else if (before !== undefined && before.code > row.code)
        report(path, `rows are sorted by code: ${row.code} stands after ${before.code}`)
      checkRange(row, path, report)
    }
  }
}

function checkEditions({ file, content }: ValidPack, editions: Map<string, string>, report: Report): void {
  const bySetting = new Map<string, Named[]>()
  for (const [i, table] of content.unitLimits.entries()) {
    const path = `/unitLimits/${i}`
    const setting = `${table.policySetId} ${table.setting}`
    const key = `${setting} ${table.edition}`
    const first = editions.get(key)
    if (first !== undefined)
      report(`${path}/edition`, `duplicate edition ${table.edition} of ${setting}: ${first} holds it`)
    editions.set(key, `${file} ${path}`)
    bySetting.set(setting, [
      ...(bySetting.get(setting) ?? []),
      { from: table.from, to: table.to, path, name: `edition ${table.edition}` },
    ])
    const codes = new Set<string>()
    for (const [r, { procedureCode }] of table.rows.entries()) {
      if (codes.has(procedureCode))
        report(`${path}/rows/${r}/procedureCode`, `${procedureCode} is listed twice`)
      codes.add(procedureCode)
    }
  }
  for (const named of bySetting.values()) checkOrder(named, report)
}

/**
 * There is one table for each policy set and setting, whose rows have their own dates. The rows of a
 * pair must not overlap. A row withdrawn from its beginning may end on its first day.
 */
function checkProcedurePairs({ file, pack }: ValidPack, editions: Map<string, string>, report: Report): void {
  for (const [i, table] of (pack.procedurePairs ?? []).entries()) {
    const path = `/procedurePairs/${i}`
    const setting = `${table.policySetId} ${table.setting}`
    once(`procedure pairs ${setting}`, `${file} ${path}`, editions, (first) =>
      report(path, `a second table of procedure pairs of ${setting}: ${first} holds one`),
    )
    const rationales = rationalesOf(table)
    if (rationales.length > mostRationales)
      report(`${path}/rows`, `a table names at most ${mostRationales} rationales, not ${rationales.length}`)
    const pairs = new Map<string, Named[]>()
    for (const [r, row] of table.rows.entries()) {
      const at = `${path}/rows/${r}`
      const pair = `${row.columnOne} and ${row.columnTwo}`
      if (row.columnOne === row.columnTwo) report(at, `${row.columnOne} is no pair with itself`)
      if (row.modifierIndicator === 9 && row.to === row.from) continue
      pairs.set(pair, [
        ...(pairs.get(pair) ?? []),
        { from: row.from, to: row.to, path: at, name: `${pair} in row ${r + 1}` },
      ])
    }
    for (const named of pairs.values()) checkOrder(named, report)
  }
}

/** Editions of one crosswalk follow one another, and none has a row twice. */
function checkNdcEditions({ file, content }: ValidPack, editions: Map<string, string>, report: Report): void {
  const bySet = new Map<string, Named[]>()
  for (const [i, { policySetId, edition, from, to, rows }] of content.ndcEditions.entries()) {
    const path = `/ndcEditions/${i}`
    once(`ndc ${policySetId} ${edition}`, `${file} ${path}`, editions, (first) =>
      report(`${path}/edition`, `duplicate edition ${edition} of ${policySetId}: ${first} holds it`),
    )
    bySet.set(policySetId, [
      ...(bySet.get(policySetId) ?? []),
      { from, to, path, name: `edition ${edition}` },
    ])
    const seen = new Set<string>()
    for (const [r, { ndc, procedureCode }] of rows.entries()) {
      if (seen.has(`${ndc} ${procedureCode}`))
        report(`${path}/rows/${r}`, `${ndc} with ${procedureCode} is listed twice`)
      seen.add(`${ndc} ${procedureCode}`)
    }
  }
  for (const named of bySet.values()) checkOrder(named, report)
}

/** Remembers where a thing is defined. Reports a second definition with the place of the first. */
function once(
  thing: string,
  place: string,
  known: Map<string, string>,
  twice: (first: string) => void,
): void {
  const first = known.get(thing)
  if (first !== undefined) twice(first)
  known.set(thing, place)
}

/**
 * Checks the ranges of one thing in the order of the file. Each must run forward and begin on or after
 * the end of the one before it.
 */
function checkOrder(ranges: readonly Named[], report: Report, each = true): void {
  for (const [i, range] of ranges.entries()) {
    if (each) checkRange(range, range.path, report)
    const before = ranges[i - 1]
    if (before === undefined) continue
    if (before.from > range.from)
      report(range.path, `${shown(range)} stands after ${shown(before)}: they go in the order of their dates`)
    else if (before.to === undefined || before.to > range.from)
      report(range.path, `${shown(range)} overlaps ${shown(before)}`)
  }
}

function checkRange({ from, to }: Range, path: string, report: Report): void {
  if (to !== undefined && to <= from)
    report(path, `to ${to} is not after from ${from} (to is the first day on which it no longer holds)`)
}

function shown({ name, from, to }: Named): string {
  return `${name} (from ${from} ${to === undefined ? 'on' : `to ${to}`})`
}
