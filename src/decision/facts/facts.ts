import type { BillingSteps } from '../reasons/billing.js'
import { billingOf } from './billed-units.js'
import { displayDiagnosis, normalizeCode, type ClaimType, type PlainDate } from '../shapes/codes.js'
import { atLeastOne, type Known } from '../shapes/amount.js'
import { addDays } from '../shapes/plain-date.js'
import type { Plan } from '../shapes/policy.js'
import type { CheckRequest, HistoryEntry, ServiceLine } from '../shapes/request.js'
import { besidesLines, byDateAndCode, servicesByCodes, type EarlierService } from './service-history.js'
import { serviceModifiers, type ServiceModifiers } from './service-modifiers.js'
import type { PolicyView } from '../shapes/view.js'

export interface LineFacts {
  readonly lineNumber: number
  readonly code: string
  readonly date: PlainDate
  readonly end: PlainDate
  /**
   * Last day on which the service is given. Supplies of a DME claim are given on the first day; the end date
   * says how long they should last.
   */
  readonly lastDay: PlainDate
  readonly billedUnits: Known<number>
  /** The discarded units of the drug that may be billed. */
  readonly discardedUnits: Known<number>
  /** The steps that calculate the units from the dose or the package; empty if there are none. */
  readonly calculation: BillingSteps
  readonly unitsGiven: boolean
  readonly npi: string | undefined
  /** What the modifiers of the line say about the number of services. */
  readonly modifiers: ServiceModifiers
  readonly sent: ServiceLine
  /** Position in the request, for JSON pointers. */
  readonly index: number
}

/**
 * The facts of a request, read once: codes normalized, lines in the order of their numbers, history parsed.
 */
export interface RequestFacts {
  readonly sent: CheckRequest
  readonly view: PolicyView
  readonly claimType: ClaimType | undefined
  readonly state: string | undefined
  readonly contractorNumber: string | undefined
  readonly diagnoses: readonly string[] | undefined
  readonly lines: readonly LineFacts[]
  /** The earlier services that count, without denied claims; undefined if the history was not given. */
  readonly history: readonly EarlierService[] | undefined
  /** The earlier services with these codes, by date, without entries that are lines of this request. */
  readonly earlierServices: (codes: readonly string[]) => readonly EarlierService[]
  readonly historySince: PlainDate | undefined
  /** First month (1-12) of the plan year; `missing` also if plan and request give different months. */
  readonly planYearStartMonth: Known<number>
  readonly planned: ReadonlyArray<{ readonly code: string; readonly date: PlainDate }>
}

/** The facts that a rule can use: one line and its request. */
export interface Facts extends RequestFacts {
  readonly line: LineFacts
  readonly linkedDiagnoses: Known<readonly string[]>
}

/**
 * The facts that decide which provisions apply to a line. None of them is about a patient, so results may be
 * cached with the policy.
 */
export interface ScopeFacts extends Pick<RequestFacts, 'view' | 'claimType' | 'state' | 'contractorNumber'> {
  readonly line: Pick<LineFacts, 'code' | 'date'>
}

/** The scope facts of a line, without the rest of the request. */
export function scopeOf({
  view,
  claimType,
  state,
  contractorNumber,
  line: { code, date },
}: Facts): ScopeFacts {
  return { view, claimType, state, contractorNumber, line: { code, date } }
}

/**
 * Reads one line: normalizes its code and calculates its units from the dose where they are not given. The
 * plan may be undefined.
 */
export function readLine(
  line: ServiceLine,
  index: number,
  view: PolicyView,
  plan?: Plan,
  claimType?: ClaimType,
): LineFacts {
  const code = normalizeCode(line.procedureCode)
  const end = line.dateOfServiceEnd ?? line.dateOfService
  const { billedUnits, discardedUnits, calculation } = billingOf(line, code, view, plan)
  return {
    lineNumber: line.lineNumber,
    code,
    date: line.dateOfService,
    end,
    lastDay: claimType === 'dme' ? line.dateOfService : end,
    index,
    sent: line,
    billedUnits,
    discardedUnits,
    calculation,
    unitsGiven: line.units !== undefined || line.administeredDose !== undefined,
    npi: line.provider?.npi,
    modifiers: serviceModifiers(line.modifiers),
  }
}

/**
 * Reads a request once for all lines and rules. Accepts every request that fits the schema. The plan may be
 * undefined.
 */
export function readRequest(sent: CheckRequest, view: PolicyView, plan?: Plan): RequestFacts {
  const lines = sent.serviceLines.map((line, index) => readLine(line, index, view, plan, sent.claimType))
  const history = sent.serviceHistory
    ?.filter((entry) => entry.claimStatus !== 'denied')
    .map((entry) => readEntry(entry))
    .sort(byDateAndCode)
  return {
    sent,
    view,
    claimType: sent.claimType,
    state: sent.coverage.state?.toUpperCase(),
    contractorNumber: sent.coverage.contractorNumber,
    diagnoses: sent.diagnosisCodes?.map(normalizeCode),
    lines: lines.sort((a, b) => a.lineNumber - b.lineNumber),
    history,
    earlierServices: servicesByCodes(besidesLines(history ?? [], lines)),
    historySince: sent.serviceHistorySince,
    planYearStartMonth: planYearStart(plan?.planYearStartMonth, sent.coverage.planYearStartMonth),
    planned: (sent.plannedServices ?? [])
      .map(({ procedureCode, dateOfService }) => ({
        code: normalizeCode(procedureCode),
        date: dateOfService,
      }))
      .sort(byDateAndCode),
  }
}

function readEntry(entry: HistoryEntry): EarlierService {
  const modifiers = serviceModifiers(entry.modifiers)
  return {
    code: normalizeCode(entry.procedureCode),
    date: entry.dateOfService,
    units: entry.units === undefined ? atLeastOne : { least: entry.units, most: entry.units },
    modifiers,
    isService: modifiers.isDiscarded ? 'false' : 'true',
  }
}

/**
 * If plan and request give different months, the month is missing: the caller has to find out which is wrong.
 */
function planYearStart(ofPlan: number | undefined, given: number | undefined): Known<number> {
  const month = ofPlan ?? given
  return month === undefined || (given !== undefined && given !== month)
    ? { missing: 'planYearStartMonth' }
    : { value: month }
}

/** The facts of one line: those of the request, the line, and the diagnoses linked to the line. */
export function factsOf(request: RequestFacts, line: LineFacts): Facts {
  // Fields are listed one by one, because spreading the request is ten times slower.
  return {
    line,
    linkedDiagnoses: linkedDiagnoses(request, line),
    sent: request.sent,
    view: request.view,
    claimType: request.claimType,
    state: request.state,
    contractorNumber: request.contractorNumber,
    diagnoses: request.diagnoses,
    lines: request.lines,
    history: request.history,
    earlierServices: request.earlierServices,
    historySince: request.historySince,
    planYearStartMonth: request.planYearStartMonth,
    planned: request.planned,
  }
}

/**
 * The facts of a line as if it were on an institutional claim: the claim of the hospital in which the service
 * is given.
 */
export function asInstitutional(facts: Facts): Facts {
  const claimType = 'institutional'
  return { ...facts, claimType, linkedDiagnoses: linkedDiagnoses({ ...facts, claimType }, facts.line) }
}

/**
 * The diagnoses linked to a line. Professional and supplier claims link them by pointer, the primary first.
 * Institutional claims have no pointers, so every diagnosis is linked.
 */
function linkedDiagnoses(
  { diagnoses, claimType }: RequestFacts,
  { sent }: LineFacts,
): Known<readonly string[]> {
  if (diagnoses === undefined) return { missing: 'diagnosisCodes' }
  if (claimType === 'institutional') return { value: diagnoses }
  const pointed = pointedDiagnoses(diagnoses, sent)
  if (claimType !== undefined || 'missing' in pointed) return pointed
  // Without a claim type the link is known only if both kinds of claim give the same diagnoses in the same
  // order.
  return pointed.value.join() === diagnoses.join() ? pointed : { missing: 'claimType' }
}

function pointedDiagnoses(diagnoses: readonly string[], sent: ServiceLine): Known<readonly string[]> {
  if (sent.diagnosisPointers === undefined)
    return diagnoses.length === 1 ? { value: diagnoses } : { missing: 'diagnosisPointers' }
  const linked: string[] = []
  for (const pointer of sent.diagnosisPointers) {
    const code = diagnoses[pointer - 1]
    if (code === undefined) return { missing: 'diagnosisPointers' }
    linked.push(code)
  }
  return { value: linked }
}

/** Diagnosis codes with their dots, in one text, for reasons and findings. */
export function diagnosesAsText(codes: readonly string[]): string {
  return codes.map(displayDiagnosis).join(', ')
}

/**
 * The facts that are missing of the history. It reaches back far enough if a service on the day before
 * `historySince` would not count.
 */
export function historyGap(
  { history, historySince }: RequestFacts,
  stillCounts: (date: PlainDate) => boolean,
): string[] {
  return [
    ...(history === undefined ? ['serviceHistory'] : []),
    ...(historySince === undefined || stillCounts(addDays(historySince, -1)) ? ['serviceHistorySince'] : []),
  ]
}
