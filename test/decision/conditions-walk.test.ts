// The walk over conditions: every connective, the parts in their order, and what a rule names.
import t from 'tap'
import type { Expression } from '../../src/decision/shapes/expression.js'
import {
  atomsAt,
  atomsNotNegated,
  atomsOf,
  codeSetsOf,
  codeSetsOfRule,
  conditionsAt,
  fold,
  isAtom,
  withAtoms,
  withCodeSetNames,
} from '../../src/decision/conditions/walk.js'
import { CodeSetName, Rule } from '../../src/decision/shapes/rule.js'

const diagnosis = (codeSet: string): Expression => ({ diagnosis: { codeSet } })
const condition: Expression = {
  all: [
    { any: [diagnosis('a'), { sex: ['female'] }] },
    { not: diagnosis('b') },
    { atLeast: { n: 2, of: [diagnosis('c'), { ndcGiven: true }, { all: [diagnosis('d')] }] } },
  ],
}

t.test('a fold gets every connective with what was made of its parts, in their order', async (t) => {
  const text = fold<string>(condition, {
    all: (parts) => `all(${parts.join(' ')})`,
    any: (parts) => `any(${parts.join(' ')})`,
    not: (part) => `not(${part})`,
    atLeast: ({ n, of }) => `${n} of(${of.join(' ')})`,
    atom: (atom) => ('diagnosis' in atom ? (atom.diagnosis.codeSet ?? '') : Object.keys(atom).join()),
  })
  t.equal(text, 'all(any(a sex) not(b) 2 of(c ndcGiven all(d)))')
})

t.test('atoms come in their order, with their places, and without those under a not', async (t) => {
  const named = (atoms: readonly object[]): string[] => atoms.map((atom) => JSON.stringify(atom))
  const all = [diagnosis('a'), { sex: ['female'] }, diagnosis('b'), diagnosis('c'), { ndcGiven: true }]
  t.same(named(atomsOf(condition)), named([...all, diagnosis('d')]))
  t.same(
    atomsAt(condition, '/when').map(([path]) => path),
    [
      '/when/all/0/any/0',
      '/when/all/0/any/1',
      '/when/all/1/not',
      '/when/all/2/atLeast/of/0',
      '/when/all/2/atLeast/of/1',
      '/when/all/2/atLeast/of/2/all/0',
    ],
  )
  t.same(codeSetsOf(condition), ['a', 'b', 'c', 'd'])
  t.notOk(named(atomsNotNegated(condition)).includes(JSON.stringify(diagnosis('b'))))
  t.equal(atomsNotNegated(condition).length, 5)
  t.ok(isAtom(diagnosis('a')))
  t.notOk(isAtom(condition))
})

t.test('atoms are changed in their places, and nothing else is', async (t) => {
  t.same(
    withAtoms(condition, (atom) => atom),
    condition,
  )
  t.same(
    atomsOf(withAtoms(condition, () => ({ ndcGiven: true }))),
    atomsOf(condition).map(() => ({ ndcGiven: true })),
  )
})

const base = { ruleId: 'r', procedures: ['J0001'], statement: 'Says so.' }
const rules: Rule[] = [
  {
    kind: 'prior-authorization',
    ...base,
    when: diagnosis('w'),
    cases: [{ when: diagnosis('c'), requirement: 'required' }, { requirement: 'not-required' }],
  } as Rule,
  { kind: 'coverage-exclusion', ...base, when: diagnosis('w') } as Rule,
  {
    kind: 'diagnosis',
    ...base,
    supports: condition,
    conditionalCodes: [
      { codes: ['D510'], condition: diagnosis('e'), note: 'Only with e.' },
      { codes: ['D511'], note: 'Not held.' },
    ],
    excluded: 'x',
    others: 'deny',
  } as Rule,
  { kind: 'documentation', ...base, purpose: 'retain', criteria: diagnosis('p') } as Rule,
  { kind: 'frequency', ...base, counting: 'units', limits: [], exemptWhen: diagnosis('f') } as Rule,
  {
    kind: 'claim-line',
    ...base,
    requires: diagnosis('q'),
    effect: 'reject',
    remedy: 'Send it.',
  } as Rule,
  { kind: 'units', ...base, maximum: 1, adjudicationIndicator: 2 } as Rule,
  { kind: 'diagnosis', ...base, others: 'unknown' } as Rule,
  { kind: 'diagnosis', ...base, supports: { diagnosis: { codes: ['D510'] } }, others: 'deny' } as Rule,
  { kind: 'frequency', ...base, counting: 'units', limits: [] } as Rule,
]

t.test('a rule names the code sets of all its conditions and what it excludes', async (t) => {
  t.same(rules.map(codeSetsOfRule), [
    ['w', 'c'],
    ['w'],
    ['a', 'b', 'c', 'd', 'e', 'x'],
    ['p'],
    ['f'],
    ['q'],
    [],
    [],
    [],
    [],
  ])
  t.same(
    rules.flatMap(conditionsAt).map(([path]) => path),
    [
      '/when',
      '/cases/0/when',
      '/when',
      '/supports',
      '/conditionalCodes/0/condition',
      '/criteria',
      '/exemptWhen',
      '/requires',
      '/supports',
    ],
  )
})

t.test('a rule whose code sets are renamed is otherwise the same, to the order of its fields', async (t) => {
  for (const rule of rules) {
    const renamed = withCodeSetNames(rule, (id) => `own.${id}`)
    t.same(
      codeSetsOfRule(renamed),
      codeSetsOfRule(rule).map((id) => `own.${id}`),
    )
    const back = withCodeSetNames(renamed, (id) => id.slice(4))
    t.equal(JSON.stringify(back), JSON.stringify(rule))
  }
})

// What names a code set outside of conditions is known to codeSetsOfRule, withCodeSetNames and the checks of references in packs.
t.test('no kind of rule names a code set that the walk does not know', async (t) => {
  const wordsOf = (schema: object): unknown => ('description' in schema ? schema.description : undefined)
  const named = Rule.anyOf.flatMap(({ properties: { kind, ...others } }) =>
    Object.entries(others).flatMap(([name, schema]) =>
      wordsOf(schema) === wordsOf(CodeSetName) ? [`${kind.const} ${name}`] : [],
    ),
  )
  t.strictSame(named, ['diagnosis excluded'])
})
