// Laboratory results: which count, how they compare, and units that convert.
import t from 'tap'
import type { AtomArgument } from '../../src/decision/shapes/expression.js'
import { compareLab } from '../../src/decision/conditions/lab.js'
import type { LabResult } from '../../src/decision/shapes/request.js'
import { convertAmount } from '../../src/decision/facts/ucum.js'

const serviceDate = '2026-11-03'
const below: AtomArgument<'lab'> = {
  loincCodes: ['2132-9', '2685-6'],
  is: 'below',
  value: 200,
  unit: 'pg/mL',
  molarMass: 1355.37,
}
const result = (
  value: number,
  observedOn = '2026-10-01',
  unit = 'pg/mL',
  loincCode = '2132-9',
): LabResult => ({ loincCode, value, unit, observedOn })
const truth = (results: LabResult[], change: Partial<AtomArgument<'lab'>> = {}): string =>
  compareLab({ ...below, ...change }, results, serviceDate).truth
const facts = (results: LabResult[], change: Partial<AtomArgument<'lab'>> = {}) =>
  compareLab({ ...below, ...change }, results, serviceDate).used

t.test('each comparison on both sides of its bound', async (t) => {
  for (const [is, under, at, over] of [
    ['below', 'true', 'false', 'false'],
    ['at-most', 'true', 'true', 'false'],
    ['above', 'false', 'false', 'true'],
    ['at-least', 'false', 'true', 'true'],
  ] as const) {
    t.strictSame(
      [199.9, 200, 200.1].map((value) => truth([result(value)], { is })),
      [under, at, over],
      is,
    )
  }
})

t.test('only results of the right test, observed by the date of service and recent enough', async (t) => {
  t.equal(truth([]), 'unknown')
  t.equal(truth([result(150, '2026-10-01', 'pg/mL', '2284-8')]), 'unknown')
  t.equal(truth([result(150, '2026-10-01', 'pg/mL', '2685-6')]), 'true')
  t.strictSame(
    ['2026-11-03', '2026-11-04'].map((date) => truth([result(150, date)])),
    ['true', 'unknown'],
  )
  t.strictSame(
    ['2026-10-04', '2026-10-03'].map((date) => truth([result(150, date)], { maximumAgeDays: 30 })),
    ['true', 'unknown'],
  )
  t.strictSame(
    ['2026-11-03', '2026-11-02'].map((date) => truth([result(150, date)], { maximumAgeDays: 0 })),
    ['true', 'unknown'],
  )
  t.equal(truth([result(150, '1999-01-01')]), 'true')
  t.strictSame(compareLab(below, [], serviceDate).missing, ['labResults'])
})

t.test('the latest decides; results of one day must agree', async (t) => {
  t.equal(truth([result(150, '2026-09-01'), result(250, '2026-10-01')]), 'false')
  t.equal(truth([result(250, '2026-10-01'), result(150, '2026-09-01')]), 'false')
  t.equal(truth([result(150), result(250)]), 'unknown')
  t.equal(truth([result(150), result(120)]), 'true')
  t.equal(truth([result(150), result(120, '2026-10-01', 'kPa')]), 'unknown')
  t.equal(truth([result(150), result(120, '2026-09-01', 'kPa')]), 'true')
})

t.test('any: one that compares is enough, none is no proof', async (t) => {
  t.equal(truth([result(250, '2026-10-01'), result(150, '2026-09-01')], { which: 'any' }), 'true')
  t.equal(truth([result(250)], { which: 'any' }), 'unknown')
  t.equal(truth([result(150, '2026-10-01', 'kPa')], { which: 'any' }), 'unknown')
  t.strictSame(compareLab({ ...below, which: 'any' }, [result(250)], serviceDate).missing, ['labResults'])
})

t.test('what was looked at is named, in an order of its own', async (t) => {
  const both = [
    { fact: 'labResults/2132-9', value: '120 pg/mL on 2026-10-01' },
    { fact: 'labResults/2685-6', value: '150 pg/mL on 2026-10-01' },
  ]
  t.strictSame(
    facts([result(150, '2026-10-01', 'pg/mL', '2685-6'), result(120), result(99, '2026-09-01')]),
    both,
  )
  t.strictSame(facts([result(120), result(150, '2026-10-01', 'pg/mL', '2685-6')]), both)
  t.strictSame(facts([result(250)], { which: 'any' }), [
    { fact: 'labResults/2132-9', value: '250 pg/mL on 2026-10-01' },
  ])
  t.strictSame(
    facts([result(250), result(150)]).map(({ value }) => value),
    ['150 pg/mL on 2026-10-01', '250 pg/mL on 2026-10-01'],
  )
})

t.test('units', async (t) => {
  t.equal(truth([result(147, '2026-10-01', 'pmol/L')]), 'true')
  t.equal(truth([result(148, '2026-10-01', 'pmol/L')]), 'false')
  const { molarMass, ...withoutMass } = below
  t.equal(molarMass, 1355.37)
  t.equal(compareLab(withoutMass, [result(100, '2026-10-01', 'pmol/L')], serviceDate).truth, 'unknown')
  t.equal(convertAmount(1, 'mg', 'ug'), 1000)
  t.equal(convertAmount(0.1, 'mg', 'ug'), 100)
  t.equal(convertAmount(150, 'pmol/L', 'pg/mL', 1355.37), 203.3055)
  t.equal(convertAmount(1, 'mg', 'mL'), undefined)
  t.equal(convertAmount(1, 'no-such-unit', 'mg'), undefined)
  t.equal(convertAmount(1, '[', 'mg'), undefined)
  t.equal(convertAmount(1e308, 'kg', 'ug'), undefined)
})
