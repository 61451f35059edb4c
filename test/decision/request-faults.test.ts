// What a schema cannot say of a request.
import t from 'tap'
import { requestFaults } from '../../src/decision/facts/request-faults.js'
import { claim } from '../oracle/worked-example.js'

const [line] = claim().serviceLines
if (line === undefined) throw new Error('the worked example has a line')
const authorization = { authorizationNumber: 'A1', status: 'approved' as const }
const found = (...change: Parameters<typeof claim>): string[] =>
  requestFaults(claim(...change)).map(({ pointer, code }) => `${code} ${pointer}`)

t.test('a request in order has no faults', async (t) => {
  t.strictSame(found(), [])
  t.strictSame(found({}, { dateOfServiceEnd: '2026-11-03' }), [])
  t.strictSame(found({ diagnosisCodes: ['D51.0', 'E44.0'] }, { diagnosisPointers: [2, 1] }), [])
  t.strictSame(
    found({
      authorizations: [
        { ...authorization, from: '2026-11-03', to: '2026-11-03' },
        { ...authorization, from: '2026-11-03' },
        { ...authorization, to: '2026-11-03' },
      ],
    }),
    [],
  )
  const { diagnosisPointers, ...withoutPointers } = line
  t.strictSame(diagnosisPointers, [1])
  t.strictSame(found({ serviceLines: [withoutPointers] }), [])
})

t.test('a state that is none is refused; states, territories and parts are not', async (t) => {
  t.strictSame(found({ coverage: { planId: 'medicare-part-b', state: 'XX' } }), [
    'unknown-state /coverage/state',
  ])
  for (const state of ['FL', 'fl', 'PR', 'DC', 'QN'])
    t.strictSame(found({ coverage: { planId: 'medicare-part-b', state } }), [])
})

t.test('every fault is named with its place', async (t) => {
  const { diagnosisCodes, ...withoutDiagnoses } = claim()
  t.strictSame(diagnosisCodes, ['D51.0'])
  t.strictSame(
    requestFaults(withoutDiagnoses).map(({ pointer }) => pointer),
    ['/serviceLines/0/diagnosisPointers/0'],
  )
  t.strictSame(found({ serviceLines: [line, { ...line, lineNumber: 2 }, line, line] }), [
    'duplicate-line-number /serviceLines/2/lineNumber',
    'duplicate-line-number /serviceLines/3/lineNumber',
  ])
  t.strictSame(found({}, { diagnosisPointers: [1, 2] }), [
    'pointer-out-of-range /serviceLines/0/diagnosisPointers/1',
  ])
  t.strictSame(found({}, { dateOfServiceEnd: '2026-11-02' }), [
    'range-backwards /serviceLines/0/dateOfServiceEnd',
  ])
  t.strictSame(
    found({ authorizations: [authorization, { ...authorization, from: '2026-11-03', to: '2026-11-02' }] }),
    ['range-backwards /authorizations/1/to'],
  )
})
