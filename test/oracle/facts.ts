// What a request says of one line: the diagnoses linked to it and the units billed.
import type { CheckRequest, ServiceLine } from '../../src/decision/request.js'
import type { PolicyContent } from '../../src/decision/policy.js'
import { plain } from './codes.js'
import { convert, rounded } from './convert.js'
import { isIn } from './dates.js'

/** One line in its request, with everything that is known of policy. */
export interface Case { request: CheckRequest, line: ServiceLine, content: PolicyContent }

/** The plain procedure code of a line. */
export function procedureOf (line: ServiceLine): string {
  return plain(line.procedureCode)
}

/** All other lines of the request. */
export function otherLines (at: Case): ServiceLine[] {
  return at.request.serviceLines.filter(line => line.lineNumber !== at.line.lineNumber)
}

type Linked = { codes: string[] } | { missing: string }

/** The diagnoses linked to a line in their order, or the fact that is missing. Section 1, "Linked diagnoses". */
export function linkedDiagnoses (at: Case): Linked {
  const given = at.request.diagnosisCodes
  if (given === undefined) return { missing: 'diagnosisCodes' }
  const everyCode = given.map(plain)
  if (at.request.claimType === 'institutional') return { codes: everyCode }
  const pointed = pointedDiagnoses(everyCode, at.line.diagnosisPointers)
  if (at.request.claimType !== undefined || 'missing' in pointed) return pointed
  return pointed.codes.join() === everyCode.join() ? pointed : { missing: 'claimType' }
}

/** What the pointers name; without them the only diagnosis. */
function pointedDiagnoses (everyCode: string[], pointers: readonly number[] | undefined): Linked {
  if (pointers === undefined) return everyCode.length === 1 ? { codes: everyCode } : { missing: 'diagnosisPointers' }
  const codes = pointers.map(pointer => everyCode[pointer - 1]).filter(code => code !== undefined)
  return codes.length === pointers.length ? { codes } : { missing: 'diagnosisPointers' }
}

/** Units that follow from the dose: any dose up to the dose of one unit is one unit. */
function unitsFromDose (at: Case): number | undefined {
  const dose = at.line.administeredDose
  if (dose === undefined) return undefined
  for (const table of at.content.codeTables) {
    if (table.system !== 'hcpcs') continue
    for (const row of table.rows) {
      if (row.code !== procedureOf(at.line) || !isIn(at.line.dateOfService, row) || row.dosePerUnit === undefined) continue
      const value = convert(dose.value, dose.unit, row.dosePerUnit.unit)
      if (value === undefined) return undefined
      return Math.ceil(rounded(value / row.dosePerUnit.value))
    }
  }
  return undefined
}

/** Billed units, undefined when unknown. The missing fact is always `units`. Section 1, "Billed units". */
export function billedUnits (at: Case): number | undefined {
  const derived = unitsFromDose(at)
  if (at.line.units !== undefined && derived !== undefined && derived !== at.line.units) return undefined
  return at.line.units ?? derived
}
