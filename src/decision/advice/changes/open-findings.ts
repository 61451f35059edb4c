import { citationOf, findingsOf, kindOf } from '../../explain/findings.js'
import type { FindingVerdict } from '../../verdict/finding.js'
import type { LineVerdict, Verdict } from '../../verdict/verdict.js'
import { factsOf, type Facts } from '../../facts/facts.js'
import type { PlanChoice } from '../../applicable/plan-choice.js'
import { decidedKinds } from '../../shapes/rule-kinds.js'
import { evaluateApplicable, type EvaluatedProvision } from '../../questions/evaluate-applicable.js'
import { findingOf } from '../../questions/finding-of.js'
import { applicableRules } from '../../applicable/applicable-rules.js'
import { isWanting } from './flips.js'
import { refuse, type Options } from './options.js'
import { waysToPass } from './ways-of-finding.js'

/** A finding that is not met or lacks evidence, with what may turn it. */
export interface OpenFinding {
  readonly finding: FindingVerdict
  readonly options: Options
}

/** One line as it is asked about, decided, with its open findings. */
export interface OpenLine {
  readonly decided: LineVerdict
  readonly findings: readonly OpenFinding[]
}

/** A line of a decided request with its open findings; undefined when the request has no such line. */
export function openLine({ facts: read, choice, lines }: Verdict, lineNumber: number): OpenLine | undefined {
  const decided = lines.find(({ facts }) => facts.line.lineNumber === lineNumber)
  const line = read.lines.find((one) => one.lineNumber === lineNumber)
  if (decided === undefined || line === undefined) return undefined
  const wanting = findingsOf(decided).filter(isWanting)
  if (wanting.length === 0) return { decided, findings: [] }
  const facts = factsOf(read, line)
  const provisions = provisionsByCitation(facts, choice)
  return {
    decided,
    findings: wanting.map((finding) => ({ finding, options: optionsFor(finding, provisions, facts) })),
  }
}

function optionsFor(
  finding: FindingVerdict,
  provisions: ReadonlyMap<string, EvaluatedProvision>,
  facts: Facts,
): Options {
  const evaluated = provisions.get(citationKey(finding))
  return evaluated === undefined ? refuse('no-change-known', 'Ask the payer.') : waysToPass(evaluated, facts)
}

/** What was evaluated, by how it is cited. */
function provisionsByCitation(facts: Facts, choice: PlanChoice): ReadonlyMap<string, EvaluatedProvision> {
  const byCitation = new Map<string, EvaluatedProvision>()
  if (choice.type === 'no-plan') return byCitation
  const applicable = applicableRules(choice.plan, facts)
  for (const kind of decidedKinds)
    for (const one of evaluateApplicable(kind, applicable, facts))
      byCitation.set(citationKey(findingOf(one)), one)
  return byCitation
}

function citationKey(finding: FindingVerdict): string {
  return `${kindOf(finding)} ${JSON.stringify(citationOf(finding))}`
}
