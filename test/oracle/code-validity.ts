// Are the codes valid for billing on the date? Section 10 of the specification.
import type { ValidityStatus } from '../../src/decision/shapes/statuses.js'
import type { CodeTable } from '../../src/decision/shapes/tables.js'
import { plain } from './codes.js'
import { isIn } from './dates.js'
import { wasBetweenEditions } from './editions.js'
import { daysOrEnds, onDay, together } from './days.js'
import type { Case } from './facts.js'

/** The procedure of the line and all diagnoses of the request, pointed or not. */
export function codeValidityOf(at: Case): { status: ValidityStatus; missing: string[] } {
  const tableOf = (system: string) => at.content.codeTables.find((table) => table.system === system)
  const everyDay = (status: (day: string) => ValidityStatus): ValidityStatus =>
    together(daysOrEnds(at).map(status), (one) => one, 'indeterminate')
  const statuses = [
    everyDay((day) => procedureValidityOf(onDay(at, day))),
    ...(at.request.diagnosisCodes ?? []).map((code) =>
      everyDay((day) => diagnosisValidity(tableOf('icd-10-cm'), plain(code), day)),
    ),
  ]
  if (statuses.includes('invalid')) return { status: 'invalid', missing: [] }
  if (at.request.diagnosisCodes === undefined) return { status: 'indeterminate', missing: ['diagnosisCodes'] }
  return { status: statuses.includes('indeterminate') ? 'indeterminate' : 'valid', missing: [] }
}

/** The procedure of the line alone. */
export function procedureValidityOf(at: Case): ValidityStatus {
  return validityIn(
    at.content.codeTables.find((table) => table.system === 'hcpcs'),
    plain(at.line.procedureCode),
    at.line.dateOfService,
  )
}

/** Before 2015-10-01 claims took ICD-9-CM; from then on no code that begins with a digit. */
function diagnosisValidity(table: CodeTable | undefined, code: string, date: string): ValidityStatus {
  if (date < '2015-10-01') return 'indeterminate'
  return '0123456789'.includes(code.charAt(0)) ? 'invalid' : validityIn(table, code, date)
}

function validityIn(table: CodeTable | undefined, code: string, date: string): ValidityStatus {
  if (table === undefined) return 'indeterminate'
  const { usableThrough, coversThrough } = table.source
  if (usableThrough !== undefined && date > usableThrough) return 'indeterminate'
  const rows = table.rows.filter((row) => row.code === code)
  const inForce = rows.find((row) => isIn(date, row))
  if (!table.held.some((span) => isIn(date, span)))
    return inForce !== undefined && wasBetweenEditions(table, inForce, date) ? 'valid' : 'indeterminate'
  const isBehind = coversThrough !== undefined && date > coversThrough
  if (inForce !== undefined) return inForce.billable ? 'valid' : 'invalid'
  if (rows.length > 0) {
    const hasEnded = rows.some((row) => row.to !== undefined && row.to <= date)
    return isBehind && !hasEnded ? 'indeterminate' : 'invalid'
  }
  const isComplete = table.complete.some((prefix) => code.startsWith(prefix))
  return isComplete && !isBehind ? 'invalid' : 'indeterminate'
}
