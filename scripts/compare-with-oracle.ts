import { parseArgs } from 'node:util'
import { differencesOf } from '../test/oracle/compare.js'
import { pairs } from '../test/oracle/generate.js'

const usage = `Compares the core with the naive evaluator of test/oracle on generated policies and requests.

  npm run try -- oracle [--pairs N] [--seed N]

  --pairs N   how many pairs (default 100000)
  --seed N    first seed (default 1); a difference is found again by its seed
  --help      this text

Exit code 0: no difference. 1: at least one; each is printed with its seed.`

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(usage)
else compareAll(Number(values.seed), Number(values.pairs))

function compareAll(seed: number, count: number): void {
  let done = 0
  let different = 0
  for (const pair of pairs(seed, count)) {
    const differences = differencesOf(pair)
    if (differences.length > 0) {
      different++
      console.log(`seed ${pair.seed}: ${differences.join('; ')}`)
    }
    done++
    if (done % 10_000 === 0) process.stderr.write(`${done} of ${count} pairs, ${different} different\n`)
  }
  console.log(`${done} pairs, ${different} different`)
  if (different > 0) process.exitCode = 1
}
