import t from 'tap'
import { silence } from './invariants/silence.js'
import { answerOfCore, holdAlways, runs } from './worlds.js'

t.test('silence is never a yes, and missing is not false', async t => {
  await holdAlways(t, silence, answerOfCore, runs)
})
