import { citeVoice } from '../explain/citation.js'
import { atomsOf } from '../conditions/walk.js'
import { evaluate } from '../conditions/evaluate.js'
import type { Atom, Expression } from '../shapes/expression.js'
import type { DocumentationItem, PriorAuthorizationAnswer } from '../shapes/answers.js'
import type { Finding } from '../shapes/finding.js'
import type { Facts } from '../facts/facts.js'
import { gathered } from '../collect.js'
import { remembered } from '../memoize.js'
import type { Rule } from '../shapes/rule.js'
import { union } from '../shapes/truth.js'
import { decidesNecessity, standsFor } from '../applicable/provisions-of-set.js'
import { pressOfUnknown, type Answered } from '../shapes/answered.js'
import { findingOf, type Heard } from './hear.js'

/** What the record should show, item by item; with-claim documentation that is missing or unknown holds the claim up. */
export function answerDocumentation(
  documents: readonly Heard[],
  facts: Facts,
  authorization: PriorAuthorizationAnswer,
): Answered<DocumentationItem[]> & { readonly withAuthorization: readonly string[] } {
  const heard = documents.filter((one) => isWanted(one, authorization.requirement))
  const items = gathered(heard, (one) => itemsOf(one, facts))
  // Documentation that decides necessity is a finding of that question already.
  const others = heard.filter(({ voice }) => !standsFor(voice, decidesNecessity))
  const findings: Finding[] = others.map((one) => findingOf('documentation', one))
  const holding = heard
    .filter(({ voice, result }) => standsFor(voice, goesWithClaim) && result.truth !== 'true')
    .map((one) => one.result)
  const withAuthorization = others
    .filter((one) => purposeOf(one) === 'with-pa' && one.result.truth !== 'true')
    .map((one) => one.result.reason)
  const missing = union(...holding.map((result) => (result.truth === 'unknown' ? result.missing : [])))
  const presses =
    holding.length === 0
      ? 'proceed'
      : holding.some((result) => result.truth === 'false')
        ? 'complete-information'
        : pressOfUnknown(missing)
  return { answer: items, missing, findings, presses, withAuthorization }
}

function goesWithClaim(rule: Rule): boolean {
  return rule.kind === 'documentation' && rule.purpose === 'with-claim'
}

function purposeOf({ voice }: Heard): DocumentationItem['purpose'] | undefined {
  return voice.type === 'rule' && voice.rule.kind === 'documentation' ? voice.rule.purpose : undefined
}

/** What goes with a request for authorization is wanted only while one may have to be asked for. */
function isWanted(heard: Heard, requirement: PriorAuthorizationAnswer['requirement']): boolean {
  return (
    purposeOf(heard) !== 'with-pa' ||
    requirement === 'required' ||
    requirement === 'conditional' ||
    requirement === 'indeterminate'
  )
}

const statusOf = { true: 'present', false: 'missing', unknown: 'unknown' } as const

function itemsOf({ voice }: Heard, facts: Facts): DocumentationItem[] {
  if (voice.type !== 'rule' || voice.rule.kind !== 'documentation') return []
  const { rule } = voice
  return evidenceOf(rule.criteria).map(({ item, atom }) => ({
    item,
    status: statusOf[evaluate(atom, facts).truth],
    purpose: rule.purpose,
    why: rule.statement,
    citation: citeVoice(voice),
  }))
}

interface Evidence {
  readonly item: string
  readonly atom: Atom
}

/** The atoms of a condition that are shown by a record: documented items and laboratory results. */
const evidenceOf: (expression: Expression) => readonly Evidence[] = remembered((expression) =>
  atomsOf(expression).flatMap((atom): Evidence[] => {
    if ('documented' in atom) return [{ item: atom.documented, atom }]
    return 'lab' in atom ? [{ item: `lab/${atom.lab.loincCodes.join('|')}`, atom }] : []
  }),
)
