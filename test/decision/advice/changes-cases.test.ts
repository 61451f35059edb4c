// What would change a finding, as data: a rule or two, a request, and what is proposed of the facts that they name.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { whatWouldChange } from '../../../src/decision/advice/changes/what-would-change.js'
import type { Rule } from '../../../src/decision/shapes/rule.js'
import type { CheckRequest } from '../../../src/decision/shapes/request.js'
import { compilePolicyView } from '../../../src/policies/loaded/compile.js'
import { claim, content } from '../../oracle/worked-example.js'
import { source } from '../../store/sample.js'

interface Case {
  readonly title: string
  /** Rules of J3420; what every rule has may be left out. */
  readonly rules: readonly Partial<Rule>[]
  readonly request?: Partial<CheckRequest>
  readonly line?: Partial<CheckRequest['serviceLines'][number]>
  /** Of the first finding: how many suggestions, the values that the first one proposes, and the codes of what is not proposed. */
  readonly expect: {
    readonly suggestions?: number
    readonly values?: readonly unknown[]
    readonly notProposed?: readonly string[]
    /** The reason of a question that stays open, where no finding can be turned. */
    readonly left?: string
  }
  /** A text that stands in the finding. */
  readonly says?: string
}
const cases = JSON.parse(await readFile(new URL('changes-cases.json', import.meta.url), 'utf8')) as Case[]
const [anyPlan] = content.plans
const [anySet] = content.policySets
if (anyPlan === undefined || anySet === undefined) throw new Error('the worked example is empty')
const set = {
  policySetId: 'a-set',
  title: 'A set',
  publisher: 'A publisher',
  speaksTo: ['diagnosis', 'coverage-exclusion', 'documentation', 'claim-line'] as typeof anySet.speaksTo,
}

for (const { title, rules, request, line, expect, says = '' } of cases) {
  t.test(title, async (t) => {
    const view = compilePolicyView(
      {
        ...content,
        plans: [{ ...anyPlan, planId: 'a-plan', follows: [{ policySetId: 'a-set', role: 'governing' }] }],
        policySets: [set],
        policies: [
          {
            policyId: 'a-policy',
            policySetId: 'a-set',
            title: 'A policy',
            versions: [
              {
                versionId: 'v1',
                from: '2020-01-01',
                source,
                rules: rules.map(
                  (rule) =>
                    ({
                      ruleId: 'a-rule',
                      procedures: ['J3420'],
                      statement: 'What it says.',
                      ...rule,
                    }) as Rule,
                ),
              },
            ],
          },
        ],
      },
      1,
    )
    const answer = whatWouldChange(
      claim({ coverage: { planId: 'a-plan', state: 'FL' }, ...request }, line),
      view,
    )
    const found = answer.lines[0]?.findings[0]
    if (expect.left !== undefined) {
      t.equal(found, undefined)
      const { leaves = [] } = answer.lines[0] ?? {}
      return t.ok(leaves.some(({ reasonCode }) => reasonCode === expect.left))
    }
    if (found === undefined) return t.fail(JSON.stringify(answer.lines))
    const { suggestions, notProposed } = found
    if (expect.suggestions !== undefined) t.equal(suggestions.length, expect.suggestions)
    if (expect.values !== undefined)
      t.strictSame(
        suggestions[0]?.changes.map(({ value }) => value),
        expect.values,
      )
    if (expect.notProposed !== undefined)
      t.strictSame(
        notProposed.map(({ code }) => code),
        expect.notProposed,
      )
    t.ok(JSON.stringify(found).includes(says), `says "${says}": ${JSON.stringify(notProposed)}`)
  })
}
