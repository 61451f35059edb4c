import { displayDiagnosis } from '../../shapes/codes.js'
import { atomsNotNegated, diagnosesIn } from '../../conditions/walk.js'
import type { AtomArgument } from '../../shapes/expression.js'
import type { RuleOfKind } from '../../shapes/rule.js'
import { describe } from '../../explain/wording.js'
import type { PolicyView } from '../../shapes/view.js'
import type { ListedCodes } from './answer.js'
import { groupCodes } from './code-groups.js'

/** The diagnoses that a rule lists, list by list, conditional ones marked and explained; neutral, for the clinician to compare with the record. */
export function listsOf(
  { supports, conditionalCodes = [], excluded }: RuleOfKind<'diagnosis'>,
  view: PolicyView,
): ListedCodes[] {
  const conditional = new Set(conditionalCodes.flatMap((entry) => entry.codes))
  // Those under a `not` speak against a diagnosis and stand in the words of the rule.
  const positive = supports === undefined ? [] : diagnosesIn(atomsNotNegated(supports))
  return [
    ...positive.map((atom) => listOf(atom, conditional, view)),
    ...conditionalCodes.map(({ codes, condition, note }) =>
      printed(
        condition === undefined ? `* ${note}` : `* Only with ${describe(condition, view)}`,
        codes,
        new Set(),
      ),
    ),
    ...(excluded === undefined
      ? []
      : [
          printed(
            `Not covered: ${view.codeSet(excluded)?.title ?? excluded}`,
            view.codeSet(excluded)?.codes ?? [],
            new Set(),
          ),
        ]),
  ]
}

function listOf(
  { codeSet, codes = [], position }: AtomArgument<'diagnosis'>,
  conditional: ReadonlySet<string>,
  view: PolicyView,
): ListedCodes {
  const set = codeSet === undefined ? undefined : view.codeSet(codeSet)
  const title =
    set?.title ?? (codeSet === undefined ? 'Codes that the rule names' : `${codeSet} (list not held)`)
  return printed(
    position === undefined ? title : `${title} (as ${position} diagnosis)`,
    [...(set?.codes ?? []), ...codes],
    conditional,
  )
}

function printed(title: string, codes: readonly string[], conditional: ReadonlySet<string>): ListedCodes {
  // `D51*` stands for every code that begins so, and is printed as it stands.
  const families = codes
    .filter((code) => code.endsWith('*'))
    .map((code) => `${displayDiagnosis(code.slice(0, -1))}… (all that begin so)`)
  const { groups, omitted } = groupCodes(
    codes.filter((code) => !code.endsWith('*')),
    conditional,
  )
  return { title, count: new Set(codes).size, codes: [...families, ...groups], omitted }
}
