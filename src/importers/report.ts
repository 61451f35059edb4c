import { contentFamilies, type ChangeCounts, type ContentFamily } from '../store/tables/content-table.js'
import type { OwnedObject } from '../store/publishing/ownership.js'
import type { Published } from '../store/publishing/publish.js'
import type { RefusedRow } from './importer.js'
import type { Ending, Losses } from './replacing.js'
import { number } from './wording.js'

/** `needs-replace`: nothing was changed, or would be in a dry run; `--replace` would import it. */
export type ImportOutcome = 'imported' | 'would-import' | 'nothing-changed' | 'refused' | 'needs-replace'

/** What an import did, or in a dry run would do. */
export interface ImportReport {
  readonly outcome: ImportOutcome
  readonly source: string
  readonly files: readonly string[]
  readonly rowsRead: number
  /** The revision in force after the import; for a dry run, the one in force now. */
  readonly policyRevision: number
  readonly changes: Readonly<Partial<Record<ContentFamily, ChangeCounts>>>
  /** Objects that another pack owned until this import, such as a starter pack. */
  readonly takenOver: readonly OwnedObject[]
  readonly refused: readonly RefusedRow[]
  /** Why nothing could be imported, even without the refused rows. */
  readonly problem?: string
  /** The objects that the import ends or would end. */
  readonly endings: readonly Ending[]
  /** Why `--replace` is needed; empty where it is not needed. */
  readonly toConfirm: readonly string[]
  /** Notes of the importer about rows that were imported. */
  readonly notes: readonly string[]
  readonly seconds: number
}

interface ReportParts {
  readonly source: string
  readonly files: readonly string[]
  readonly rows: number
  readonly refused: readonly RefusedRow[]
  readonly notes?: readonly string[]
  readonly dryRun: boolean
  readonly revision: number
  readonly problem?: string | undefined
  readonly losses?: Losses
  readonly toConfirm?: readonly string[]
  readonly published?: Published
  readonly seconds: number
}

/** Makes the report. Without `published` the import was refused because of its rows. */
export function reportOf({
  source,
  files,
  rows,
  refused,
  notes = [],
  dryRun,
  revision,
  problem,
  losses,
  toConfirm = [],
  published,
  seconds,
}: ReportParts): ImportReport {
  const changed = published?.changed === true
  const outcome =
    toConfirm.length > 0
      ? 'needs-replace'
      : published === undefined
        ? 'refused'
        : !changed
          ? 'nothing-changed'
          : dryRun
            ? 'would-import'
            : 'imported'
  const families = contentFamilies.filter((family) =>
    Object.values(published?.changes[family] ?? {}).some((count) => count > 0),
  )
  return {
    outcome,
    source,
    files,
    rowsRead: rows,
    policyRevision: published === undefined || dryRun ? revision : published.revision,
    changes: Object.fromEntries(families.map((family) => [family, published?.changes[family]])),
    takenOver: changed ? published.taken.filter(({ family }) => family !== 'policyVersions') : [],
    refused,
    ...(problem === undefined ? {} : { problem }),
    endings: losses?.endings ?? [],
    toConfirm,
    notes,
    seconds,
  }
}

export const shownRefusals = 100

const inWords: Readonly<Record<ContentFamily, string>> = {
  payers: 'payers',
  plans: 'plans',
  policySets: 'policy sets',
  policies: 'policies',
  policyVersions: 'policy versions',
  codeSets: 'code sets',
  codeTables: 'code tables',
  codeRows: 'codes',
  unitLimitEditions: 'unit-limit editions',
  unitLimits: 'unit limits',
  procedurePairEditions: 'pair editions',
  procedurePairs: 'procedure pairs',
  ndcEditions: 'NDC editions',
  ndcCodes: 'NDC codes',
}

/** The report as text for a terminal, one statement a line. */
export function reportText(report: ImportReport, refusedFile?: string): string {
  const changes = Object.entries(report.changes).map(
    ([family, { added, changed, ended }]) =>
      `  ${inWords[family as ContentFamily].padEnd(20)} ${number(added).padStart(9)} added ${number(changed).padStart(9)} changed ${number(ended).padStart(9)} ended`,
  )
  const owners = [...new Set(report.takenOver.map(({ owner }) => owner))]
  return [
    `${report.source}: ${number(report.files.length)} ${report.files.length === 1 ? 'file' : 'files'}, ${number(report.rowsRead)} rows read, ${number(report.refused.length)} refused, ${report.seconds} s`,
    ...refusalLines(report.refused, refusedFile),
    ...report.notes.map((note) => `  Note: ${note}`),
    ...changes,
    ...endingLines(report.endings),
    ...(owners.length === 0
      ? []
      : [`  ${number(report.takenOver.length)} of these were of ${owners.join(', ')} until now.`]),
    outcomeLine(report),
  ].join('\n')
}

const shownEndings = 20

function endingLines(endings: readonly Ending[]): string[] {
  const lines = endings
    .slice(0, shownEndings)
    .map(({ kind, key, on }) => `  Ends: ${kind} ${key}${on === undefined ? '' : ` on ${on}`}`)
  const more = endings.length - lines.length
  return more > 0 ? [...lines, `  … and ${number(more)} more ends; --json tells all`] : lines
}

function refusalLines(refused: readonly RefusedRow[], refusedFile: string | undefined): string[] {
  const lines = refused
    .slice(0, shownRefusals)
    .map(
      ({ file, line, column, reason }) =>
        `  ${file}:${line}${column === undefined ? '' : ` [${column.replace(/\s+/g, ' ')}]`} ${reason}`,
    )
  const more = refused.length - lines.length
  if (more > 0)
    lines.push(`  … and ${more} more${refusedFile === undefined ? '; --refused FILE writes them all' : ''}`)
  if (refusedFile !== undefined) lines.push(`  All of them are in ${refusedFile}.`)
  return lines
}

function outcomeLine({ outcome, policyRevision, refused, problem, toConfirm }: ImportReport): string {
  switch (outcome) {
    case 'needs-replace':
      return `Nothing was changed: ${toConfirm.join('; ')}. If that is meant, import with --replace.`
    case 'imported':
      return `Imported. Policy revision ${policyRevision} is in force.`
    case 'would-import':
      return `Dry run: nothing was changed; policy revision ${policyRevision} stays in force.`
    case 'nothing-changed':
      return `Nothing changed: revision ${policyRevision} says the same already.`
    case 'refused':
      if (problem !== undefined) return `Nothing was changed. ${problem}`
      return `Nothing was changed, because ${refused.length === 1 ? 'a row was' : 'rows were'} refused. Correct the file, or import the other rows with --skip-bad.`
  }
}

// Prevents CSV injection: a spreadsheet program would run a cell that begins like a formula.
const cell = (value: string | number): string =>
  `"${String(value)
    .replace(/^(?=[=+@-])/, "'")
    .replaceAll('"', '""')}"`

/** All refused rows as CSV, for a spreadsheet. */
export function refusedCsv(refused: readonly RefusedRow[]): string {
  const lines = refused.map(({ file, line, column = '', reason }) =>
    [file, line, column, reason].map(cell).join(','),
  )
  return ['file,line,column,reason', ...lines, ''].join('\r\n')
}
