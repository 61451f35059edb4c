// The cases of a pack: what a file of cases must be, and how a case changes the base request.
import t from 'tap'
import { changedBy, parseCases, requestOf, valueAt } from '../../src/policies/packs/cases.js'
import { claim } from '../oracle/worked-example.js'

const base = { ...claim() }
const one = { title: 'A case', expect: { outcome: 'proceed' } }

t.test('a file that is none is refused, with the place', async (t) => {
  t.strictSame(parseCases({ base, cases: [one] }, 'a/cases.json').cases, [one])
  t.throws(() => parseCases({ base, cases: [] }, 'a/cases.json'), { message: /^a\/cases\.json: \/cases / })
  t.throws(() => parseCases({ base, cases: [{ title: 'No expectation' }] }, 'f'), { message: /\/cases\/0/ })
})

t.test('a case that does not make a request of the service is refused by its title', async (t) => {
  t.strictSame(requestOf(base, one), claim())
  t.strictSame(requestOf(base, { ...one, request: { 'serviceLines.0.units': 2 } }), claim({}, { units: 2 }))
  t.throws(() => requestOf(base, { ...one, request: { 'serviceLines.0.unit': 2 } }), {
    message: /^A case: .*\/serviceLines\/0 must not have additional properties/,
  })
})

t.test('changes go by path: set, made on the way, taken away', async (t) => {
  t.strictSame(changedBy({ a: [{ b: 1 }], c: 2 }, { request: { 'a.0.b': 3, 'd.e': 4, c: null } }), {
    a: [{ b: 3 }],
    d: { e: 4 },
  })
  t.strictSame(changedBy({ a: 1 }, {}), { a: 1 })
  t.throws(
    () => changedBy({ lines: [{ units: 1 }] }, { request: { 'lines.0.units.value': 2 } }),
    { message: 'lines.0.units.value leads into something that has no parts' },
    'a slip in a path is told, and does not leave the case without its change',
  )
})

t.test('a path that leads nowhere leads to nothing', async (t) => {
  t.equal(valueAt({ a: [{ b: 1 }] }, 'a.0.b'), 1)
  t.equal(valueAt({ a: [{ b: 1 }] }, 'a.0.b.c'), undefined)
  t.equal(valueAt({ a: null }, 'a.b'), undefined)
})
