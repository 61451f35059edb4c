// A second evaluator, written from docs/use/how-it-decides.md alone and as plainly as possible, to compare the core with.
import {
  outcomes,
  type ClaimLineStatus,
  type FrequencyStatus,
  type NecessityStatus,
  type Outcome,
  type Requirement,
  type UnitsStatus,
  type ValidityStatus,
} from './statuses.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import { compareWithAuthorizations } from './authorizations.js'
import { claimLineOf, type ClaimLineAnswer } from './claim-line.js'
import { codeValidityOf } from './code-validity.js'
import { daysOf, daysOrEnds, onDay, together } from './days.js'
import type { Case } from './facts.js'
import { frequencyOf, type Excess, type FrequencyAnswer } from './frequency.js'
import { necessityOf, withClaimResults, type NecessityAnswer } from './necessity.js'
import { requirementOf, type RequirementAnswer } from './prior-authorization.js'
import { planOf } from './selection.js'
import { noticesOf, type NaiveNotice } from './notices.js'
import { unique, type Truth } from './truth.js'
import { unitsOf, type UnitsAnswer } from './units.js'

/** What the oracle says of one line. `missing` names the facts of every question that is neither passed nor failed. */
export interface NaiveLine {
  lineNumber: number
  outcome: Outcome
  requirement: Requirement
  authorizationNumber?: string
  necessity: NecessityStatus
  frequency: FrequencyStatus
  nextEligibleDate?: string
  onExceed?: 'deny' | 'medical-review'
  units: UnitsStatus
  claimLine: ClaimLineStatus
  codeValidity: ValidityStatus
  notices: NaiveNotice[]
  missing: string[]
  /** What the finding of each diagnosis rule says of list and condition; only where the days of the line are of one mind. */
  diagnosisFacts?: string[]
}

export interface NaiveAnswer {
  outcome: Outcome
  lines: NaiveLine[]
}

/** Decides every line of a request, in the order of line numbers. */
export function naiveDetermination(request: CheckRequest, content: PolicyContent): NaiveAnswer {
  const inOrder = request.serviceLines.toSorted((one, other) => one.lineNumber - other.lineNumber)
  const cases = inOrder.map((line) => ({ request, line, content }))
  const requirements = compareWithAuthorizations(cases, cases.map(requirementBefore))
  const lines = cases.map((at, position) => {
    const requirement = requirements[position]
    if (requirement === undefined) throw new Error('a requirement for every line')
    return decideLine(at, requirement)
  })
  return { outcome: mostPressing(lines.map((line) => line.outcome)), lines }
}

function requirementBefore(at: Case): RequirementAnswer {
  const found = planOf(at)
  return 'problem' in found
    ? { requirement: 'indeterminate', missing: [...found.missing] }
    : together(
        daysOf(at).map((day) => requirementOf(found.plan, onDay(at, day))),
        ({ requirement }) => requirement,
        { requirement: 'indeterminate', missing: [] },
      )
}

function mostPressing(some: readonly Outcome[]): Outcome {
  return outcomes.find((outcome) => some.includes(outcome)) ?? 'proceed'
}

/** How a question that could not be answered presses: the caller can help, or cannot. */
function unknownPresses(missing: readonly string[]): Outcome {
  return missing.length > 0 ? 'complete-information' : 'indeterminate'
}

function decideLine(at: Case, requirement: RequirementAnswer): NaiveLine {
  const { necessity, frequency, units, claimLine, withClaim } = answersOf(at, requirement)
  const codeValidity = codeValidityOf(at)
  const excess = excessUnder(frequency, requirement)
  const openDocumentation = withClaim.filter((truth) => truth.value !== 'true')
  const pressing: Outcome[] = [
    codeValidity.status === 'invalid'
      ? 'expect-denial'
      : codeValidity.status === 'indeterminate'
        ? unknownPresses(codeValidity.missing)
        : 'proceed',
    requirementPresses(requirement),
    necessity.status === 'not-met'
      ? 'expect-denial'
      : necessity.status === 'met'
        ? 'proceed'
        : unknownPresses(necessity.missing),
    frequencyPresses(frequency, requirement),
    units.status === 'exceeds-limit'
      ? 'expect-denial'
      : units.status === 'within-limit'
        ? 'proceed'
        : unknownPresses(units.missing),
    claimLinePresses(claimLine),
    ...openDocumentation.map((truth) =>
      truth.value === 'false' ? 'complete-information' : unknownPresses(truth.missing),
    ),
  ]
  return {
    lineNumber: at.line.lineNumber,
    outcome: mostPressing(pressing),
    requirement: requirement.requirement,
    ...(requirement.authorizationNumber === undefined
      ? {}
      : { authorizationNumber: requirement.authorizationNumber }),
    necessity: necessity.status,
    frequency: frequency.status,
    ...(frequency.nextEligibleDate === undefined ? {} : { nextEligibleDate: frequency.nextEligibleDate }),
    ...(excess === undefined ? {} : { onExceed: excess === 'denied' ? 'deny' : 'medical-review' }),
    units: units.status,
    claimLine: claimLine.status,
    codeValidity: codeValidity.status,
    ...(necessity.facts === undefined ? {} : { diagnosisFacts: necessity.facts }),
    notices: noticesFor(at, {
      necessity,
      frequency,
      requirement,
      lineFault: claimLine.status === 'conflicting' || claimLine.status === 'incomplete',
      codesInvalid: codeValidity.status === 'invalid',
    }),
    missing: unique(
      [
        requirement,
        necessity,
        frequency,
        units,
        claimLine,
        codeValidity,
        ...openDocumentation,
        ...besideCured(frequency, requirement),
      ].flatMap((one) => [...one.missing]),
    ),
  }
}

interface PlanAnswers {
  necessity: NecessityAnswer
  frequency: FrequencyAnswer
  units: UnitsAnswer
  claimLine: ClaimLineAnswer
  withClaim: Truth[]
}

/** The answers that need a plan; without one they are all unknown for the same reason. */
function answersOf(at: Case, requirement: RequirementAnswer): PlanAnswers {
  const found = planOf(at)
  if ('plan' in found) {
    const { plan } = found
    const [firstDay = at.line.dateOfService] = daysOf(at)
    const statusOf = ({ status }: { status: string }): string => status
    const apart = { status: 'indeterminate' as const, missing: [] }
    const each = <A>(days: readonly string[], answer: (day: string) => A & { status: string }, open: A): A =>
      together<A & { status: string }>(days.map(answer), statusOf, open as A & { status: string })
    return {
      necessity: each<NecessityAnswer>(daysOf(at), (day) => necessityOf(plan, onDay(at, day)), {
        ...apart,
        grounds: [],
      }),
      frequency: together<FrequencyAnswer>(
        daysOf(at).map((day) => frequencyOf(plan, onDay(at, day))),
        (answer) => `${answer.status} ${excessUnder(answer, requirement) ?? ''}`,
        { ...apart, curable: false },
      ),
      units: each<UnitsAnswer>(daysOrEnds(at), (day) => unitsOf(plan, at, day), apart),
      claimLine: each<ClaimLineAnswer>(daysOrEnds(at), (day) => claimLineOf(plan, at, day), apart),
      withClaim: withClaimResults(plan, onDay(at, firstDay)).map((result) => result.truth),
    }
  }
  const missing = [...found.missing]
  const open = { status: 'indeterminate' as const, missing }
  return {
    necessity: { ...open, grounds: [], facts: [] },
    frequency: { ...open, curable: false },
    units: open,
    claimLine: open,
    withClaim: [],
  }
}

/** Cured is what presses no more: an authorization on file that the failing rules take. */
function noticesFor(
  at: Case,
  {
    necessity,
    frequency,
    requirement,
    lineFault,
    codesInvalid,
  }: {
    necessity: NecessityAnswer
    frequency: FrequencyAnswer
    requirement: RequirementAnswer
    lineFault: boolean
    codesInvalid: boolean
  },
): NaiveNotice[] {
  const found = planOf(at)
  return noticesOf({
    plan: 'plan' in found ? found.plan : undefined,
    at,
    codesInvalid,
    lineFault,
    authorizationRequired: requirement.requirement === 'required',
    grounds: necessity.status === 'not-met' ? necessity.grounds : [],
    offSchedule: frequencyPresses(frequency, requirement) === 'expect-denial',
  })
}

function requirementPresses({ requirement, missing }: RequirementAnswer): Outcome {
  switch (requirement) {
    case 'required':
      return 'obtain-authorization'
    case 'conditional':
      return 'complete-information'
    case 'indeterminate':
      return unknownPresses(missing)
    case 'not-required':
    case 'satisfied':
      return 'proceed'
  }
}

/** A fail that an authorization on file cures leaves what other rules left open; one that is judged on records asks for these. */
function frequencyPresses(frequency: FrequencyAnswer, requirement: RequirementAnswer): Outcome {
  if (frequency.status === 'within-limit') return 'proceed'
  if (frequency.status === 'indeterminate') return unknownPresses(frequency.missing)
  const excess = excessUnder(frequency, requirement)
  if (excess !== undefined) return excess === 'denied' ? 'expect-denial' : 'complete-information'
  return frequency.beside === undefined ? 'proceed' : unknownPresses(frequency.beside.missing)
}

/** What happens to a service beyond the limits, an authorization on file being taken where there is one. */
function excessUnder(
  { excess, excessAuthorized }: FrequencyAnswer,
  { requirement }: { requirement: RequirementAnswer['requirement'] },
): Excess | undefined {
  return requirement === 'satisfied' ? excessAuthorized : excess
}

/** What other rules still miss where the fail is no denial. */
function besideCured(
  frequency: FrequencyAnswer,
  requirement: RequirementAnswer,
): { missing: readonly string[] }[] {
  const { status, beside } = frequency
  const failed = status === 'too-soon' || status === 'exceeds-limit'
  return failed && excessUnder(frequency, requirement) !== 'denied' && beside !== undefined ? [beside] : []
}

function claimLinePresses({ status, missing }: ClaimLineAnswer): Outcome {
  switch (status) {
    case 'incomplete':
    case 'insufficient-evidence':
      return 'complete-information'
    case 'indeterminate':
      return unknownPresses(missing)
    case 'conflicting':
      return 'expect-denial'
    case 'clean':
    case 'not-checked':
      return 'proceed'
  }
}
