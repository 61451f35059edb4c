import {
  applicableRules,
  codeTableSources,
  hasEveryExclusion,
  type ApplicableRules,
} from './applicable/applicable-rules.js'
import { behindOf, behindOnAny } from './applicable/behind.js'
import { choosePlan, type NoPlan } from './applicable/plan-choice.js'
import { factsOf, readRequest, type Facts } from './facts/facts.js'
import { daysOfService, onDay } from './facts/line-days.js'
import { ofAllDays } from './questions/all-days.js'
import { satisfyFromAuthorizations } from './questions/authorizations.js'
import { answerClaimLine } from './questions/claim-line.js'
import { answerCodeValidity } from './questions/code-validity.js'
import { answerDocumentation } from './questions/documentation.js'
import { evaluateApplicable } from './questions/evaluate-applicable.js'
import { answerWithFacility } from './questions/facility-authorization.js'
import { answerFrequency } from './questions/frequency.js'
import { answerMedicalNecessity } from './questions/medical-necessity.js'
import { answerUnits } from './questions/units.js'
import type { PlainDate } from './shapes/codes.js'
import { mostPressing } from './shapes/outcome.js'
import type { Plan } from './shapes/policy.js'
import type { CheckRequest } from './shapes/request.js'
import { questions } from './shapes/statuses.js'
import { inOneGo, type Steps } from './steps.js'
import type { PolicyView } from './shapes/view.js'
import type { PriorAuthorizationVerdict } from './verdict/answers.js'
import { pressOfUnknown, type Answered } from './verdict/answered.js'
import type { LineAnswers, LineVerdict, Verdict } from './verdict/verdict.js'

/**
 * Decides every question for every line of a request against one revision of policy. Pure, total and deterministic: no clock,
 * no I/O, no throw on a schema-valid request; what cannot be known is said to be unknown. Meaning: docs/use/how-it-decides.md.
 */
export function decide(request: CheckRequest, view: PolicyView): Verdict {
  return inOneGo(decideInSteps(request, view))
}

/** Decides as `decide`, with a pause after each line: a claim of many lines of many days takes long. */
export function* decideInSteps(request: CheckRequest, view: PolicyView): Steps<Verdict> {
  const choice = choosePlan(request, view)
  const facts = readRequest(request, view, choice.plan)
  const lines: LineVerdict[] = []
  if (choice.type === 'no-plan')
    for (const line of facts.lines) lines.push(decideWithoutPlan(factsOf(facts, line), choice))
  else {
    const asked: LineAsked[] = []
    for (const line of facts.lines) {
      if (asked.length > 0) yield
      asked.push(askAuthorization(choice.plan, factsOf(facts, line)))
    }
    const authorized = satisfyFromAuthorizations(asked)
    for (const line of asked) {
      if (asked.length > 1) yield
      lines.push(decideLine(choice.plan, line, authorized[lines.length] ?? line.answered))
    }
  }
  return { facts, choice, outcome: mostPressing(lines.map(({ outcome }) => outcome)), lines }
}

/** A line on each of its days, with its need of authorization before those on file are spent. */
interface LineAsked {
  readonly facts: Facts
  readonly days: readonly DayUnder[]
  readonly answered: Answered<PriorAuthorizationVerdict>
}

function askAuthorization(plan: Plan, facts: Facts): LineAsked {
  const days = daysUnder(plan, facts)
  return { facts, days, answered: priorAuthorizationOf(plan, days) }
}

function decideLine(
  plan: Plan,
  { facts, days }: LineAsked,
  priorAuthorization: Answered<PriorAuthorizationVerdict>,
): LineVerdict {
  const { date, lastDay } = facts.line
  const ends = days.length > 0 ? days : daysUnder(plan, facts, [date, lastDay])
  const applicable = ends.at(-1)?.applicable ?? applicableRules(plan, facts)
  return lineVerdict(facts, answersUnder({ days, ends, facts, applicable, plan, priorAuthorization }), {
    behind: behindOnAny(ends.map((one) => one.applicable.behind())),
    hasAllExclusions: hasEveryExclusion(applicable),
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

const statusOf = ({ status }: { readonly status: string }): string => status
const open = { missing: [], findings: [], presses: 'indeterminate' } as const
const undecided = { status: 'indeterminate' } as const

function priorAuthorizationOf(plan: Plan, days: readonly DayUnder[]): Answered<PriorAuthorizationVerdict> {
  return ofAllDays<Answered<PriorAuthorizationVerdict>>(
    days.map(({ day, applicable, facts }) => ({
      day,
      answered: answerWithFacility(applicable, facts, { plan }),
    })),
    ({ requirement }) => requirement,
    (reason) => ({ answer: { requirement: 'indeterminate', reason }, ...open }),
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
  readonly priorAuthorization: Answered<PriorAuthorizationVerdict>
}): LineAnswers {
  const documents = days.map(({ day, facts: ofDay, applicable: under }) => ({
    day,
    facts: ofDay,
    applicable: under,
    evaluated: evaluateApplicable('documentation', under, ofDay),
  }))
  const [first] = documents
  return {
    'prior-authorization': priorAuthorization,
    'medical-necessity': ofAllDays<LineAnswers['medical-necessity']>(
      documents.map((one) => ({
        day: one.day,
        answered: answerMedicalNecessity(one.applicable, one.facts, one.evaluated),
      })),
      statusOf,
      (reason) => ({ answer: { ...undecided, reason }, ...open, objections: [] }),
    ),
    frequency: ofAllDays<LineAnswers['frequency']>(
      days.map((one) => ({
        day: one.day,
        answered: answerFrequency(one.applicable, one.facts, priorAuthorization.answer),
      })),
      // Days that are over the limit alike, but not with the same consequence, do not agree.
      ({ status, onExceed = '' }) => `${status} ${onExceed}`,
      (reason) => ({ answer: { ...undecided, reason }, ...open }),
    ),
    units: ofAllDays<LineAnswers['units']>(
      ends.map((one) => ({ day: one.day, answered: answerUnits(one.applicable, facts) })),
      statusOf,
      (reason) => ({ answer: { ...undecided, reason }, ...open }),
    ),
    'claim-line': claimLineOf(ends, facts, plan),
    'code-validity': answerCodeValidity(facts),
    documentation: answerDocumentation(
      first?.evaluated ?? evaluateApplicable('documentation', ends[0]?.applicable ?? applicable, facts),
      facts,
      priorAuthorization.answer,
    ),
  }
}

function claimLineOf(days: readonly DayUnder[], facts: Facts, plan: Plan): LineAnswers['claim-line'] {
  const each = days.map(({ day, applicable }) => ({
    day,
    answered: answerClaimLine(applicable, facts, plan),
  }))
  return ofAllDays<LineAnswers['claim-line']>(each, statusOf, (reason, sides) => ({
    answer: { ...undecided, reason },
    ...open,
    advice: [],
    checked: {
      claimLine: sides.some(({ checked }) => checked.claimLine),
      ndc: sides.some(({ checked }) => checked.ndc),
    },
  }))
}

/** Without a plan every question but code validity is unknown, for one and the same reason. */
function decideWithoutPlan(facts: Facts, { reason, missing }: NoPlan): LineVerdict {
  const rest = { missing, findings: [], presses: pressOfUnknown(missing) }
  const unknown = { answer: { ...undecided, reason }, ...rest }
  return lineVerdict(
    facts,
    {
      'prior-authorization': { answer: { requirement: 'indeterminate', reason }, ...rest },
      'medical-necessity': { ...unknown, objections: [] },
      frequency: unknown,
      units: unknown,
      'claim-line': { ...unknown, advice: [], checked: { claimLine: true, ndc: true } },
      'code-validity': answerCodeValidity(facts),
      documentation: { answer: [], missing: [], findings: [], presses: 'proceed', withAuthorization: [] },
    },
    { behind: behindOf(facts.line.lastDay, codeTableSources(facts)), hasAllExclusions: true },
  )
}

function lineVerdict(
  facts: Facts,
  answers: LineAnswers,
  rest: Pick<LineVerdict, 'behind' | 'hasAllExclusions'>,
): LineVerdict {
  const { behind, hasAllExclusions } = rest
  return {
    facts,
    outcome: mostPressing(questions.map((question) => answers[question].presses)),
    answers,
    behind,
    hasAllExclusions,
  }
}
