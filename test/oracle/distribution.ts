// How often each status of each question occurs, to see that a generator reaches them all.
import { naiveDetermination } from './evaluate.js'
import type { Pair } from './generate.js'

/** Share of the lines with each status, by question; for the outcome of requests, of the requests. */
export function distributionOf(some: Iterable<Pair>): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {}
  const add = (question: string, status: string) => {
    const ofQuestion = (counts[question] ??= {})
    ofQuestion[status] = (ofQuestion[status] ?? 0) + 1
  }
  for (const { request, content } of some) {
    const answer = naiveDetermination(request, content)
    add('request', answer.outcome)
    for (const {
      outcome,
      requirement,
      necessity,
      frequency,
      units,
      claimLine,
      codeValidity,
    } of answer.lines) {
      for (const [question, status] of Object.entries({
        outcome,
        requirement,
        necessity,
        frequency,
        units,
        claimLine,
        codeValidity,
      }))
        add(question, status)
    }
  }
  return Object.fromEntries(
    Object.entries(counts).map(([question, ofQuestion]) => [question, shares(ofQuestion)]),
  )
}

function shares(counts: Record<string, number>): Record<string, number> {
  const sum = Object.values(counts).reduce((one, other) => one + other, 0)
  return Object.fromEntries(
    Object.entries(counts)
      .sort()
      .map(([status, count]) => [status, count / sum]),
  )
}
