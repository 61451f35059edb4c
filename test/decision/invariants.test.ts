// What holds of every answer, on generated worlds: all invariants look at the same ones, so that they share the answers.
import t from 'tap'
import { monotone } from './invariants/monotone.js'
import { purity } from './invariants/purity.js'
import { silence } from './invariants/silence.js'
import { askCore, holdAlways, runs } from './worlds.js'

t.test('every invariant holds of the core', async (t) => {
  await holdAlways(t, { ...silence, ...purity, ...monotone }, askCore, runs)
})
