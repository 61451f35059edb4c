import { closest } from '../closest-name.js'
import { atomsOf, conditionsOf } from '../conditions/walk.js'
import { memoizeByKey } from '../memoize.js'
import type { Plan } from '../shapes/policy.js'
import type { PolicyView } from '../shapes/view.js'
import type { LineVerdict } from '../verdict/verdict.js'

/** Something that the request gives and that no rule of the plan for the service asks for. */
export interface NameNotAsked {
  readonly kind: 'documentation-item' | 'lab-result'
  readonly name: string
  /** The name that may be meant. */
  readonly closest: string | undefined
}

/** The documentation items and laboratory tests of the request that no rule of the plan for the code of the line reads, in any version. */
export function namesNotAsked({ facts }: LineVerdict, plan: Plan | undefined): NameNotAsked[] {
  const { documentation = [], labResults = [] } = facts.sent
  if (plan === undefined || documentation.length + labResults.length === 0) return []
  const asked = namesAsked(plan, facts.line.code, facts.view)
  return [
    ...notIn(
      documentation.map(({ item }) => item),
      asked.items,
    ).map((name) => ({
      kind: 'documentation-item' as const,
      name,
      closest: closest(name, [...asked.items]),
    })),
    ...notIn(
      labResults.map(({ loincCode }) => loincCode),
      asked.tests,
    ).map((name) => ({ kind: 'lab-result' as const, name, closest: undefined })),
  ]
}

const notIn = (names: readonly string[], known: ReadonlySet<string>): string[] =>
  [...new Set(names)].filter((name) => !known.has(name)).sort()

interface NamesAsked {
  readonly items: ReadonlySet<string>
  readonly tests: ReadonlySet<string>
}

const mostKept = 256
const kept = memoizeByKey<PolicyView, NamesAsked>(mostKept)

function namesAsked(plan: Plan, code: string, view: PolicyView): NamesAsked {
  return kept(view, `${plan.planId} ${code}`, () => {
    const items = new Set<string>()
    const tests = new Set<string>()
    for (const { policySetId } of plan.follows)
      for (const { versions } of view.policies(policySetId, code))
        for (const { rules } of versions)
          for (const atom of rules.flatMap(conditionsOf).flatMap(atomsOf)) {
            if ('documented' in atom) items.add(atom.documented)
            if ('lab' in atom) for (const loinc of atom.lab.loincCodes) tests.add(loinc)
          }
    return { items, tests }
  })
}
