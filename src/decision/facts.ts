import { displayDiagnosis, normalizeCode, type ClaimType, type PlainDate } from './codes.js'
import { addDays, inRange } from './plain-date.js'
import type { CheckRequest, ServiceLine } from './request.js'
import { convertAmount } from './ucum.js'
import type { PolicyView } from './view.js'

/** A fact that is known, or the name of what is missing. */
export type Known<T> = { readonly value: T } | { readonly missing: string }

/** Units or services with what is not certain about them: at least `least`, at most `most`. */
export interface Amount { readonly least: number, readonly most: number }

export interface LineFacts {
  readonly lineNumber: number
  readonly code: string
  readonly date: PlainDate
  readonly end: PlainDate
  readonly billedUnits: Known<number>
  readonly unitsGiven: boolean
  readonly npi: string | undefined
  readonly sent: ServiceLine
  /** Position in the request, for JSON pointers. */
  readonly index: number
}

export interface EarlierService { readonly code: string, readonly date: PlainDate, readonly units: Amount }

/** The request read once: codes in one spelling, lines in order of their numbers, history parsed. */
export interface RequestFacts {
  readonly sent: CheckRequest
  readonly view: PolicyView
  readonly claimType: ClaimType | undefined
  readonly state: string | undefined
  readonly contractorNumber: string | undefined
  readonly diagnoses: readonly string[] | undefined
  readonly lines: readonly LineFacts[]
  /** Services that count: denied claims left out. Undefined = history not given. */
  readonly history: readonly EarlierService[] | undefined
  readonly historySince: PlainDate | undefined
  readonly planned: ReadonlyArray<{ readonly code: string, readonly date: PlainDate }>
}

/** Everything a rule may look at: one line, and the request around it. */
export interface Facts extends RequestFacts { readonly line: LineFacts, readonly linkedDiagnoses: Known<readonly string[]> }

const atLeastOne: Amount = { least: 1, most: Infinity }

/** The weight of known or unknown units: an unknown number of units is at least one. */
export function amountOf (units: Known<number>): Amount {
  return 'value' in units ? { least: units.value, most: units.value } : atLeastOne
}

function billedUnits (line: ServiceLine, code: string, view: PolicyView): Known<number> {
  const derived = unitsFromDose(line, code, view)
  if (line.units !== undefined) {
    // Two figures that disagree settle nothing; which one is wrong is for the biller to say.
    return derived === undefined || derived === line.units ? { value: line.units } : { missing: 'units' }
  }
  return derived === undefined ? { missing: 'units' } : { value: derived }
}

/** "Up to" semantics of HCPCS drug units: any dose up to the unit dose is one unit, so the quotient is rounded up. */
function unitsFromDose (line: ServiceLine, code: string, view: PolicyView): number | undefined {
  if (line.administeredDose === undefined) return undefined
  const per = view.codeTable('hcpcs')?.rows(code).find(row => inRange(line.dateOfService, row))?.dosePerUnit
  if (per === undefined) return undefined
  const dose = convertAmount(line.administeredDose.value, line.administeredDose.unit, per.unit)
  if (dose === undefined || dose <= 0) return undefined
  return Math.ceil(Number((dose / per.value).toPrecision(12)))
}

/** Reads one line: its code in one spelling, its units given or derived from the dose. */
export function readLine (line: ServiceLine, index: number, view: PolicyView): LineFacts {
  const code = normalizeCode(line.procedureCode)
  return {
    lineNumber: line.lineNumber, code, date: line.dateOfService, end: line.dateOfServiceEnd ?? line.dateOfService, index, sent: line,
    billedUnits: billedUnits(line, code, view), unitsGiven: line.units !== undefined || line.administeredDose !== undefined,
    npi: line.provider?.npi
  }
}

/** Reads a request once for all lines and rules. Total: anything schema-valid is accepted. */
export function readRequest (sent: CheckRequest, view: PolicyView): RequestFacts {
  const lines = sent.serviceLines.map((line, index) => readLine(line, index, view))
  return {
    sent, view,
    claimType: sent.claimType,
    state: sent.coverage.state?.toUpperCase(),
    contractorNumber: sent.coverage.contractorNumber,
    diagnoses: sent.diagnosisCodes?.map(normalizeCode),
    lines: lines.sort((a, b) => a.lineNumber - b.lineNumber),
    history: sent.serviceHistory?.filter(entry => entry.claimStatus !== 'denied').map(entry => ({
      code: normalizeCode(entry.procedureCode), date: entry.dateOfService,
      units: entry.units === undefined ? atLeastOne : { least: entry.units, most: entry.units }
    })).sort(byDateAndCode),
    historySince: sent.serviceHistorySince,
    planned: (sent.plannedServices ?? []).map(({ procedureCode, dateOfService }) => ({ code: normalizeCode(procedureCode), date: dateOfService })).sort(byDateAndCode)
  }
}

// The order in which a caller lists services must not show in the answer.
function byDateAndCode (a: { date: string, code: string }, b: { date: string, code: string }): number {
  return a.date < b.date ? -1 : a.date > b.date ? 1 : a.code < b.code ? -1 : a.code > b.code ? 1 : 0
}

/** The facts of one line: the request's, and the diagnoses linked to the line. */
export function factsOf (request: RequestFacts, line: LineFacts): Facts {
  return { ...request, line, linkedDiagnoses: linkedDiagnoses(request, line) }
}

/** Professional and supplier claims link diagnoses by pointer, the first being primary; institutional claims have none, so all count. */
function linkedDiagnoses ({ diagnoses, claimType }: RequestFacts, { sent }: LineFacts): Known<readonly string[]> {
  if (diagnoses === undefined) return { missing: 'diagnosisCodes' }
  if (claimType === 'institutional') return { value: diagnoses }
  const pointed = pointedDiagnoses(diagnoses, sent)
  if (claimType !== undefined || 'missing' in pointed) return pointed
  // Without a claim type the link is known only where both readings give the same diagnoses in the same order.
  return pointed.value.join() === diagnoses.join() ? pointed : { missing: 'claimType' }
}

function pointedDiagnoses (diagnoses: readonly string[], sent: ServiceLine): Known<readonly string[]> {
  if (sent.diagnosisPointers === undefined) return diagnoses.length === 1 ? { value: diagnoses } : { missing: 'diagnosisPointers' }
  const linked: string[] = []
  for (const pointer of sent.diagnosisPointers) {
    const code = diagnoses[pointer - 1]
    if (code === undefined) return { missing: 'diagnosisPointers' }
    linked.push(code)
  }
  return { value: linked }
}

/** Diagnoses as people read them, for reasons and findings. */
export function diagnosesAsText (codes: readonly string[]): string {
  return codes.map(displayDiagnosis).join(', ')
}

/** Which facts are missing when history would have to reach back so far that an entry on the day before `since` no longer counts. */
export function historyGap ({ history, historySince }: RequestFacts, stillCounts: (date: PlainDate) => boolean): string[] {
  return [
    ...history === undefined ? ['serviceHistory'] : [],
    ...historySince === undefined || stillCounts(addDays(historySince, -1)) ? ['serviceHistorySince'] : []
  ]
}
