import { coverageInformation } from './explain/coverage-information.js'
import type { PriorAuthorizationAnswer } from './shapes/answers.js'
import type { Decision, LineDetermination } from './shapes/determination.js'
import type { Finding, InfoNeeded } from './shapes/finding.js'
import type { Outcome, Question } from './shapes/statuses.js'
import { engineVersion } from './engine-version.js'
import { factsOf, readRequest, type Facts, type LineFacts, type RequestFacts } from './facts/facts.js'
import { collect } from './collect.js'
import { dayOfModifiers, infoNeeded } from './facts/missing-facts.js'
import { inOrder, stepsFor, type PressingStep } from './explain/next-steps.js'
import { behindOf, behindOnAny, notEvaluated, type Behind } from './explain/not-evaluated.js'
import { noticesFor } from './notices/notices.js'
import { daysOfService, ofAllDays, onDay } from './facts/line-days.js'
import { mostPressing } from './shapes/outcome.js'
import { choosePlan, type NoPlan, type PlanChoice } from './applicable/plan-choice.js'
import type { Plan } from './shapes/policy.js'
import { sharesDay } from './facts/procedure-pair-parts.js'
import { pressOfUnknown, type Answered } from './shapes/answered.js'
import { satisfyFromAuthorizations } from './questions/authorizations.js'
import { answerClaimLine } from './questions/claim-line.js'
import { answerCodeValidity } from './questions/code-validity.js'
import { answerDocumentation } from './questions/documentation.js'
import { evaluateApplicable } from './questions/evaluate-applicable.js'
import { answerFrequency } from './questions/frequency.js'
import { answerMedicalNecessity } from './questions/medical-necessity.js'
import { answerWithFacility } from './questions/facility-authorization.js'
import { answerUnits } from './questions/units.js'
import type { PlainDate } from './shapes/codes.js'
import type { CheckRequest } from './shapes/request.js'
import {
  codeTableSources,
  holdsAllExclusions,
  applicableRules,
  type ApplicableRules,
} from './applicable/applicable-rules.js'
import type { PolicyView } from './shapes/view.js'

/**
 * Decides every question for every line of a request against one revision of policy. Pure, total and deterministic: no clock,
 * no I/O, no throw on a schema-valid request; what cannot be known is said to be unknown. Meaning: docs/use/how-it-decides.md.
 */
export function decide(request: CheckRequest, view: PolicyView): Decision {
  const { lines, choice } = decideInParts(request, view)
  const outcome = mostPressing(lines.map(({ line }) => line.outcome))
  return {
    policyRevision: view.policyRevision,
    engineVersion,
    ...(choice.plan === undefined ? {} : { planId: choice.plan.planId }),
    ...(request.claimType === undefined ? {} : { claimType: request.claimType }),
    outcome,
    nextSteps: inOrder(
      collect(lines, ({ steps }) => steps),
      outcome,
    ),
    lines: lines.map(({ line }) => line),
  }
}

/** A line decided, its steps, and how each of its questions presses. */
export interface DecidedLine {
  readonly line: LineDetermination
  readonly steps: readonly PressingStep[]
  readonly presses: ReadonlyMap<Question, Outcome>
}

/** A request as it was read, the plan that answers, and its lines decided. */
export interface DecidedRequest {
  readonly facts: RequestFacts
  readonly choice: PlanChoice
  readonly lines: readonly DecidedLine[]
}

/** The lines of a request decided, in the order of their numbers, before they are put together: for advice that asks how each question presses. */
export function decideInParts(request: CheckRequest, view: PolicyView): DecidedRequest {
  const choice = choosePlan(request, view)
  const facts = readRequest(request, view, choice.plan)
  return {
    facts,
    choice,
    lines: decideLines(
      facts.lines.map((line) => factsOf(facts, line)),
      choice,
    ),
  }
}

function decideLines(lines: readonly Facts[], choice: PlanChoice): DecidedLine[] {
  if (choice.type === 'no-plan') return lines.map((facts) => assemble(facts, answersWithoutPlan(choice)))
  const { plan } = choice
  const followedSets = lines.map((facts) => ({ facts, days: daysUnder(plan, facts) }))
  const authorized = satisfyFromAuthorizations(
    followedSets.map(({ facts, days }) => ({ facts, answered: priorAuthorizationOf(plan, days) })),
  )
  return followedSets.map(({ facts, days }, at) => {
    const priorAuthorization = authorized[at] ?? priorAuthorizationOf(plan, days)
    const { date, lastDay } = facts.line
    const ends = days.length > 0 ? days : daysUnder(plan, facts, [date, lastDay])
    const applicable = ends.at(-1)?.applicable ?? applicableRules(plan, facts)
    return assemble(facts, answersUnder({ days, ends, facts, applicable, plan, priorAuthorization }), {
      plan,
      applicable,
      behind: behindOnAny(ends.map((one) => one.applicable.behind())),
    })
  })
}

/** A day of a line, with the facts and the policy of that day. */
interface DayUnder {
  readonly day: PlainDate
  readonly facts: Facts
  readonly applicable: ApplicableRules
}

function daysUnder(plan: Plan, facts: Facts, days = daysOfService(facts.line)): DayUnder[] {
  return days.map((day) => {
    const ofDay = onDay(facts, day)
    return { day, facts: ofDay, applicable: applicableRules(plan, ofDay) }
  })
}

interface Answers {
  readonly priorAuthorization: Answered<PriorAuthorizationAnswer>
  readonly medicalNecessity: ReturnType<typeof answerMedicalNecessity>
  readonly frequency: ReturnType<typeof answerFrequency>
  readonly units: ReturnType<typeof answerUnits>
  readonly claimLine: ReturnType<typeof answerClaimLine>
  readonly documentation: ReturnType<typeof answerDocumentation>
}

const statusOf = ({ status }: { readonly status: string }): string => status
const open = { missing: [], findings: [], presses: 'indeterminate' } as const

function priorAuthorizationOf(plan: Plan, days: readonly DayUnder[]): Answered<PriorAuthorizationAnswer> {
  return ofAllDays<Answered<PriorAuthorizationAnswer>>(
    days.map(({ day, applicable, facts }) => ({
      day,
      answered: answerWithFacility(applicable, facts, { plan }),
    })),
    ({ requirement }) => requirement,
    (words) => ({ answer: { requirement: 'indeterminate', ...words }, ...open }),
  )
}

/** Each question on each day of the line. What depends on the other services of the claim is asked once, under the policy of each day. */
function answersUnder({
  days,
  ends,
  facts,
  applicable,
  plan,
  priorAuthorization,
}: {
  readonly days: readonly DayUnder[]
  /** The days, or the first and the last of a line of too many. */
  readonly ends: readonly DayUnder[]
  readonly facts: Facts
  readonly applicable: ApplicableRules
  readonly plan: Plan
  readonly priorAuthorization: Answered<PriorAuthorizationAnswer>
}): Answers {
  const answer = { status: 'indeterminate' } as const
  const documents = days.map((one) => ({
    ...one,
    evaluated: evaluateApplicable('documentation', one.applicable, one.facts),
  }))
  const [first] = documents
  return {
    priorAuthorization,
    medicalNecessity: ofAllDays<Answers['medicalNecessity']>(
      documents.map((one) => ({
        day: one.day,
        answered: answerMedicalNecessity(one.applicable, one.facts, one.evaluated),
      })),
      statusOf,
      (words) => ({ answer: { ...answer, ...words }, ...open, objections: [] }),
    ),
    frequency: ofAllDays<Answers['frequency']>(
      days.map((one) => ({
        day: one.day,
        answered: answerFrequency(one.applicable, one.facts, priorAuthorization.answer),
      })),
      // Days that are over the limit alike, but not with the same consequence, do not agree.
      ({ status, onExceed = '' }) => `${status} ${onExceed}`,
      (words) => ({ answer: { ...answer, ...words }, ...open }),
    ),
    units: ofAllDays<Answers['units']>(
      ends.map((one) => ({ day: one.day, answered: answerUnits(one.applicable, facts) })),
      statusOf,
      (words) => ({ answer: { ...answer, ...words }, ...open }),
    ),
    claimLine: claimLineOf(ends, facts, plan),
    documentation: answerDocumentation(
      first?.evaluated ?? evaluateApplicable('documentation', ends[0]?.applicable ?? applicable, facts),
      facts,
      priorAuthorization.answer,
    ),
  }
}

function claimLineOf(days: readonly DayUnder[], facts: Facts, plan: Plan): Answers['claimLine'] {
  const each = days.map(({ day, applicable }) => ({
    day,
    answered: answerClaimLine(applicable, facts, plan),
  }))
  return ofAllDays<Answers['claimLine']>(each, statusOf, (words, sides) => ({
    answer: { status: 'indeterminate', ...words },
    ...open,
    advice: [],
    checked: {
      claimLine: sides.some(({ checked }) => checked.claimLine),
      ndc: sides.some(({ checked }) => checked.ndc),
    },
  }))
}

/** Without a plan every question but code validity is unknown, for one and the same reason. */
function answersWithoutPlan({ reasonCode, reason, missing }: NoPlan): Answers {
  const words = { reasonCode, reason }
  const rest = { missing, findings: [], presses: pressOfUnknown(missing) }
  return {
    priorAuthorization: { answer: { requirement: 'indeterminate', ...words }, ...rest },
    medicalNecessity: { answer: { status: 'indeterminate', ...words }, ...rest, objections: [] },
    frequency: { answer: { status: 'indeterminate', ...words }, ...rest },
    units: { answer: { status: 'indeterminate', ...words }, ...rest },
    claimLine: {
      answer: { status: 'indeterminate', ...words },
      ...rest,
      advice: [],
      checked: { claimLine: true, ndc: true },
    },
    documentation: { answer: [], missing: [], findings: [], presses: 'proceed', withAuthorization: [] },
  }
}

function assemble(
  facts: Facts,
  answers: Answers,
  {
    plan,
    applicable,
    behind: given,
  }: { readonly plan?: Plan; readonly applicable?: ApplicableRules; readonly behind?: Behind } = {},
): DecidedLine {
  const codeValidity = answerCodeValidity(facts)
  const { sent } = facts.line
  const { infoNeeded: info, findings, presses } = broughtTogether(facts, answers, codeValidity)
  const behind = given ?? behindOf(facts.line.lastDay, codeTableSources(facts))
  const answered = {
    priorAuthorization: answers.priorAuthorization.answer,
    medicalNecessity: answers.medicalNecessity.answer,
    frequency: answers.frequency.answer,
    units: answers.units.answer,
    claimLine: answers.claimLine.answer,
    codeValidity: codeValidity.answer,
    documentation: answers.documentation.answer,
  }
  const notices = noticesFor(plan, facts, answered, answers.medicalNecessity.objections)
  const parts = {
    lineNumber: facts.line.lineNumber,
    procedureCode: sent.procedureCode,
    dateOfService: sent.dateOfService,
    ...answered,
    findings,
    infoNeeded: info,
    notEvaluated: notEvaluated(facts, behind, {
      exclusions: applicable === undefined || holdsAllExclusions(applicable),
      ...answers.claimLine.checked,
    }),
    ...(notices.length === 0 ? {} : { notices }),
  }
  return {
    line: inReadingOrder(parts, mostPressing([...presses.values()])),
    presses,
    steps: stepsFor(parts, {
      advice: answers.claimLine.advice.map(({ text }) => text),
      withAuthorization: answers.documentation.withAuthorization,
      behind: behind.sources,
    }),
  }
}

/** What the questions of a line have in common, in the order of the questions: missing facts, findings, and how each presses. */
function broughtTogether(facts: Facts, answers: Answers, codeValidity: Answered<unknown>) {
  const asked: Array<readonly [Question, Answered<unknown>]> = [
    ['prior-authorization', answers.priorAuthorization],
    ['medical-necessity', answers.medicalNecessity],
    ['frequency', answers.frequency],
    ['units', answers.units],
    ['claim-line', answers.claimLine],
    ['code-validity', codeValidity],
    ['documentation', answers.documentation],
  ]
  const info: InfoNeeded[] = []
  const findings: Finding[] = []
  const presses = new Map<Question, Outcome>()
  for (const [question, answered] of asked) {
    for (const fact of [...answered.missing].sort())
      info.push(infoNeeded(fact, question, lineLacking(fact, question, facts)?.index))
    findings.push(...answered.findings)
    presses.set(question, answered.presses)
  }
  return { infoNeeded: info, findings, presses }
}

/**
 * The line that misses a fact: this one; or where this one gives it, one of the same day that it was compared with (pairs: another
 * code, units: the same one; conditions on other lines: either) and that does not. Undefined where the history misses it.
 */
function lineLacking(fact: string, question: Question, { line, lines }: Facts): LineFacts | undefined {
  const day = dayOfModifiers(fact)
  if (day !== undefined)
    return [line, ...lines].find((one) => one.modifiers.notGiven && one.date <= day && day <= one.end)
  const lacks = (one: LineFacts): boolean =>
    fact === 'modifiers' ? one.modifiers.notGiven : fact === 'provider.npi' && one.npi === undefined
  if (lacks(line)) return line
  const lacking = lines.filter((other) => lacks(other) && sharesDay(other, line))
  const sameCode = question === 'units'
  return lacking.find((other) => (other.code === line.code) === sameCode) ?? lacking[0] ?? line
}

/** What presses comes first. Named one by one, since the order of the fields is the order in which the answer is read. */
function inReadingOrder(
  parts: Omit<LineDetermination, 'outcome' | 'coverageInformation'>,
  outcome: Outcome,
): LineDetermination {
  return {
    lineNumber: parts.lineNumber,
    procedureCode: parts.procedureCode,
    dateOfService: parts.dateOfService,
    outcome,
    priorAuthorization: parts.priorAuthorization,
    medicalNecessity: parts.medicalNecessity,
    frequency: parts.frequency,
    units: parts.units,
    claimLine: parts.claimLine,
    codeValidity: parts.codeValidity,
    documentation: parts.documentation,
    ...(parts.notices === undefined ? {} : { notices: parts.notices }),
    findings: parts.findings,
    infoNeeded: parts.infoNeeded,
    notEvaluated: parts.notEvaluated,
    coverageInformation: coverageInformation(parts),
  }
}
