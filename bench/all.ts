// Every figure that is promised or aimed at, in one table: `npm run bench -- --help`
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Measured } from './scale/measure.js'

const help = `npm run bench -- [--quick] [--json]

Runs the benchmarks of HTTP, engine, batch, scale and propagation one after the other, each as its own command does it: in turns, with a control (A/A). Prints what is
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
  const control = ` (A/A ${shown(of('full check (A/A)'))})`
  return [
    atLeast('full check over HTTP ÷ Fastify with a fixed reply', 0.95, of('Fastify, fixed reply'), control),
    atLeast('full check ÷ node:http', 0.52, of('node:http, fixed reply')),
    atLeast('full check ÷ a route with one SELECT by key', 1.5, of('Fastify, one SELECT by key')),
    atLeast('full check ÷ a route with four', 3, of('Fastify, four SELECTs by key')),
  ]
}

function engineRows(engines: ReadonlyArray<{ readonly name: string; readonly timesOurs: number }>): Row[] {
  const control = engines.find(({ name }) => name === 'decide (A/A)')?.timesOurs ?? NaN
  return engines
    .filter(({ name }) => !name.startsWith('decide'))
    .map(({ name, timesOurs }) =>
      atLeast(`decide with cited findings ÷ ${name}`, 50, timesOurs, ` (A/A ${shown(control)})`),
    )
}

interface Batches {
  readonly rows: ReadonlyArray<{
    readonly name: string
    readonly control: number
    readonly parseShare: number
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
  const of = (name: string) =>
    rows.find((one) => one.name === name) ?? { control: NaN, parseShare: NaN, longestMs: NaN }
  return [
    atLeast(
      'batch, NDJSON ÷ JSON.parse of its bytes',
      0.55,
      of('NDJSON').parseShare,
      ` (A/A ${shown(of('NDJSON').control)})`,
    ),
    atLeast('one request of 200 lines ÷ the same', 0.75, of('one request').parseShare),
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
