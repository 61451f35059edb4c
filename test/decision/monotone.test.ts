import t from 'tap'
import { monotone } from './invariants/monotone.js'
import { answerOfCore, holdAlways, runs } from './worlds.js'

t.test('the date of service chooses, and more is never more lenient', async t => {
  await holdAlways(t, monotone, answerOfCore, runs)
})
