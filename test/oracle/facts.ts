// What a request says of one line: the diagnoses linked to it.
import type { CheckRequest, ServiceLine } from '../../src/decision/shapes/request.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import { plain } from './codes.js'

/** One line in its request, with everything that is known of policy. */
export interface Case {
  request: CheckRequest
  line: ServiceLine
  content: PolicyContent
  /** Where one day of a line is looked at: the line and request as they were sent. */
  asSent?: Case
}

/** The plain procedure code of a line. */
export function procedureOf(line: ServiceLine): string {
  return plain(line.procedureCode)
}

/** All other lines of the request. */
export function otherLines(at: Case): ServiceLine[] {
  return at.request.serviceLines.filter((line) => line.lineNumber !== at.line.lineNumber)
}

/** Other lines of the code that have a day in common with this one, as they were sent, and are not discarded drug. */
export function dosesBeside(day: Case): ServiceLine[] {
  const at = day.asSent ?? day
  const last = (line: ServiceLine) => line.dateOfServiceEnd ?? line.dateOfService
  return otherLines(at).filter(
    (other) =>
      procedureOf(other) === procedureOf(at.line) &&
      other.dateOfService <= last(at.line) &&
      at.line.dateOfService <= last(other) &&
      !(other.modifiers ?? []).some((modifier) => modifier.toUpperCase() === 'JW'),
  )
}

type Linked = { codes: string[] } | { missing: string }

/** The diagnoses linked to a line in their order, or the fact that is missing. Section 1, "Linked diagnoses". */
export function linkedDiagnoses(at: Case): Linked {
  const given = at.request.diagnosisCodes
  if (given === undefined) return { missing: 'diagnosisCodes' }
  const everyCode = given.map(plain)
  if (at.request.claimType === 'institutional') return { codes: everyCode }
  const pointed = pointedDiagnoses(everyCode, at.line.diagnosisPointers)
  if (at.request.claimType !== undefined || 'missing' in pointed) return pointed
  return pointed.codes.join() === everyCode.join() ? pointed : { missing: 'claimType' }
}

/** What the pointers name; without them the only diagnosis. */
function pointedDiagnoses(everyCode: string[], pointers: readonly number[] | undefined): Linked {
  if (pointers === undefined)
    return everyCode.length === 1 ? { codes: everyCode } : { missing: 'diagnosisPointers' }
  const codes = pointers.map((pointer) => everyCode[pointer - 1]).filter((code) => code !== undefined)
  return codes.length === pointers.length ? { codes } : { missing: 'diagnosisPointers' }
}
