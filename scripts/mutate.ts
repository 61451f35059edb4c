import { parseArgs } from 'node:util'
import { coreMutants } from './mutation/core-mutants.js'
import { sampleEvenly, type Verdict } from './mutation/mutant.js'
import { packMutants } from './mutation/pack-mutants.js'
import { runCore } from './mutation/run-core.js'
import { runPacks } from './mutation/run-packs.js'

const usage = `Mutation testing: changes the core (src/decision) or a pack (policies/*/pack.json) a little, and says whether a test notices.

  npm run mutate -- [options]

  --only core|packs   only one of the two
  --sample N          N mutants of each, spread evenly over the files (default 200); 0: all of them
  --seed N            which sample (default 1)
  --match TEXT        only mutants whose id or description contains the text
  --pairs N           worlds compared with the naive evaluator for each mutant of the core (default 1200)
  --runs N            worlds on which the invariants are checked (default 60)
  --timeout N         seconds after which a mutant counts as killed (default 60)
  --list              print the mutants and run nothing
  --json              print the result as JSON
  --help              this text

The checkout is not touched: mutants live in a temporary folder (core) or in memory (packs). Progress goes to stderr.
Exit code 0: all killed. 1: some survived; each is printed.`

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    sample: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    match: { type: 'string', default: '' },
    pairs: { type: 'string', default: '1200' },
    runs: { type: 'string', default: '60' },
    timeout: { type: 'string', default: '60' },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(usage)
else await run()

async function run(): Promise<void> {
  const root = new URL('../', import.meta.url)
  const core = values.only === 'packs' ? [] : chosen(await coreMutants(root), (mutant) => mutant.file)
  const packs = values.only === 'core' ? [] : chosen(await packMutants(root), (mutant) => mutant.pack)
  if (values.list) {
    for (const { id, what } of [...core, ...packs]) console.log(`${id}  ${what}`)
    return
  }
  const onVerdict = progress(core.length + packs.length)
  const ofCore =
    core.length === 0
      ? []
      : await runCore(root, core, {
          pairs: Number(values.pairs),
          runs: Number(values.runs),
          seconds: Number(values.timeout),
          onVerdict,
        })
  const ofPacks = packs.length === 0 ? [] : await runPacks(root, packs, onVerdict)
  report(ofCore, ofPacks)
}

function chosen<T extends { readonly id: string; readonly what: string }>(
  mutants: readonly T[],
  groupOf: (mutant: T) => string,
): T[] {
  const matching = mutants.filter(({ id, what }) => `${id} ${what}`.includes(values.match))
  const count = Number(values.sample)
  return count === 0 ? matching : sampleEvenly(matching, groupOf, count, Number(values.seed))
}

function progress(total: number): (verdict: Verdict) => void {
  let done = 0
  let survived = 0
  return ({ id, what, status, seconds }) => {
    done++
    if (status === 'survived') survived++
    if (status === 'survived' || done % 25 === 0)
      process.stderr.write(
        `${done}/${total}, ${survived} survived${status === 'survived' ? `: ${id}  ${what}  (${seconds} s)` : ''}\n`,
      )
  }
}

function report(core: readonly Verdict[], packs: readonly Verdict[]): void {
  const survivors = [...core, ...packs].filter(({ status }) => status === 'survived')
  if (values.json)
    console.log(JSON.stringify({ core: figures(core), packs: figures(packs), survivors }, null, 2))
  else {
    for (const { id, what } of survivors) console.log(`survived  ${id}  ${what}`)
    for (const [name, verdicts] of [
      ['core', core],
      ['packs', packs],
    ] as const) {
      const { tried, killed, survived } = figures(verdicts)
      if (tried > 0) console.log(`${name}: ${tried} mutants, ${killed} killed, ${survived} survived`)
    }
  }
  if (survivors.length > 0) process.exitCode = 1
}

function figures(verdicts: readonly Verdict[]): { tried: number; killed: number; survived: number } {
  const survived = verdicts.filter(({ status }) => status === 'survived').length
  return { tried: verdicts.length, killed: verdicts.length - survived, survived }
}
