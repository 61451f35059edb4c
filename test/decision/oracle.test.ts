// The core gives the answers of a second, naive evaluator that was written from docs/use/how-it-decides.md without seeing it.
import t from 'tap'
import { differencesOf } from '../oracle/compare.js'
import { printPair, shrink } from '../oracle/shrink.js'
import { pairs } from '../oracle/generate.js'
import { isValidPair } from '../oracle/valid.js'
import { worldsOf } from '../support/short.js'

const count = Number(process.env.ORACLE_PAIRS ?? worldsOf(5_000, 150))

t.test(`${count} generated worlds, no difference`, async (t) => {
  for (const pair of pairs(1, count)) {
    const differences = differencesOf(pair)
    if (differences.length === 0) continue
    const smallest = shrink(
      pair,
      (candidate) => isValidPair(candidate) && differencesOf(candidate).length > 0,
    )
    t.fail(`seed ${pair.seed}: ${differences.join('; ')}`, {
      smallest: printPair(smallest),
      differs: differencesOf(smallest),
    })
    return
  }
  t.pass(`${count} worlds`)
})
