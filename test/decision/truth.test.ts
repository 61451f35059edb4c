// Kleene logic as tables; what an unknown misses; which facts a truth rests on.
import t from 'tap'
import {
  allOf,
  anyOf,
  atLeast,
  decided,
  not,
  union,
  unknown,
  type Evaluated,
} from '../../src/decision/shapes/truth.js'

const values = {
  T: decided(true, { fact: 'a', value: '1' }),
  F: decided(false, { fact: 'b', value: '2' }),
  U: unknown(['c'], [{ fact: 'd', value: '3' }]),
}
type Letter = keyof typeof values
const letterOf = ({ truth }: Evaluated): string => ({ true: 'T', false: 'F', unknown: 'U' })[truth]
const facts = (one: Evaluated): string[] => one.used.map(({ fact, value }) => `${fact}${value}`)
const of = (letters: string): Evaluated[] => letters.split('').map((letter) => values[letter as Letter])

t.test('and, or, not', async (t) => {
  for (const [parts, all, any] of [
    '|T|F',
    'T|T|T',
    'F|F|F',
    'U|U|U',
    'TT|T|T',
    'TF|F|T',
    'FT|F|T',
    'FF|F|F',
    'TU|U|T',
    'UT|U|T',
    'FU|F|U',
    'UF|F|U',
    'UU|U|U',
    'TFU|F|T',
  ].map((row) => row.split('|'))) {
    t.equal(letterOf(allOf(of(parts ?? ''))), all, `all of ${parts}`)
    t.equal(letterOf(anyOf(of(parts ?? ''))), any, `any of ${parts}`)
  }
  t.strictSame(
    ['T', 'F', 'U'].map((letter) => letterOf(not(values[letter as Letter]))),
    ['F', 'T', 'U'],
  )
})

t.test('at least n', async (t) => {
  for (const [n, parts, wanted] of [
    [1, 'TF', 'T'],
    [2, 'TF', 'F'],
    [2, 'TU', 'U'],
    [2, 'TUF', 'U'],
    [2, 'FUF', 'F'],
    [2, 'TTU', 'T'],
    [3, 'TUF', 'F'],
    [1, 'FFF', 'F'],
    [1, 'U', 'U'],
    [2, 'UU', 'U'],
    [3, 'UU', 'F'],
  ] as const) {
    t.equal(letterOf(atLeast(n, of(parts))), wanted, `at least ${n} of ${parts}`)
  }
})

t.test('an unknown misses what its unknown parts miss; what is known misses nothing', async (t) => {
  const other = unknown(['e', 'c'], [], 'why')
  for (const one of [
    allOf([values.T, values.U, other]),
    anyOf([values.F, values.U, other]),
    atLeast(2, [values.F, values.U, other]),
  ])
    t.strictSame([one.missing, one.because], [['c', 'e'], 'why'])
  for (const one of [
    allOf([values.F, values.U]),
    anyOf([values.T, values.U]),
    atLeast(1, [values.T, values.U]),
  ])
    t.strictSame([one.missing, one.because], [[], undefined])
  t.equal(unknown([]).because, undefined)
})

t.test('a truth rests on all facts that were looked at, each once', async (t) => {
  for (const one of [allOf(of('TFUT')), anyOf(of('TFUF')), atLeast(2, of('TFUU'))])
    t.strictSame(facts(one), ['a1', 'b2', 'd3'])
  t.strictSame(
    facts(allOf([decided(true, { fact: 'a', value: '1' }, { fact: 'a', value: '2' }), values.T])),
    ['a1', 'a2'],
  )
  t.strictSame(facts(not(values.F)), ['b2'])
  t.strictSame(union([1, 2], [2, 3], [], [1]), [1, 2, 3])
})
