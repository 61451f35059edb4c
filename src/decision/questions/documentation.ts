import { atomsOf } from '../conditions/walk.js'
import { evaluate } from '../conditions/evaluate.js'
import type { Atom, Expression } from '../shapes/expression.js'
import type { DocumentationVerdict, PriorAuthorizationVerdict } from '../verdict/answers.js'
import type { FindingVerdict } from '../verdict/finding.js'
import type { LineAnswers } from '../verdict/verdict.js'
import type { Facts } from '../facts/facts.js'
import { collect } from '../collect.js'
import { memoize } from '../memoize.js'
import type { Rule } from '../shapes/rule.js'
import { union } from '../shapes/truth.js'
import { decidesNecessity, standsFor } from '../applicable/provisions-of-set.js'
import { pressOfUnknown } from '../verdict/answered.js'
import type { EvaluatedProvision } from './evaluate-applicable.js'
import { findingOf } from './finding-of.js'

type Documentation = LineAnswers['documentation']

/**
 * What the medical record should show, item by item. If documentation with purpose `with-claim` is missing or
 * unknown, it must be completed before billing.
 */
export function answerDocumentation(
  documents: readonly EvaluatedProvision[],
  facts: Facts,
  authorization: PriorAuthorizationVerdict,
): Documentation {
  const evaluated = documents.filter((one) => isWanted(one, authorization.requirement))
  const items = collect(evaluated, (one) => itemsOf(one, facts))
  // Documentation that decides medical necessity is already a finding of that question.
  const others = evaluated.filter(({ provision }) => !standsFor(provision, decidesNecessity))
  const findings: FindingVerdict[] = others.map((one) => findingOf(one))
  const holding = evaluated
    .filter(({ provision, result }) => standsFor(provision, goesWithClaim) && result.truth !== 'true')
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

function purposeOf({ provision }: EvaluatedProvision): DocumentationVerdict['purpose'] | undefined {
  return provision.type === 'rule' && provision.rule.kind === 'documentation'
    ? provision.rule.purpose
    : undefined
}

/** Documentation for a request for authorization is listed only if an authorization may be needed. */
function isWanted(
  evaluated: EvaluatedProvision,
  requirement: PriorAuthorizationVerdict['requirement'],
): boolean {
  return (
    purposeOf(evaluated) !== 'with-pa' ||
    requirement === 'required' ||
    requirement === 'conditional' ||
    requirement === 'indeterminate'
  )
}

const statusOf = { true: 'present', false: 'missing', unknown: 'unknown' } as const

function itemsOf({ provision }: EvaluatedProvision, facts: Facts): DocumentationVerdict[] {
  if (provision.type !== 'rule' || provision.rule.kind !== 'documentation') return []
  const { rule } = provision
  return evidenceOf(rule.criteria).map(({ item, atom }) => ({
    item,
    status: statusOf[evaluate(atom, facts).truth],
    purpose: rule.purpose,
    provision,
  }))
}

interface Evidence {
  readonly item: string
  readonly atom: Atom
}

/** The atoms of a condition that a medical record can show: documented items and laboratory results. */
const evidenceOf: (expression: Expression) => readonly Evidence[] = memoize((expression) =>
  atomsOf(expression).flatMap((atom): Evidence[] => {
    if ('documented' in atom) return [{ item: atom.documented, atom }]
    return 'lab' in atom ? [{ item: `lab/${atom.lab.loincCodes.join('|')}`, atom }] : []
  }),
)
