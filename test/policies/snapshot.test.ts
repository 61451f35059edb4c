import t from 'tap'
import { countsOf, createSnapshot } from '../../src/policies/loaded/snapshot.js'
import { everything } from '../store/sample.js'

t.test('what a revision holds is counted as people count it', async (t) => {
  t.match(countsOf(everything), {
    payers: 2,
    policyVersions: 3,
    codes: 5,
    unitLimits: 3,
    procedurePairs: 5,
    ndcCodes: 4,
  })
})

t.test('an older revision is not taken', async (t) => {
  const snapshot = createSnapshot()
  t.equal(snapshot.replace({ revision: 2, content: everything }), true)
  t.equal(snapshot.replace({ revision: 2, content: everything }), false)
  t.equal(
    snapshot.current()?.view.procedurePairs('cms-ptp', 'practitioner', 'J3420', '96372')?.pairs.length,
    2,
  )
})
