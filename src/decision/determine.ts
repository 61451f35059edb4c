import type { PlanChoice } from './applicable/plan-choice.js'
import { decide } from './decide.js'
import { explain, explainLine } from './explain/explain.js'
import type { RequestFacts } from './facts/facts.js'
import type { Decision, LineDetermination } from './shapes/determination.js'
import type { CheckRequest } from './shapes/request.js'
import { questions, type Outcome, type Question } from './shapes/statuses.js'
import type { PolicyView } from './shapes/view.js'

/** Decides a request against one revision of policy and explains it: the whole answer but its id. Pure, total and deterministic. */
export function determine(request: CheckRequest, view: PolicyView): Decision {
  return explain(decide(request, view))
}

/** A line decided and explained, and how each of its questions presses. */
export interface DecidedLine {
  readonly line: LineDetermination
  readonly presses: ReadonlyMap<Question, Outcome>
}

/** A request as it was read, the plan that answers, and its lines. */
export interface DecidedRequest {
  readonly facts: RequestFacts
  readonly choice: PlanChoice
  readonly lines: readonly DecidedLine[]
}

/** The lines of a request decided and explained, in the order of their numbers, for advice that asks how each question presses. */
export function determineInParts(request: CheckRequest, view: PolicyView): DecidedRequest {
  const { facts, choice, lines } = decide(request, view)
  const plan = choice.type === 'plan' ? choice.plan : undefined
  return {
    facts,
    choice,
    lines: lines.map((verdict) => ({
      line: explainLine(verdict, plan).line,
      presses: new Map(questions.map((question) => [question, verdict.answers[question].presses])),
    })),
  }
}
