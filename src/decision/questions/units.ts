import type { UnitsLimit } from '../reasons/units.js'
import type { UnitsVerdict } from '../verdict/answers.js'
import type { Facts } from '../facts/facts.js'
import type { ApplicableRules } from '../applicable/applicable-rules.js'
import { allOf } from '../shapes/truth.js'
import { pressOfUnknown, type Answered } from '../verdict/answered.js'
import { evaluateApplicable, type EvaluatedProvision } from './evaluate-applicable.js'
import { findingOf } from './finding-of.js'

/** Are the units within every limit? The limits of all sets apply together, so the strictest decides. */
export function answerUnits(applicable: ApplicableRules, facts: Facts): Answered<UnitsVerdict> {
  const evaluated = evaluateApplicable('units', applicable, facts)
  const findings = evaluated.map((one) => findingOf(one))
  const { billedUnits, discardedUnits, calculation } = facts.line
  const billed = {
    ...('value' in billedUnits ? { billedUnits: billedUnits.value } : {}),
    ...('value' in discardedUnits ? { discardedUnits: discardedUnits.value } : {}),
    ...(calculation.length === 0 ? {} : { calculation }),
  }
  if (evaluated.length === 0) {
    return {
      answer: {
        status: 'indeterminate',
        reason: { code: 'rule-not-loaded/units' },
        ...billed,
      },
      missing: [],
      findings,
      presses: 'indeterminate',
    }
  }
  const { truth, missing } = allOf(evaluated.map((one) => one.result))
  const deciding = strictest(evaluated.filter((one) => one.result.truth === truth))
  const reason = deciding?.result.reason ?? ({ code: 'rule-not-loaded/units' } as const)
  const limit = deciding === undefined ? undefined : limitOf(deciding)
  const shown =
    limit === undefined ? {} : { maximum: limit.maximum, adjudicationIndicator: limit.adjudicationIndicator }
  if (truth === 'unknown')
    return {
      answer: { status: 'indeterminate', reason, ...billed, ...shown },
      missing,
      findings,
      presses: pressOfUnknown(missing),
    }
  return truth === 'true'
    ? {
        answer: { status: 'within-limit', reason, ...billed, ...shown },
        missing: [],
        findings,
        presses: 'proceed',
      }
    : {
        answer: { status: 'exceeds-limit', reason, ...billed, ...shown },
        missing: [],
        findings,
        presses: 'expect-denial',
      }
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
