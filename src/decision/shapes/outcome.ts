import { outcomes, type Outcome } from './statuses.js'

/** What presses most among the outcomes of questions or lines; of none it is `proceed`. */
export function mostPressing(all: readonly Outcome[]): Outcome {
  return outcomes.find((outcome) => all.includes(outcome)) ?? 'proceed'
}
