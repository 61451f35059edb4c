// What a decision costs beside general rule engines that say no more than four words, on questions that all answer alike.
//
//   npm run bench:engine -- [--rounds N] [--json]
//
// Every round asks each in turn, so that what else the machine does touches all alike; ours is asked twice, and the ratio of the two (A/A) is
// what a ratio is worth. Peers are asked with facts made ready for them; ours finds policy, dates and history itself, and cites every finding.
// Of the engines the packages in bench/peers are installed at the first run.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { built } from './built-app.js'
import { contentOf, plansOf, questionsOf, verdictOf, type Asked, type Verdict } from './peer-world.js'
import { jsonRulesEngine } from './peers/json-rules-engine.js'
import { sqlFunction } from './peers/sql-function.js'
import { zenEngine } from './peers/zen-engine.js'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' }, json: { type: 'boolean', default: false } } })
const folder = fileURLToPath(new URL('peers', import.meta.url))
if (!existsSync(`${folder}/node_modules`)) execFileSync('npm', ['ci', '--prefix', folder], { stdio: ['ignore', 'ignore', 'inherit'] })

const { decide } = await built('decision/decide.js') as typeof import('../src/decision/decide.js')
const { compilePolicyView } = await built('policies/compile.js') as typeof import('../src/policies/compile.js')

const plans = plansOf(200)
const questions = questionsOf(plans, 2000)
const view = compilePolicyView(contentOf(plans), 1)
const sql = await sqlFunction(plans, process.env.BENCH_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres')
const ours = (asked: Asked): Verdict => verdictOf(decide(asked.request, view))
const asText = (asked: Asked): Verdict => JSON.stringify(decide(asked.request, view))
const asked: ReadonlyArray<readonly [name: string, ask: (asked: Asked) => Verdict | Promise<Verdict>, sample: number]> = [
  ['decide, all findings cited', ours, 2000], ['decide (A/A)', ours, 2000], ['decide, and the answer as JSON text', asText, 2000],
  ['json-rules-engine', jsonRulesEngine(plans), 400], ['zen-engine', zenEngine(plans), 1000], ['PL/pgSQL function', sql.ask, 400]
]

// Proven alike before anything is timed.
for (const [name, ask] of asked) {
  if (ask === asText) continue
  for (const question of questions) {
    const [said, wanted] = [await ask(question), ours(question)]
    if (said !== wanted) throw new Error(`${name} says ${said} where we say ${wanted}: ${JSON.stringify(question)}`)
  }
}

async function microseconds (ask: (asked: Asked) => Verdict | Promise<Verdict>, sample: number): Promise<number> {
  const began = performance.now()
  for (let at = 0; at < sample; at++) {
    const said = ask(questions[at] as Asked)
    if (said instanceof Promise) await said
  }
  return (performance.now() - began) * 1000 / sample
}

for (let round = 0; round < 10; round++) for (const [, ask] of asked.slice(0, 3)) await microseconds(ask, 2000)
const times = new Map<string, number[]>(asked.map(([name]) => [name, []]))
for (let round = 0; round < Number(values.rounds); round++) for (const [name, ask, sample] of asked) times.get(name)?.push(await microseconds(ask, sample))
await sql.close()

const median = (all: readonly number[] = []): number => all.toSorted((a, b) => a - b)[all.length >> 1] ?? NaN
const own = median(times.get('decide, all findings cited'))
const rows = asked.map(([name]) => ({ name, microseconds: median(times.get(name)), timesOurs: median(times.get(name)) / own }))
if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`)
else for (const row of rows) process.stdout.write(`${row.name.padEnd(38)} ${row.microseconds.toFixed(1).padStart(8)} µs   ${row.timesOurs.toFixed(2).padStart(7)} of ours\n`)
