import type { Atom, Expression } from '../../criteria-schema.js'
import type { Rule } from '../../rule.js'

/** All atoms of a condition, in their order; whether they stand under a `not` is not told. */
export function atomsOf(expression: Expression): Atom[] {
  if ('all' in expression) return expression.all.flatMap(atomsOf)
  if ('any' in expression) return expression.any.flatMap(atomsOf)
  if ('not' in expression) return atomsOf(expression.not)
  if ('atLeast' in expression) return expression.atLeast.of.flatMap(atomsOf)
  return [expression]
}

/** Every condition of a rule: its own `when`, and those of its body. */
export function conditionsOf(rule: Rule): Expression[] {
  const body = bodyConditions(rule).filter((condition) => condition !== undefined)
  return rule.when === undefined ? body : [rule.when, ...body]
}

function bodyConditions(rule: Rule): Array<Expression | undefined> {
  switch (rule.kind) {
    case 'prior-authorization':
      return rule.cases.map((one) => one.when)
    case 'diagnosis':
      return [rule.supports, ...(rule.conditionalCodes ?? []).map((one) => one.condition)]
    case 'documentation':
      return [rule.criteria]
    case 'frequency':
      return [rule.exemptWhen]
    case 'claim-line':
      return [rule.requires]
    default:
      return []
  }
}
