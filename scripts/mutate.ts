import { parseArgs } from 'node:util'
import { areas } from './mutation/areas.js'
import { knownSlips, type KnownSlip } from './mutation/known-slips.js'
import { sampleEvenly, type SourceMutant, type Verdict } from './mutation/mutant.js'
import { packMutants } from './mutation/pack-mutants.js'
import { runAreas } from './mutation/run-areas.js'
import { runPacks } from './mutation/run-packs.js'
import { mutantsOfArea } from './mutation/source-mutants.js'

const usage = `Mutation testing: changes a source file or a pack a little, and says whether a test notices.

  npm run try -- mutate [options]

  --only NAMES        areas, with commas: ${areas.map(({ name }) => name).join(', ')}, packs; "slips" for the known slips alone
                      (default: everything but packs)
  --sample N          N mutants of each area, the same number from each file (default 40); 0: all of them
  --core N            N mutants of core and advice together instead, and --sample N of all other areas together
  --seed N            which sample (default 1)
  --match TEXT        only mutants whose id or description contains the text
  --seconds N         seconds of CPU that a mutant may take (default 6; twice what its area takes without a mutant, where that is more)
  --minutes N         after N minutes no more mutants are begun but the known slips (default: no limit)
  --list              print the mutants and run nothing
  --json              print the result as JSON
  --help              this text

Known slips run first: changes by hand that tests once did not notice. The checkout is not touched: mutants live in a temporary folder (sources) or
in memory (packs). Progress goes to stderr.
Exit code 0: every known slip was noticed, whatever else survived; survivors are printed. 1: a known slip survived, or the tests fail as they are.`

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: areas.map(({ name }) => name).join() },
    sample: { type: 'string', default: '40' },
    core: { type: 'string' },
    seed: { type: 'string', default: '1' },
    match: { type: 'string', default: '' },
    seconds: { type: 'string', default: '6' },
    minutes: { type: 'string', default: 'Infinity' },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

interface AreaMutant extends SourceMutant {
  readonly area: string
}

const ofCore = new Set(['core', 'advice'])

if (values.help) console.log(usage)
else await run()

async function run(): Promise<void> {
  const root = new URL('../', import.meta.url)
  const names = values.only.split(',')
  const slips = (await knownSlips(root)).filter(({ area }) => names.includes('slips') || names.includes(area))
  const mutants = await sampled(root, names)
  const packs = names.includes('packs')
    ? chosen(await packMutants(root), ({ pack }) => pack, values.sample)
    : []
  if (values.list) {
    for (const { id, what } of [...slips, ...mutants, ...packs]) console.log(`${id}  ${what}`)
    return
  }
  const onVerdict = progress(slips.length + mutants.length + packs.length)
  const lots = areas.map((area) => ({
    area,
    mutants: [...slips, ...mutants].filter((mutant) => mutant.area === area.name),
    required: new Set(slips.map(({ id }) => id)),
  }))
  // Under a time limit the many of the core are what is left out.
  if (values.core !== undefined) lots.reverse()
  const verdicts = await runAreas(root, lots, {
    seconds: Number(values.seconds),
    minutes: Number(values.minutes),
    onArea: (area, tests, cpuSeconds) =>
      process.stderr.write(
        `${area}: ${tests} test files, ${cpuSeconds.toFixed(1)} s of CPU without a mutant\n`,
      ),
    onVerdict,
  })
  if (packs.length > 0) verdicts.push(...(await runPacks(root, packs, onVerdict)))
  report(slips, verdicts)
}

/** The mutants that are asked for: of each area so many, or of the core so many and of everything else so many. */
async function sampled(root: URL, names: readonly string[]): Promise<AreaMutant[]> {
  const all = await Promise.all(
    areas
      .filter(({ name }) => names.includes(name))
      .map(async (area) =>
        (await mutantsOfArea(root, area)).map((mutant): AreaMutant => ({ ...mutant, area: area.name })),
      ),
  )
  const fileOf = ({ file }: AreaMutant): string => file
  if (values.core === undefined) return all.flatMap((lot) => chosen(lot, fileOf, values.sample))
  const [core, others] = [true, false].map((isCore) =>
    all.flat().filter(({ area }) => ofCore.has(area) === isCore),
  )
  return [...chosen(core ?? [], fileOf, values.core), ...chosen(others ?? [], fileOf, values.sample)]
}

function chosen<T extends { readonly id: string; readonly what: string }>(
  mutants: readonly T[],
  groupOf: (mutant: T) => string,
  sample: string,
): T[] {
  const matching = mutants.filter(({ id, what }) => `${id} ${what}`.includes(values.match))
  const count = Number(sample)
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

function report(slips: readonly KnownSlip[], verdicts: readonly Verdict[]): void {
  const isSlip = new Set(slips.map(({ id }) => id))
  const ofSlips = verdicts.filter(({ id }) => isSlip.has(id))
  const sample = verdicts.filter(({ id }) => !isSlip.has(id))
  const survivors = sample.filter(({ status }) => status === 'survived')
  const unnoticed = ofSlips.filter(({ status }) => status === 'survived')
  const tables = [...new Set(sample.map(({ area }) => area))].map((area) => ({
    area,
    ...figures(sample.filter((verdict) => verdict.area === area)),
  }))
  if (values.json)
    console.log(
      JSON.stringify({ seed: Number(values.seed), slips: ofSlips, areas: tables, survivors }, null, 2),
    )
  else {
    for (const { what, status, by } of ofSlips)
      console.log(
        `known slip ${status === 'survived' ? 'NOT NOTICED' : 'noticed'}: ${what}${by === undefined ? '' : `; by: ${by}`}`,
      )
    for (const { id, what } of survivors) console.log(`survived  ${id}  ${what}`)
    for (const { area, tried, killed, timeout, survived } of [
      ...tables,
      { area: 'in all', ...figures(sample) },
    ])
      if (tried > 0)
        console.log(
          `${area}: ${tried} mutants, ${killed} killed, ${timeout} ran too long, ${survived} survived`,
        )
    console.log(
      `seed ${values.seed}; known slips noticed: ${ofSlips.length - unnoticed.length} of ${ofSlips.length}`,
    )
  }
  if (unnoticed.length > 0) process.exitCode = 1
}

interface Figures {
  readonly tried: number
  readonly killed: number
  readonly timeout: number
  readonly survived: number
}

function figures(verdicts: readonly Verdict[]): Figures {
  const count = (wanted: Verdict['status']): number =>
    verdicts.filter(({ status }) => status === wanted).length
  return {
    tried: verdicts.length,
    killed: count('killed'),
    timeout: count('timeout'),
    survived: count('survived'),
  }
}
