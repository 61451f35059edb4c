// What a decision costs beside general rule engines that say no more than four words, on questions that all answer alike.
//
//   npm run bench -- engine [--rounds N] [--json]
//
// Every round asks each, a few questions at a time in an order by chance; ours is asked twice, and the ratio of the two (A/A) is what a ratio is
// worth. Peers are asked with facts made ready for them and say no more than four words. Ours finds policy, dates and history itself: once it
// stops at the verdict, and once it also makes every word of the full answer, with each finding cited.
// Of the engines the packages in bench/peers are installed at the first run.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Determination } from '../src/decision/shapes/determination.js'
import { built } from './built-app.js'
import {
  contentOf,
  plansOf,
  questionsOf,
  wordsOf,
  wordsOfAnswer,
  type Asked,
  type Words,
} from './peer-world.js'
import { jsonRulesEngine } from './peers/json-rules-engine.js'
import { sqlFunction } from './peers/sql-function.js'
import { zenEngine } from './peers/zen-engine.js'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, json: { type: 'boolean', default: false } },
})
const folder = fileURLToPath(new URL('peers', import.meta.url))
if (!existsSync(`${folder}/node_modules`))
  execFileSync('npm', ['ci', '--prefix', folder], { stdio: ['ignore', 'ignore', 'inherit'] })

const { decide } = (await built('decision/decide.js')) as typeof import('../src/decision/decide.js')
const { answerOf } = (await built(
  'decision/explain/answer.js',
)) as typeof import('../src/decision/explain/answer.js')
const { determinationBytes } = (await built(
  'rendering/determination-bytes.js',
)) as typeof import('../src/rendering/determination-bytes.js')
const { compilePolicyView } = (await built(
  'policies/loaded/compile.js',
)) as typeof import('../src/policies/loaded/compile.js')

const plans = plansOf(200)
const questions = questionsOf(plans, 2000)
const view = compilePolicyView(contentOf(plans), 1)
const sql = await sqlFunction(
  plans,
  process.env.BENCH_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
)
const decided = (asked: Asked): Words => wordsOf(decide(asked.request, view))
const answer = (asked: Asked): Determination =>
  answerOf(decide(asked.request, view), {
    determinationId: 'det_0199c2d4f0a87c3e9b1d5a6f7e8c9d0a',
    recorded: false,
    kind: 'authorization',
    view: 'full',
  })
const explained = (asked: Asked): Words => wordsOfAnswer(answer(asked))
const asBytes = (asked: Asked): Words => String(determinationBytes(answer(asked)).length)
const asked: ReadonlyArray<readonly [name: string, ask: (asked: Asked) => Words | Promise<Words>]> = [
  ['decide', decided],
  ['decide (A/A)', decided],
  ['decide and explain in full', explained],
  ['decide and explain in full (A/A)', explained],
  ['decide, explain in full, and as JSON', asBytes],
  ['json-rules-engine', jsonRulesEngine(plans)],
  ['zen-engine', zenEngine(plans)],
  ['PL/pgSQL function', sql.ask],
]

// Proven alike before anything is timed.
for (const [name, ask] of asked) {
  if (ask === asBytes) continue
  for (const question of questions) {
    const [said, wanted] = [await ask(question), decided(question)]
    if (said !== wanted)
      throw new Error(`${name} says ${said} where we say ${wanted}: ${JSON.stringify(question)}`)
  }
}

const piece = 50

/** Microseconds for a question of each, over all questions, a few at a time in an order by chance: what else the machine does, and what the one before left in the caches, touches all alike. */
async function round(): Promise<number[]> {
  const spent = asked.map(() => 0)
  for (let from = 0; from < questions.length; from += piece) {
    const order = asked
      .map((one, which) => ({ ask: one[1], which, by: Math.random() }))
      .sort((a, b) => a.by - b.by)
    for (const { ask, which } of order) {
      const began = performance.now()
      for (let number = from; number < from + piece; number++) {
        const said = ask(questions[number] as Asked)
        if (said instanceof Promise) await said
      }
      spent[which] = (spent[which] ?? 0) + performance.now() - began
    }
  }
  return spent.map((ms) => (ms * 1000) / questions.length)
}

for (let warm = 0; warm < 5; warm++) await round()
const rounds: number[][] = []
for (let turn = 0; turn < Number(values.rounds); turn++) rounds.push(await round())
await sql.close()

const median = (all: readonly number[] = []): number => all.toSorted((a, b) => a - b)[all.length >> 1] ?? NaN
/** What one costs in those of another of the same round, the median over rounds. */
function timesOf(at: number, other: string): number {
  const own = asked.findIndex(([name]) => name === other)
  return median(rounds.map((spent) => (spent[at] ?? NaN) / (spent[own] ?? NaN)))
}

const rows = asked.map(([name], at) => ({
  name,
  microseconds: median(rounds.map((spent) => spent[at] ?? NaN)),
  timesDecide: timesOf(at, 'decide'),
  timesExplain: timesOf(at, 'decide and explain in full'),
}))
if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`)
else
  for (const row of rows)
    process.stdout.write(
      `${row.name.padEnd(38)} ${row.microseconds.toFixed(1).padStart(8)} µs   ${row.timesDecide.toFixed(2).padStart(7)} of decide   ${row.timesExplain.toFixed(2).padStart(7)} of decide and explain in full\n`,
    )
