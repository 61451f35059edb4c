// The real core against the naive evaluator, on one pair.
import { isDeepStrictEqual } from 'node:util'
import { determine } from '../../src/decision/determine.js'
import type { FullDecision } from '../../src/decision/explain/explain.js'
import type { FullLine } from '../../src/decision/explain/views.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { naiveDetermination, type NaiveAnswer, type NaiveLine } from './evaluate.js'
import type { Pair } from './generate.js'
import { factsAsText } from './diagnosis-facts.js'
import { plain } from './codes.js'
import { cited } from '../support/cited.js'

/** Where the two differ on a pair: one entry for each part of each line, empty when they agree. */
export function differencesOf(pair: Pair): string[] {
  return differencesFrom(naiveDetermination(pair.request, pair.content), pair)
}

/** The same against an answer of the naive evaluator that is at hand. */
export function differencesFrom(naive: NaiveAnswer, { request, content }: Pair): string[] {
  return differencesBetween(naive, determine(request, compilePolicyView(content, 1)))
}

/** The same of a full decision that was made elsewhere, as by a running service. */
export function differencesBetween(
  naive: NaiveAnswer,
  decision: Pick<FullDecision, 'outcome' | 'lines' | 'sources'>,
): string[] {
  const lines = naive.lines.flatMap((expected, at) => {
    const line = decision.lines[at]
    if (line === undefined) return [`line ${expected.lineNumber} is missing`]
    const found = asNaive(line, decision)
    return (Object.keys({ ...expected, ...found }) as (keyof NaiveLine)[])
      .filter((part) => !isDeepStrictEqual(expected[part], found[part]))
      .map(
        (part) =>
          `line ${expected.lineNumber} ${part}: the oracle says ${JSON.stringify(expected[part])}, the core ${JSON.stringify(found[part])}`,
      )
  })
  return decision.outcome === naive.outcome
    ? lines
    : [...lines, `outcome: the oracle says ${naive.outcome}, the core ${decision.outcome}`]
}

type Sourced = Pick<FullDecision, 'sources'>

function asNaive(line: FullLine, decision: Sourced): NaiveLine {
  const { authorizationNumber } = line.priorAuthorization
  const { nextEligibleDate, onExceed } = line.frequency
  return {
    lineNumber: line.lineNumber,
    outcome: line.outcome,
    requirement: line.priorAuthorization.requirement,
    ...(authorizationNumber === undefined ? {} : { authorizationNumber }),
    necessity: line.medicalNecessity.status,
    frequency: line.frequency.status,
    ...(nextEligibleDate === undefined ? {} : { nextEligibleDate }),
    ...(onExceed === undefined ? {} : { onExceed }),
    units: line.units.status,
    claimLine: line.claimLine.status,
    codeValidity: line.codeValidity.status,
    ...(line.medicalNecessity.reasonCode === 'date-span'
      ? {}
      : { diagnosisFacts: diagnosisFactsOf(line, decision) }),
    notices: (line.notices ?? []).map(({ code }) => code),
    missing: [...new Set(line.infoNeeded.map((info) => info.fact))].sort(),
  }
}

/** What the findings of diagnosis rules say of list and condition. */
function diagnosisFactsOf({ findings }: FullLine, decision: Sourced): string[] {
  return findings
    .flatMap((finding) => {
      const { kind, listed, condition, failed, othersDenied } = finding
      const { policyId, ruleId } = cited(decision, finding)
      return kind !== 'diagnosis' || policyId === undefined || ruleId === undefined
        ? []
        : [
            factsAsText(policyId, ruleId, {
              ...(listed === undefined ? {} : { listed: listed.map(plain) }),
              ...(condition === undefined ? {} : { condition }),
              ...(failed === undefined ? {} : { failed: [...failed] }),
              ...(othersDenied === undefined ? {} : { othersDenied }),
            }),
          ]
    })
    .sort()
}
