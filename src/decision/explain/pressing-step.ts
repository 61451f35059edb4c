import type { Outcome, Question } from '../shapes/statuses.js'
import type { StepCode } from './meanings/steps.js'
import type { OpenQuestion } from './payer-questions.js'

/** A step of one line with what it presses and the question it is about, so that steps of all lines can be put in order. */
export interface PressingStep {
  readonly presses: Outcome
  readonly question: Question
  readonly code: StepCode
  readonly text: string
  readonly lineNumber: number
  /** What to ask the payer, where a telephone call is the step. */
  readonly ask?: OpenQuestion
}
