import type { UnitsLimit } from '../reasons/units.js'
import type { UnitsVerdict } from '../verdict/answers.js'
import type { Facts, LineFacts } from '../facts/facts.js'
import type { Reason } from '../reasons/reason.js'
import type { ApplicableRules } from '../applicable/applicable-rules.js'
import { allOf } from '../shapes/truth.js'
import { pressOfUnknown, type Answered } from '../verdict/answered.js'
import { evaluateApplicable, type EvaluatedProvision } from './evaluate-applicable.js'
import { findingOf } from './finding-of.js'
import { whyNoRule, whyPassDoesNotCount } from './no-rule.js'

/** Are the units within every limit? The limits of all sets apply together, so the strictest decides. */
export function answerUnits(applicable: ApplicableRules, facts: Facts): Answered<UnitsVerdict> {
  const evaluated = evaluateApplicable('units', applicable, facts)
  const findings = evaluated.map((one) => findingOf(one))
  if (evaluated.length === 0) return withoutRule(applicable, facts)
  const { truth, missing } = allOf(evaluated.map((one) => one.result))
  const deciding = strictest(evaluated.filter((one) => one.result.truth === truth))
  const reason = deciding?.result.reason ?? noRules
  const limit = deciding === undefined ? undefined : limitOf(deciding)
  const answer = answerOf(statuses[truth], reason, facts.line, limit)
  if (truth === 'unknown') return { answer, missing, findings, presses: pressOfUnknown(missing) }
  if (truth === 'false') return { answer, missing: [], findings, presses: 'expect-denial' }
  const lacking = whyPassDoesNotCount('units', applicable, facts)
  return lacking === undefined
    ? { answer, missing: [], findings, presses: 'proceed' }
    : {
        answer: answerOf('indeterminate', lacking, facts.line),
        missing: [],
        findings,
        presses: 'indeterminate',
      }
}

/** The answer where no limit is known: within only if the publisher states that there is none. */
function withoutRule(applicable: ApplicableRules, facts: Facts): Answered<UnitsVerdict> {
  const { means, reason, missing, findings } = whyNoRule('units', applicable, facts)
  return means === 'no-limit'
    ? { answer: answerOf('within-limit', reason, facts.line), missing, findings, presses: 'proceed' }
    : {
        answer: answerOf('indeterminate', reason, facts.line),
        missing,
        findings,
        presses: pressOfUnknown(missing),
      }
}

const statuses = { true: 'within-limit', false: 'exceeds-limit', unknown: 'indeterminate' } as const
const noRules: Reason = { code: 'rule-not-loaded/units' }

function answerOf(
  status: UnitsVerdict['status'],
  reason: Reason,
  { billedUnits, discardedUnits, calculation }: LineFacts,
  limit?: UnitsLimit,
): UnitsVerdict {
  const answer: { -readonly [K in keyof UnitsVerdict]: UnitsVerdict[K] } = { status, reason }
  if ('value' in billedUnits) answer.billedUnits = billedUnits.value
  if ('value' in discardedUnits) answer.discardedUnits = discardedUnits.value
  if (calculation.length > 0) answer.calculation = calculation
  if (limit === undefined) return answer
  answer.maximum = limit.maximum
  if (limit.adjudicationIndicator !== undefined) answer.adjudicationIndicator = limit.adjudicationIndicator
  return answer
}

function limitOf({ provision }: EvaluatedProvision): UnitsLimit | undefined {
  if (provision.type === 'unit-limit') return provision.row
  return provision.type === 'rule' && provision.rule.kind === 'units' ? provision.rule : undefined
}

function strictest(evaluated: readonly EvaluatedProvision[]): EvaluatedProvision | undefined {
  return evaluated.reduce<EvaluatedProvision | undefined>(
    (least, one) =>
      least === undefined || (limitOf(one)?.maximum ?? Infinity) < (limitOf(least)?.maximum ?? Infinity)
        ? one
        : least,
    undefined,
  )
}
