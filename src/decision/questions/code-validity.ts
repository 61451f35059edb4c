import { beginsUntold, gapAround, gapOfEnd, gapsOf, wasThereInGap, type Gap } from '../facts/code-presence.js'
import { citeTable } from '../explain/citation.js'
import { displayDiagnosis, normalizeCode, type PlainDate } from '../shapes/codes.js'
import type { CodeStatus, CodeValidityAnswer } from '../shapes/answers.js'
import type { Facts } from '../facts/facts.js'
import { daysOfService } from '../facts/line-days.js'
import { addDays, inRange } from '../shapes/plain-date.js'
import { memoizeByKey } from '../memoize.js'
import { isAfter } from '../applicable/provision.js'
import type { CodeRow, CodeTableView } from '../shapes/view.js'
import { pressOfUnknown, type Answered } from '../shapes/answered.js'

type System = CodeStatus['system']
type Verdict = Pick<CodeStatus, 'status' | 'reasonCode' | 'reason'> & {
  readonly row?: CodeRow
  readonly billableDescendants?: string[]
}

/** Are the codes of the line, and all diagnoses of the request, valid for billing on the date? Pointed or not: one bad code rejects the claim. */
export function answerCodeValidity(facts: Facts): Answered<CodeValidityAnswer> {
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
  // No claim goes without a diagnosis; one that was not given was not checked.
  const missing = sent.diagnosisCodes === undefined ? ['diagnosisCodes'] : []
  const status = codes.some((code) => code.status === 'invalid')
    ? 'invalid'
    : missing.length > 0 || codes.some((code) => code.status === 'indeterminate')
      ? 'indeterminate'
      : 'valid'
  const deciding = codes.filter((code) => code.status === status)
  const words =
    status === 'valid'
      ? { reasonCode: 'codes-valid', reason: 'All codes are valid for billing on the date of service.' }
      : {
          reasonCode: deciding[0]?.reasonCode ?? 'diagnosis-not-given',
          reason: [
            ...new Set(deciding.map((code) => code.reason)),
            ...(status === 'indeterminate' && missing.length > 0
              ? ['No diagnosis codes were given, so none were checked.']
              : []),
          ].join(' '),
        }
  const asked = status === 'indeterminate' ? missing : []
  return {
    answer: { status, ...words, codes },
    missing: asked,
    findings: [],
    presses: status === 'valid' ? 'proceed' : status === 'invalid' ? 'expect-denial' : pressOfUnknown(asked),
  }
}

/** The status of a code on the days of a line; where they do not agree it is unknown, since the line has to be billed in parts. */
function onEachDay(days: readonly PlainDate[], statusOn: (day: PlainDate) => CodeStatus): CodeStatus {
  const [first = '', ...later] = days
  const status = statusOn(first)
  const turn = later.find((day) => statusOn(day).status !== status.status)
  if (turn === undefined) return status
  return {
    ...status,
    status: 'indeterminate',
    reasonCode: 'date-span',
    reason: `The days of this line do not agree (on ${first}: ${status.reason} / on ${turn}: ${statusOn(turn).reason}). Bill one line for the days before ${turn} and one from ${turn}.`,
  }
}

/** Looks one code up on a date: its status, range, and for a header the billable codes under it. */
export function statusOf(
  system: System,
  submitted: string,
  code: string,
  table: CodeTableView | undefined,
  date: string,
): CodeStatus {
  const look = (): CodeStatus => lookUp(system, submitted, code, table, date)
  return table === undefined ? look() : statuses(table, `${submitted} ${date}`, look)
}

const statuses = memoizeByKey<CodeTableView, CodeStatus>(4096)

function lookUp(
  system: System,
  submitted: string,
  code: string,
  all: CodeTableView | undefined,
  date: string,
): CodeStatus {
  const table = all?.on(code, date)
  const shown = system === 'icd-10-cm' ? displayDiagnosis(code) : code
  const verdict =
    (system === 'icd-10-cm' ? ofAnotherRevision(shown, code, date) : undefined) ??
    (table === undefined
      ? {
          status: 'indeterminate' as const,
          reasonCode: 'code-table-not-held',
          reason: `We hold no ${names[system]} table, so ${shown} was not checked.`,
        }
      : judge(system, shown, code, table, date))
  const { row, billableDescendants, ...words } = verdict
  return {
    code: shown,
    submitted,
    system,
    ...words,
    // A row that begins with the first edition held, or the first one after a gap, may be older: its true first day is not known.
    ...(row === undefined || beginsUntold(row, table?.held ?? []) ? {} : { validFrom: row.from }),
    ...(row?.to === undefined || gapOfEnd(row, table?.held ?? []) !== undefined ? {} : { validTo: row.to }),
    ...(billableDescendants === undefined ? {} : { billableDescendants }),
    ...(table === undefined ? {} : { citation: citeTable(system, table.source) }),
  }
}

const names: Record<System, string> = { 'icd-10-cm': 'ICD-10-CM', hcpcs: 'HCPCS' }

const firstDayOfIcd10 = '2015-10-01'

/**
 * What needs no table: ICD-9-CM ended, and ICD-10-CM began, with services of 2015-10-01, and codes of ICD-10-CM begin with a letter (ICD-10-CM
 * Official Guidelines, section I.A).
 */
function ofAnotherRevision(shown: string, code: string, date: string): Verdict | undefined {
  if (date < firstDayOfIcd10)
    return {
      status: 'indeterminate',
      reasonCode: 'before-icd-10-cm',
      reason: `Claims for services before ${firstDayOfIcd10} took ICD-9-CM codes, which we do not hold, so ${shown} was not checked.`,
    }
  if (!/^[0-9]/.test(code)) return undefined
  return {
    status: 'invalid',
    reasonCode: 'not-icd-10-cm',
    reason: `${shown} is not an ICD-10-CM code: those begin with a letter. It may be an ICD-9-CM code, which claims for services from ${firstDayOfIcd10} do not take: a claim with it is rejected.`,
  }
}

function judge(system: System, shown: string, code: string, table: CodeTableView, date: string): Verdict {
  const gap = gapAround(table.held, date)
  const bridging = gap === undefined ? undefined : inGap(system, shown, code, table, date, gap)
  if (bridging !== undefined) return bridging
  const outside = outsideHeldTime(names[system], table, date)
  if (outside !== undefined)
    return { status: 'indeterminate', ...outside, reason: `${outside.reason} ${shown} was not checked.` }
  const rows = table.rows(code)
  const row = rows.find((candidate) => inRange(date, candidate))
  if (row !== undefined)
    return row.billable
      ? {
          status: 'valid',
          reasonCode: 'code-valid',
          reason: `${shown} is valid for billing on ${date}.`,
          row,
        }
      : header(shown, row, code, table, date)
  const behind = isAfter(date, table.source.coversThrough)
  const first = rows[0]
  const ended = rows.filter((candidate) => candidate.to !== undefined && candidate.to <= date).at(-1)
  if (first !== undefined && date < first.from && !behind) return notYet(system, shown, first, table, date)
  if (ended !== undefined) return noLonger(shown, ended, table, date)
  if (first === undefined && !table.isComplete(code))
    return { status: 'indeterminate', reasonCode: 'code-not-held', reason: notHeld(system, shown, code) }
  if (behind)
    return {
      status: 'indeterminate',
      reasonCode: 'edition-behind',
      reason: `${shown} is not in the ${names[system]} edition that we hold, which is older than ${date}; a newer one may have it.`,
    }
  return {
    status: 'invalid',
    reasonCode: 'not-a-code',
    reason: `${shown} is not a code of ${names[system]} on ${date}.`,
  }
}

/** A code of the editions on both sides of a gap, with an add date: it was there in between, though no edition held says so. */
function inGap(
  system: System,
  shown: string,
  code: string,
  table: CodeTableView,
  date: string,
  gap: Gap,
): Verdict | undefined {
  if (isAfter(date, table.source.usableThrough)) return undefined
  const row = table.rows(code).find((candidate) => inRange(date, candidate))
  if (row === undefined || !wasThereInGap(row, gap, date)) return undefined
  return {
    status: 'valid',
    reasonCode: 'between-editions',
    reason: `${shown} is valid on ${date}: it was added on ${row.from} and is in the ${names[system]} editions before and after that day. ${notHeldThen(names[system], gap)}`,
    row,
  }
}

const notHeldThen = (name: string, { from, to }: Gap): string =>
  `We hold no ${name} edition for ${from} to ${addDays(to, -1)}.`

function notYet(system: System, shown: string, first: CodeRow, table: CodeTableView, date: string): Verdict {
  if (!beginsUntold(first, table.held))
    return {
      status: 'invalid',
      reasonCode: 'not-yet-valid',
      reason: `${shown} exists only from ${first.from}, so it is not valid on ${date}.`,
      row: first,
    }
  const gap = gapsOf(table.held).find(({ to }) => to === first.from)
  const within = gap === undefined ? '' : ` ${notHeldThen(names[system], gap)} It may have begun then.`
  return {
    status: 'invalid',
    reasonCode: 'not-in-edition',
    reason: `${shown} is not in the ${names[system]} edition of ${date}; we hold it from ${first.from} on.${within}`,
    row: first,
  }
}

function noLonger(shown: string, ended: CodeRow, table: CodeTableView, date: string): Verdict {
  const gap = gapOfEnd(ended, table.held)
  const reason =
    gap === undefined
      ? `${shown} was valid until the day before ${ended.to ?? ''} and is not on ${date}.`
      : `${shown} is not valid on ${date}. It was at least until the day before ${gap.from}, and ended by ${gap.to}; we hold no edition in between.`
  return { status: 'invalid', reasonCode: 'no-longer-valid', reason, row: ended }
}

function notHeld(system: System, shown: string, code: string): string {
  // Level II codes begin with a letter; what begins with a digit is a CPT number, whose table is licensed and not held.
  if (system === 'hcpcs' && /^[0-9]/.test(code))
    return `${shown} is a CPT number; CPT numbers are not held, so it was not checked.`
  return `${shown} is not among the ${names[system]} codes that we hold, so it was not checked.`
}

function header(shown: string, row: CodeRow, code: string, table: CodeTableView, date: string): Verdict {
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
    reasonCode: 'header-code',
    row,
    billableDescendants,
    reason: `${shown} is a header, not billable: a claim with it is rejected. It may stand for ${billableDescendants.join(', ') || 'no code that we hold'}; ask the clinician which the record supports.`,
  }
}

function outsideHeldTime(
  name: string,
  { held, source }: CodeTableView,
  date: string,
): Pick<CodeStatus, 'reasonCode' | 'reason'> | undefined {
  const first = held[0]
  const last = held.at(-1)
  if (first === undefined || date < first.from)
    return { reasonCode: 'version-not-held', reason: `We hold no ${name} edition for ${date}.` }
  if (isAfter(date, source.usableThrough) || (last?.to !== undefined && date >= last.to))
    return {
      reasonCode: 'policy-stale',
      reason: `Our ${name} edition may not be used for ${date}; a newer one is needed.`,
    }
  const gap = gapAround(held, date)
  return gap === undefined ? undefined : { reasonCode: 'edition-gap', reason: notHeldThen(name, gap) }
}
