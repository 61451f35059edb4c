// Every figure that is promised or aimed at, in one table: `npm run bench -- --help`
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Measured } from './scale/measure.js'

const help = `npm run bench -- [--quick] [--json]

Runs the benchmarks of HTTP, engine, batch, schedule, scale and propagation one after the other, each as its own command does it: in turns, with a control (A/A). Prints what is
aimed at, what was seen and whether that reaches it. A quarter of an hour on an idle machine with a PostgreSQL at 127.0.0.1:5432; --quick: some minutes, fewer rounds, up to
100,000 policy versions, only to see that all of it runs. What the figures mean: bench/RESULTS.md.`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(`${help}\n`)
else await main(values.quick)

/** One figure: `reached` says whether it is what was aimed at. */
interface Row {
  readonly figure: string
  readonly aim: string
  readonly seen: string
  readonly reached: boolean
}

async function main(quick: boolean): Promise<void> {
  const chosen = (full: string[], short: string[]): string[] => (quick ? short : full)
  const rows = [
    ...httpRows(await run('http', chosen([], ['--starts', '1', '--rounds', '3']))),
    ...engineRows(await run('engine', chosen(['--rounds', '50'], ['--rounds', '5']))),
    ...batchRows(
      await run(
        'batch',
        chosen(['--rounds', '31', '--lines', '1000000'], ['--rounds', '5', '--lines', '20000']),
      ),
    ),
    ...scheduleRows(await run('schedule', chosen([], ['--runs', '50']))),
    ...scaleRows(await run('scale', chosen([], ['--versions', '1000,100000', '--rounds', '5']))),
    ...propagationRows(
      await run(
        'propagation',
        chosen(
          ['--revisions', '100', '--lost', '20', '--imports', '6'],
          ['--revisions', '4', '--lost', '4', '--imports', '1'],
        ),
      ),
    ),
  ]
  if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else
    process.stdout.write(
      [
        '| figure | aim | seen | |',
        '|---|---|---|---|',
        ...rows.map(
          ({ figure, aim, seen, reached }) =>
            `| ${figure} | ${aim} | ${seen} | ${reached ? 'reached' : '**not reached**'} |`,
        ),
        '',
      ].join('\n'),
    )
}

/** What a benchmark prints as JSON. Rejects when it fails. */
async function run<T>(name: string, options: readonly string[]): Promise<T> {
  process.stderr.write(`bench ${name} ...\n`)
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL(`${name}.ts`, import.meta.url)), ...options, '--json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`bench ${name} ended with ${String(code)}`)
  return JSON.parse(text) as T
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function atLeast(figure: string, aim: number, value: number, more = ''): Row {
  return { figure, aim: `≥ ${aim}`, seen: `${shown(value)}${more}`, reached: value >= aim }
}

function atMost(figure: string, aim: number, value: number, unit: string, more = ''): Row {
  return { figure, aim: `≤ ${aim} ${unit}`, seen: `${shown(value)} ${unit}${more}`, reached: value <= aim }
}

function httpRows(
  servers: ReadonlyArray<{ readonly role: string; readonly microseconds: number; readonly ofOurs: number }>,
): Row[] {
  const of = (role: string): number => servers.find((one) => one.role === role)?.ofOurs ?? NaN
  const row = (view: 'summary' | 'full', beside: string, aim: number): Row =>
    atLeast(
      `${view} over HTTP ÷ ${beside}`,
      aim,
      of(beside),
      view === 'summary' ? ` (A/A ${shown(of('summary (A/A)'))})` : '',
    )
  return [
    row('summary', 'Fastify, a fixed summary', 0.4),
    row('full', 'Fastify, a fixed full answer', 0.3),
    row('summary', 'one SELECT by key, a fixed summary', 1),
    row('summary', 'four SELECTs by key, a fixed summary', 2.2),
    row('full', 'one SELECT by key, a fixed full answer', 0.7),
    row('full', 'four SELECTs by key, a fixed full answer', 1.5),
  ]
}

interface Engine {
  readonly name: string
  readonly timesDecide: number
  readonly timesExplain: number
}

function engineRows(engines: readonly Engine[]): Row[] {
  const of = (name: string): Engine =>
    engines.find((one) => one.name === name) ?? { name, timesDecide: NaN, timesExplain: NaN }
  const controls = [
    of('decide (A/A)').timesDecide,
    of('decide and explain in full (A/A)').timesExplain,
  ] as const
  const aims = [
    ['json-rules-engine', 4, 2],
    ['zen-engine', 20, 11],
    ['PL/pgSQL function', 13, 7],
  ] as const
  return aims.flatMap(([name, decided, explained]) => [
    atLeast(`the verdict alone ÷ ${name}`, decided, of(name).timesDecide, ` (A/A ${shown(controls[0])})`),
    atLeast(
      `the verdict with all words ÷ ${name}`,
      explained,
      of(name).timesExplain,
      ` (A/A ${shown(controls[1])})`,
    ),
  ])
}

interface Batches {
  readonly rows: ReadonlyArray<{
    readonly name: string
    readonly control: number
    readonly linesPerSecond: number
    readonly linesPerSecondByClock: number
    readonly longestMs: number
  }>
  readonly memory?: {
    readonly lines: number
    readonly before: number
    readonly afterTenth: number
    readonly most: number
  }
}

function batchRows({ rows, memory }: Batches): Row[] {
  const none = { control: NaN, linesPerSecond: NaN, linesPerSecondByClock: NaN, longestMs: NaN }
  const of = (name: string): Omit<Batches['rows'][number], 'name'> =>
    rows.find((one) => one.name === name) ?? none
  const { linesPerSecond, linesPerSecondByClock, control } = of('NDJSON')
  return [
    atLeast(
      'batch, NDJSON in summary: lines a second of one core',
      20_000,
      linesPerSecond,
      ` (by the clock ${shown(linesPerSecondByClock)}; A/A ${shown(control)})`,
    ),
    atMost('longest block of the event loop, NDJSON', 10, of('NDJSON').longestMs, 'ms'),
    atMost('longest block, array of 1,000', 50, of('array').longestMs, 'ms'),
    ...(memory === undefined
      ? []
      : [
          atMost(
            `memory over ${memory.lines.toLocaleString('en-US')} lines, more than over the first tenth`,
            50,
            memory.most - Math.max(memory.before, memory.afterTenth),
            'MB',
          ),
        ]),
  ]
}

interface Planned {
  readonly name: string
  readonly medianMs: number
}

function scheduleRows(plans: readonly Planned[]): Row[] {
  const { medianMs = NaN } = plans.find(({ name }) => name === 'two years, five rules') ?? {}
  return [atMost('a schedule of two years under five rules, CPU at the median', 0.2, medianMs, 'ms')]
}

function scaleRows(sizes: readonly Measured[]): Row[] {
  const most = sizes.at(-1)
  if (most === undefined) return []
  const of = `${most.versions.toLocaleString('en-US')} policy versions`
  return [
    atMost(`${of}: each`, 200, most.bytesEach, 'bytes'),
    atMost(`${of}: RSS`, 1024, most.rssMiB, 'MiB'),
    atMost(`${of}: first load from PostgreSQL`, 30, most.loadSeconds, 's'),
    atLeast(
      `${of}: decisions over all ÷ over a thousand`,
      0.5,
      most.ratioToThousand,
      ` (A/A ${shown(most.control)})`,
    ),
  ]
}

interface Seen {
  readonly p99: number
  readonly asked: number
  readonly stale: number
}
interface Propagated {
  readonly told: Seen
  readonly lost: Seen
  readonly beside?: {
    readonly rows: number
    readonly without: readonly number[]
    readonly control: readonly number[]
    readonly during: readonly number[]
  }
}

function propagationRows({ told, lost, beside }: Propagated): Row[] {
  const stale = told.stale + lost.stale
  const by = (all: readonly number[]): number =>
    all.map((value, at) => value / (beside?.without[at] ?? NaN)).toSorted((a, b) => a - b)[all.length >> 1] ??
    NaN
  return [
    atMost('a revision in another process, told: p99', 250, told.p99, 'ms'),
    atMost('a revision in another process, the telling lost: p99', 5000, lost.p99, 'ms'),
    {
      figure: 'older answers under If-Policy-Revision-At-Least',
      aim: '0',
      seen: `${stale} of ${told.asked + lost.asked}`,
      reached: stale === 0,
    },
    ...(beside === undefined
      ? []
      : [
          atMost(
            `p99 beside an import of ${beside.rows.toLocaleString('en-US')} rows ÷ without`,
            3,
            by(beside.during),
            'times',
            ` (A/A ${shown(by(beside.control))})`,
          ),
        ]),
  ]
}
