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
  /** Last day on which the service is given. Supplies of a DME claim are given on the first day: the end tells how long they are meant to last. */
  readonly lastDay: PlainDate
  readonly billedUnits: Known<number>
  /** Units of the drug that were discarded and may be billed. */
  readonly discardedUnits: Known<number>
  /** How units follow from the dose or the package; empty where they do not. */
  readonly calculation: BillingSteps
  readonly unitsGiven: boolean
  readonly npi: string | undefined
  /** What its modifiers tell of the number of services. */
  readonly modifiers: ServiceModifiers
  readonly sent: ServiceLine
  /** Position in the request, for JSON pointers. */
  readonly index: number
}

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
  /** Of those, the services with these codes, by date; the services that the lines of the request themselves are, left out. */
  readonly earlierServices: (codes: readonly string[]) => readonly EarlierService[]
  readonly historySince: PlainDate | undefined
  /** First month (1-12) of the plan year; missing too where plan and request say different months. */
  readonly planYearStartMonth: Known<number>
  readonly planned: ReadonlyArray<{ readonly code: string; readonly date: PlainDate }>
}

/** Everything a rule may look at: one line, and the request around it. */
export interface Facts extends RequestFacts {
  readonly line: LineFacts
  readonly linkedDiagnoses: Known<readonly string[]>
}

/** What tells which policy speaks to a line, and nothing else: no fact of a patient is in it, so it may be memoized with the policy. */
export interface ScopeFacts extends Pick<RequestFacts, 'view' | 'claimType' | 'state' | 'contractorNumber'> {
  readonly line: Pick<LineFacts, 'code' | 'date'>
}

/** The scope of a line, without the rest of the request. */
export function scopeOf({
  view,
  claimType,
  state,
  contractorNumber,
  line: { code, date },
}: Facts): ScopeFacts {
  return { view, claimType, state, contractorNumber, line: { code, date } }
}

/** Reads one line: its code in one spelling, its units given or derived from the dose. The plan may be unknown. */
export function readLine(
  line: ServiceLine,
  index: number,
  view: PolicyView,
  plan?: Plan,
  claimType?: ClaimType,
): LineFacts {
  const code = normalizeCode(line.procedureCode)
  const end = line.dateOfServiceEnd ?? line.dateOfService
  return {
    lineNumber: line.lineNumber,
    code,
    date: line.dateOfService,
    end,
    lastDay: claimType === 'dme' ? line.dateOfService : end,
    index,
    sent: line,
    ...billingOf(line, code, view, plan),
    unitsGiven: line.units !== undefined || line.administeredDose !== undefined,
    npi: line.provider?.npi,
    modifiers: serviceModifiers(line.modifiers),
  }
}

/** Reads a request once for all lines and rules. Total: anything schema-valid is accepted; the plan may be unknown. */
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

/** Two months that disagree settle nothing; which one is wrong is for the caller to find out. */
function planYearStart(ofPlan: number | undefined, given: number | undefined): Known<number> {
  const month = ofPlan ?? given
  return month === undefined || (given !== undefined && given !== month)
    ? { missing: 'planYearStartMonth' }
    : { value: month }
}

/** The facts of one line: the request's, and the diagnoses linked to the line. */
export function factsOf(request: RequestFacts, line: LineFacts): Facts {
  // Its own fields first: adding to an object that begins with a spread is a hundred times slower.
  return { line, linkedDiagnoses: linkedDiagnoses(request, line), ...request }
}

/** The facts of a line as if it stood on an institutional claim: that of the hospital in which the service is given. */
export function asInstitutional(facts: Facts): Facts {
  const claimType = 'institutional'
  return { ...facts, claimType, linkedDiagnoses: linkedDiagnoses({ ...facts, claimType }, facts.line) }
}

/** Professional and supplier claims link diagnoses by pointer, the first being primary; institutional claims have none, so all count. */
function linkedDiagnoses(
  { diagnoses, claimType }: RequestFacts,
  { sent }: LineFacts,
): Known<readonly string[]> {
  if (diagnoses === undefined) return { missing: 'diagnosisCodes' }
  if (claimType === 'institutional') return { value: diagnoses }
  const pointed = pointedDiagnoses(diagnoses, sent)
  if (claimType !== undefined || 'missing' in pointed) return pointed
  // Without a claim type the link is known only where both readings give the same diagnoses in the same order.
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

/** Diagnoses as people read them, for reasons and findings. */
export function diagnosesAsText(codes: readonly string[]): string {
  return codes.map(displayDiagnosis).join(', ')
}

/** Which facts are missing when history would have to reach back so far that an entry on the day before `since` no longer counts. */
export function historyGap(
  { history, historySince }: RequestFacts,
  stillCounts: (date: PlainDate) => boolean,
): string[] {
  return [
    ...(history === undefined ? ['serviceHistory'] : []),
    ...(historySince === undefined || stillCounts(addDays(historySince, -1)) ? ['serviceHistorySince'] : []),
  ]
}
