import type { Rule, RuleOfKind } from '../../../decision/shapes/rule.js'
import type { DecidedKind } from '../../../decision/shapes/rule-kinds.js'

const mostProcedures = 2000

/** Splits a rule that has more procedures than the pack format allows in one rule. */
export function inPortions<R extends Rule>(rule: R): R[] {
  const portions: R[] = []
  for (let at = 0; at < rule.procedures.length; at += mostProcedures) {
    portions.push({
      ...rule,
      ruleId: at === 0 ? rule.ruleId : `${rule.ruleId}-${at / mostProcedures + 1}`,
      procedures: rule.procedures.slice(at, at + mostProcedures),
    })
  }
  return portions
}

/**
 * Rules which say that a person must read a text before `about` can be decided for these procedures.
 * Empty where there are no procedures.
 */
export function reviewRules(
  ruleId: string,
  about: DecidedKind,
  procedures: Iterable<string>,
  statement: string,
  section: string,
): RuleOfKind<'review'>[] {
  return inPortions({
    kind: 'review',
    ruleId,
    procedures: [...procedures].sort(),
    about,
    reasonCode: 'text-not-interpreted',
    statement,
    section: section.slice(0, 120),
  })
}

/** Numbers as a list in words: "1", "1 and 2", "1 to 4", "1, 3 and 5 to 7". */
export function numbersInWords(numbers: readonly number[]): string {
  const runs: Array<[number, number]> = []
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last !== undefined && last[1] === number - 1) last[1] = number
    else runs.push([number, number])
  }
  const parts = runs.flatMap(([first, last]) =>
    last - first > 1 ? [`${first} to ${last}`] : first === last ? [`${first}`] : [`${first}`, `${last}`],
  )
  const [end = ''] = parts.splice(-1)
  return parts.length === 0 ? end : `${parts.join(', ')} and ${end}`
}

/** "group 1", "groups 1 to 3". */
export const groupsInWords = (numbers: readonly number[]): string =>
  `group${new Set(numbers).size === 1 ? '' : 's'} ${numbersInWords(numbers)}`
