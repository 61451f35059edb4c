import { normalizeCode, type PlainDate, type TreatmentPhase } from '../../shapes/codes.js'
import {
  factsOf,
  readLine,
  readRequest,
  type Facts,
  type LineFacts,
  type RequestFacts,
} from '../../facts/facts.js'
import type { Plan } from '../../shapes/policy.js'
import type { CheckRequest, ServiceLine } from '../../shapes/request.js'
import { servicesByCodes } from '../../facts/service-history.js'
import type { PolicyView } from '../../shapes/view.js'
import type { ScheduleRequest } from './request.js'

/** A course as the core sees it: one request whose lines are the services planned so far and the one that is asked about. */
export interface Course {
  readonly sent: CheckRequest
  readonly code: string
  /** Days on which the history has the service already. */
  readonly given: ReadonlySet<PlainDate>
  /** Days, in order, on which the history has a service of any code: what is given that day besides may count as one service with it. */
  readonly recorded: readonly PlainDate[]
  /** The facts of a service on a date, the planned ones being given before it. */
  readonly factsOn: (
    date: PlainDate,
    phase: TreatmentPhase | undefined,
    planned: readonly LineFacts[],
  ) => Facts
}

/** Reads the facts of a schedule request once for all dates. */
export function courseOf(request: ScheduleRequest, view: PolicyView, plan: Plan | undefined): Course {
  const sent = checkOf(request)
  const asked = readRequest(sent, view, plan)
  // No service is planned on a day that has it already, so no entry of the history is one of the planned ones.
  const base = { ...asked, earlierServices: servicesByCodes(asked.history ?? []) }
  const [first] = sent.serviceLines as [ServiceLine]
  const { lineNumber: _number, dateOfService: _date, ...template } = first
  // Which diagnoses a line points to does not depend on its date.
  const { linkedDiagnoses } = factsOf(base, base.lines[0] as LineFacts)
  const code = normalizeCode(template.procedureCode)
  const services = base.history ?? []
  const byPhase = new Map<TreatmentPhase | undefined, RequestFacts>()
  const inPhase = (phase: TreatmentPhase | undefined): RequestFacts => {
    const known = byPhase.get(phase)
    if (known !== undefined) return known
    const facts =
      phase === undefined ? base : { ...base, sent: { ...sent, treatment: { ...sent.treatment, phase } } }
    byPhase.set(phase, facts)
    return facts
  }
  return {
    sent,
    code,
    given: new Set(services.filter((entry) => entry.code === code).map((entry) => entry.date)),
    recorded: [...new Set(services.map((entry) => entry.date))].sort(),
    factsOn: (date, phase, planned) => {
      const line = readLine(
        // What is spread comes last: an object that begins with it takes a hundred times as long to make.
        { lineNumber: planned.length + 1, dateOfService: date, ...template },
        0,
        view,
        plan,
        sent.claimType,
      )
      const read = inPhase(phase)
      return {
        line,
        linkedDiagnoses,
        sent: read.sent,
        view,
        claimType: read.claimType,
        state: read.state,
        contractorNumber: read.contractorNumber,
        diagnoses: read.diagnoses,
        lines: [...planned, line],
        history: read.history,
        earlierServices: read.earlierServices,
        historySince: read.historySince,
        planYearStartMonth: read.planYearStartMonth,
        planned: read.planned,
      }
    },
  }
}

/** The request as a check of one line on the first day. */
export function checkOf(request: ScheduleRequest): CheckRequest {
  const {
    procedureCode,
    units,
    administeredDose,
    modifiers,
    ndc,
    vialType,
    diagnosisPointers,
    placeOfService,
    provider,
    startOn,
    wishedRhythm: _rhythm,
    horizonDays: _horizon,
    clinicWeekdays: _weekdays,
    closedOn: _closed,
    maximumDates: _most,
    ...facts
  } = request
  const line = {
    procedureCode,
    units,
    administeredDose,
    modifiers,
    ndc,
    vialType,
    diagnosisPointers,
    placeOfService,
    provider,
  }
  // The core tells absent from given.
  const given = Object.fromEntries(
    Object.entries(line).filter(([, value]) => value !== undefined),
  ) as typeof line & { procedureCode: string }
  return { ...facts, serviceLines: [{ lineNumber: 1, dateOfService: startOn, ...given } as ServiceLine] }
}

/** A pointer into a check of one line as a pointer into the schedule request. */
export function pointerInSchedule(pointer: string): string {
  return pointer
    .replace(/^\/serviceLines\/0\/dateOfService$/, '/startOn')
    .replace(/^\/serviceLines\/0(?=\/)/, '')
}
