import t from 'tap'
import { purity } from './invariants/purity.js'
import { answerOfCore, holdAlways, runs } from './worlds.js'

t.test('pure, cited, indifferent to order, frank about its limits', async t => {
  await holdAlways(t, purity, answerOfCore, runs)
})
