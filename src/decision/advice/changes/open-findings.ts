import type { DecidedLine, DecidedRequest } from '../../decide.js'
import type { Finding } from '../../shapes/finding.js'
import { factsOf, type Facts } from '../../facts/facts.js'
import type { PlanChoice } from '../../applicable/plan-choice.js'
import { decidedKinds } from '../../shapes/rule-kinds.js'
import { findingOf, hear, type Heard } from '../../questions/hear.js'
import { seat } from '../../applicable/applicable-rules.js'
import { unknown } from '../../shapes/truth.js'
import { isWanting } from './flips.js'
import { refuse, type Options } from './options.js'
import { waysToPass } from './ways-of-finding.js'

/** A finding that is not met or lacks evidence, with what may turn it. */
export interface OpenFinding {
  readonly finding: Finding
  readonly options: Options
}

/** One line as it is asked about, decided, with its open findings. */
export interface OpenLine {
  readonly decided: DecidedLine
  readonly findings: readonly OpenFinding[]
}

/** A line of a decided request with its open findings; undefined when the request has no such line. */
export function openLine(
  { facts: read, choice, lines }: DecidedRequest,
  lineNumber: number,
): OpenLine | undefined {
  const decided = lines.find(({ line }) => line.lineNumber === lineNumber)
  const line = read.lines.find((one) => one.lineNumber === lineNumber)
  if (decided === undefined || line === undefined) return undefined
  const wanting = decided.line.findings.filter(isWanting)
  if (wanting.length === 0) return { decided, findings: [] }
  const facts = factsOf(read, line)
  const voices = voicesByCitation(facts, choice)
  return {
    decided,
    findings: wanting.map((finding) => ({ finding, options: optionsFor(finding, voices, facts) })),
  }
}

function optionsFor(finding: Finding, voices: ReadonlyMap<string, Heard>, facts: Facts): Options {
  const heard = voices.get(citationKey(finding))
  return heard === undefined ? refuse('no-change-known', 'Ask the payer.') : waysToPass(heard, facts)
}

/** What spoke, by how it is cited. */
function voicesByCitation(facts: Facts, choice: PlanChoice): ReadonlyMap<string, Heard> {
  const byCitation = new Map<string, Heard>()
  if (choice.plan === undefined || 'reasonCode' in choice) return byCitation
  const bench = seat(choice.plan, facts)
  const heard = decidedKinds.flatMap((kind) =>
    kind === 'prior-authorization'
      ? bench.speakers(kind).flatMap(({ set, voices }) =>
          voices.map((voice): Heard => ({
            voice,
            set,
            result: { ...unknown([]), reasonCode: '', reason: '' },
          })),
        )
      : hear(kind, bench, facts),
  )
  // The question does not matter here: a rule is cited under one of them.
  for (const one of heard) byCitation.set(citationKey(findingOf('documentation', one)), one)
  return byCitation
}

function citationKey({ kind, citation }: Finding): string {
  return `${kind} ${JSON.stringify(citation)}`
}
