import { firstNotBefore } from '../../decision/sorted.js'
import { inRange } from '../../decision/shapes/plain-date.js'
import { memoize } from '../../decision/memoize.js'
import type { CodeTable } from '../../decision/shapes/tables.js'
import type { CodeRow, CodeTableView } from '../../decision/shapes/view.js'
import { byText } from '../lists/policy-list.js'

type System = CodeTable['system']

/**
 * The table of each code system, merged from layers: imported editions first, then the rows of
 * packs for codes that no edition covers on the date. Only the editions say what is complete and
 * where gaps are.
 */
export function compileCodeTables(tables: readonly CodeTable[]): Map<System, CodeTableView> {
  return new Map(
    [...new Set(tables.map(({ system }) => system))].map((system) => {
      const [first, ...others] = inOrder(tables.filter((table) => table.system === system))
      return [system, others.length === 0 ? compileCodeTable(first) : laidTogether(first, others)] as const
    }),
  )
}

/**
 * The tables of one system in order of precedence: imported editions, or without any the pack with
 * the most codes.
 */
export function inOrder<T extends Pick<CodeTable, 'layer' | 'rows'>>(tables: readonly T[]): [T, ...T[]] {
  const first =
    tables.find(({ layer }) => layer === 'editions') ??
    tables.reduce((most, table) => (table.rows.length > most.rows.length ? table : most))
  return [first, ...tables.filter((table) => table !== first)]
}

const compileCodeTable = memoize(({ layer, source, held, complete, rows: all }: CodeTable) => {
  const ordered = [...all].sort((a, b) => byText(a.code, b.code) || byText(a.from, b.from))
  const index = new Map<string, CodeRow[]>()
  for (const row of ordered) {
    const rows = index.get(row.code)
    if (rows === undefined) index.set(row.code, [row])
    else rows.push(row)
  }
  const prefixes = new Set(complete)
  const view: CodeTableView = {
    layer,
    source,
    held,
    rows: (code) => index.get(code) ?? [],
    isComplete: (code) =>
      Array.from({ length: code.length }, (_, at) => code.slice(0, at + 1)).some((prefix) =>
        prefixes.has(prefix),
      ),
    descendants: (prefix) => descendantsOf(ordered, prefix),
    get layers() {
      return [view]
    },
    on: () => view,
  }
  return view
})

interface Laid {
  readonly others: readonly CodeTable[]
  readonly view: CodeTableView
}
const laidBefore = new WeakMap<CodeTable, Laid>()

/** Memoized by tables, which most revisions share. */
function laidTogether(first: CodeTable, others: readonly CodeTable[]): CodeTableView {
  const before = laidBefore.get(first)
  if (before?.others.length === others.length && before.others.every((table, at) => table === others[at]))
    return before.view
  const view = layered(
    compileCodeTable(first),
    // Beside editions, the absence of a code in a pack means nothing.
    others.map((table) => ({ ...compileCodeTable(table), isComplete: () => false })),
  )
  laidBefore.set(first, { others, view })
  return view
}

function layered(first: CodeTableView, others: readonly CodeTableView[]): CodeTableView {
  return {
    ...first,
    layers: [first, ...others],
    on: (code, date) => {
      if (covers(first, code, date)) return first
      const usable = others.filter((table) => hasUsableRows(table, code, date))
      return usable.find((table) => table.rows(code).some((row) => inRange(date, row))) ?? usable[0] ?? first
    },
  }
}

const isAfter = (date: string, day: string | undefined): boolean => day !== undefined && date > day

/**
 * Whether the editions decide the code on the date: by a row in force, or, until `coversThrough`, by
 * the fact that they have none.
 */
function covers(table: CodeTableView, code: string, date: string): boolean {
  const { held, source } = table
  if (!held.some((span) => inRange(date, span)) || isAfter(date, source.usableThrough)) return false
  const rows = table.rows(code)
  return (
    rows.some((row) => inRange(date, row)) ||
    (!isAfter(date, source.coversThrough) && (rows.length > 0 || table.isComplete(code)))
  )
}

/** Whether a pack has rows of the code and may be used on the date. */
function hasUsableRows(table: CodeTableView, code: string, date: string): boolean {
  const { held, source } = table
  return (
    table.rows(code).length > 0 &&
    held.some((span) => inRange(date, span)) &&
    !isAfter(date, source.usableThrough)
  )
}

/**
 * The rows of longer codes that begin with `prefix`. The table is sorted, so they follow each other.
 */
function descendantsOf(ordered: readonly CodeRow[], prefix: string): CodeRow[] {
  const first = firstNotBefore(ordered.length, (at) => ordered[at]!.code <= prefix)
  const found: CodeRow[] = []
  for (let at = first; ordered[at]?.code.startsWith(prefix) === true; at++) found.push(ordered[at] as CodeRow)
  return found
}
