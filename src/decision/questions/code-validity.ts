import { startIsUnknown, gapAround, gapOfEnd, gapsOf, wasThereInGap } from '../facts/code-presence.js'
import { displayDiagnosis, normalizeCode, type PlainDate } from '../shapes/codes.js'
import type { CodeSystem, CodeValidityReason, EditionGap } from '../reasons/code-validity.js'
import { together, type Reason } from '../reasons/reason.js'
import type { CodeValidityVerdict, CodeVerdict } from '../verdict/answers.js'
import type { Facts } from '../facts/facts.js'
import { daysOfService } from '../facts/line-days.js'
import { inRange } from '../shapes/plain-date.js'
import { memoizeByKey } from '../memoize.js'
import { isAfter } from '../applicable/provision.js'
import type { CodeRow, CodeTableView } from '../shapes/view.js'
import { pressOfUnknown, type Answered } from '../verdict/answered.js'

type System = CodeSystem
interface Verdict extends Pick<CodeVerdict, 'status'> {
  readonly reason: CodeValidityReason
  readonly row?: CodeRow
  readonly billableDescendants?: string[]
}

/**
 * Are the codes of the line, and all diagnoses of the request, valid for billing on the date? Diagnoses
 * without a pointer count too, because one invalid code rejects the claim.
 */
export function answerCodeValidity(facts: Facts): Answered<CodeValidityVerdict> {
  const { line, sent, view } = facts
  const days = daysOfService(line)
  const looked = days.length > 0 ? days : [line.date, line.lastDay]
  const codes = [
    onEachDay(looked, (day) =>
      statusOf('hcpcs', line.sent.procedureCode, line.code, view.codeTable('hcpcs'), day),
    ),
    ...(sent.diagnosisCodes ?? []).map((submitted) =>
      onEachDay(looked, (day) =>
        statusOf('icd-10-cm', submitted, normalizeCode(submitted), view.codeTable('icd-10-cm'), day),
      ),
    ),
  ]
  // Every claim needs a diagnosis, so diagnoses that were not given are missing.
  const missing = sent.diagnosisCodes === undefined ? ['diagnosisCodes'] : []
  const status = codes.some((code) => code.status === 'invalid')
    ? 'invalid'
    : missing.length > 0 || codes.some((code) => code.status === 'indeterminate')
      ? 'indeterminate'
      : 'valid'
  const deciding = codes.filter((code) => code.status === status)
  const notGiven: Reason[] =
    status === 'indeterminate' && missing.length > 0 ? [{ code: 'diagnosis-not-given/codes' }] : []
  const reason: Reason =
    status === 'valid'
      ? { code: 'codes-valid' }
      : together([...deciding.map((code) => code.reason), ...notGiven])
  const asked = status === 'indeterminate' ? missing : []
  return {
    answer: { status, reason, codes },
    missing: asked,
    findings: [],
    presses: status === 'valid' ? 'proceed' : status === 'invalid' ? 'expect-denial' : pressOfUnknown(asked),
  }
}

/**
 * The status of a code on the days of a line; unknown if the days differ, because the line must then be
 * split.
 */
function onEachDay(days: readonly PlainDate[], statusOn: (day: PlainDate) => CodeVerdict): CodeVerdict {
  const [first = '', ...later] = days
  const status = statusOn(first)
  const turn = later.find((day) => statusOn(day).status !== status.status)
  if (turn === undefined) return status
  return {
    ...status,
    status: 'indeterminate',
    reason: {
      code: 'date-span/code',
      first: { day: first, reason: status.reason },
      turn: { day: turn, reason: statusOn(turn).reason },
    },
  }
}

/** Looks up a code on a date: its status, its dates, and for a header the billable codes under it. */
export function statusOf(
  system: System,
  submitted: string,
  code: string,
  table: CodeTableView | undefined,
  date: string,
): CodeVerdict {
  const look = (): CodeVerdict => lookUp(system, submitted, code, table, date)
  return table === undefined ? look() : statuses(table, `${submitted} ${date}`, look)
}

const statuses = memoizeByKey<CodeTableView, CodeVerdict>(4096)

function lookUp(
  system: System,
  submitted: string,
  code: string,
  all: CodeTableView | undefined,
  date: string,
): CodeVerdict {
  const table = all?.on(code, date)
  const shown = system === 'icd-10-cm' ? displayDiagnosis(code) : code
  const verdict =
    (system === 'icd-10-cm' ? ofAnotherRevision(shown, code, date) : undefined) ??
    (table === undefined
      ? {
          status: 'indeterminate' as const,
          reason: { code: 'code-table-not-held' as const, system, shown },
        }
      : judge(system, shown, code, table, date))
  const { row, billableDescendants, ...status } = verdict
  return {
    code: shown,
    submitted,
    system,
    ...status,
    // A code that begins with the first loaded edition, or the first one after a gap, may be older, so its
    // first day is not shown.
    ...(row === undefined || startIsUnknown(row, table?.held ?? []) ? {} : { validFrom: row.from }),
    ...(row?.to === undefined || gapOfEnd(row, table?.held ?? []) !== undefined ? {} : { validTo: row.to }),
    ...(billableDescendants === undefined ? {} : { billableDescendants }),
    ...(table === undefined ? {} : { source: table.source }),
  }
}

const firstDayOfIcd10 = '2015-10-01'

/**
 * The status that needs no table: ICD-9-CM ended and ICD-10-CM began with services of 2015-10-01, and
 * ICD-10-CM codes begin with a letter (ICD-10-CM Official Guidelines, section I.A). Undefined if the table
 * decides.
 */
function ofAnotherRevision(shown: string, code: string, date: string): Verdict | undefined {
  if (date < firstDayOfIcd10)
    return {
      status: 'indeterminate',
      reason: { code: 'before-icd-10-cm', system: 'icd-10-cm', shown },
    }
  if (!/^[0-9]/.test(code)) return undefined
  return {
    status: 'invalid',
    reason: { code: 'not-icd-10-cm', system: 'icd-10-cm', shown },
  }
}

function judge(system: System, shown: string, code: string, table: CodeTableView, date: string): Verdict {
  const gap = gapAround(table.held, date)
  const bridging = gap === undefined ? undefined : inGap(system, shown, code, table, date, gap)
  if (bridging !== undefined) return bridging
  const outside = outsideHeldTime({ system, shown, date }, table)
  if (outside !== undefined) return { status: 'indeterminate', reason: outside }
  const rows = table.rows(code)
  const row = rows.find((candidate) => inRange(date, candidate))
  if (row !== undefined)
    return row.billable
      ? {
          status: 'valid',
          reason: { code: 'code-valid', system, shown, date },
          row,
        }
      : header(system, shown, row, code, table, date)
  const behind = isAfter(date, table.source.coversThrough)
  const first = rows[0]
  const ended = rows.filter((candidate) => candidate.to !== undefined && candidate.to <= date).at(-1)
  if (first !== undefined && date < first.from && !behind) return notYet(system, shown, first, table, date)
  if (ended !== undefined) return noLonger(system, shown, ended, table, date)
  if (first === undefined && !table.isComplete(code))
    return { status: 'indeterminate', reason: { code: 'code-not-held', system, shown } }
  if (behind)
    return {
      status: 'indeterminate',
      reason: { code: 'edition-behind', system, shown, date },
    }
  return {
    status: 'invalid',
    reason: { code: 'not-a-code', system, shown, date },
  }
}

/**
 * The status of a code in a gap: valid if the editions on both sides list it with one add date,
 * although no loaded edition covers the date. Undefined if that is not certain.
 */
function inGap(
  system: System,
  shown: string,
  code: string,
  table: CodeTableView,
  date: string,
  gap: EditionGap,
): Verdict | undefined {
  if (isAfter(date, table.source.usableThrough)) return undefined
  const row = table.rows(code).find((candidate) => inRange(date, candidate))
  if (row === undefined || !wasThereInGap(row, gap, date)) return undefined
  return {
    status: 'valid',
    reason: { code: 'between-editions', system, shown, date, added: row.from, gap },
    row,
  }
}

function notYet(system: System, shown: string, first: CodeRow, table: CodeTableView, date: string): Verdict {
  if (!startIsUnknown(first, table.held))
    return {
      status: 'invalid',
      reason: { code: 'not-yet-valid', system, shown, date, from: first.from },
      row: first,
    }
  const gap = gapsOf(table.held).find(({ to }) => to === first.from)
  return {
    status: 'invalid',
    reason: { code: 'not-in-edition', system, shown, date, from: first.from, gap },
    row: first,
  }
}

function noLonger(
  system: System,
  shown: string,
  ended: CodeRow,
  table: CodeTableView,
  date: string,
): Verdict {
  const gap = gapOfEnd(ended, table.held)
  const reason: CodeValidityReason =
    gap === undefined
      ? { code: 'no-longer-valid', system, shown, date, to: ended.to }
      : { code: 'no-longer-valid/in-gap', system, shown, date, gap }
  return { status: 'invalid', reason, row: ended }
}

function header(
  system: System,
  shown: string,
  row: CodeRow,
  code: string,
  table: CodeTableView,
  date: string,
): Verdict {
  const billableDescendants = [
    ...new Set(
      table
        .descendants(code)
        .filter((candidate) => candidate.billable && inRange(date, candidate))
        .map((candidate) => displayDiagnosis(candidate.code)),
    ),
  ]
  return {
    status: 'invalid',
    reason: { code: 'header-code', system, shown, billableDescendants },
    row,
    billableDescendants,
  }
}

function outsideHeldTime(
  of: { readonly system: System; readonly shown: string; readonly date: PlainDate },
  { held, source }: CodeTableView,
): CodeValidityReason | undefined {
  const { date } = of
  const first = held[0]
  const last = held.at(-1)
  if (first === undefined || date < first.from) return { code: 'version-not-held/code-table', ...of }
  if (isAfter(date, source.usableThrough) || (last?.to !== undefined && date >= last.to))
    return { code: 'policy-stale/code-table', ...of }
  const gap = gapAround(held, date)
  return gap === undefined ? undefined : { code: 'edition-gap', ...of, gap }
}
