// How long the search for what would change blocks the event loop: `npm run bench -- what-would-change --help`
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { addDays } from '../src/decision/shapes/plain-date.js'
import { buildIfStale } from '../scripts/build-if-stale.mjs'
import type { Asked } from './batch-server.js'

const help = `npm run bench -- what-would-change [--rounds 3] [--short] [--json]

Starts the built application on the starter packs in a process of its own and sends the heaviest requests that the schema allows: 200 lines, 2,000 earlier
services and five findings that fail on each line. In the second request each line spans 31 days. Prints the longest block of the event loop in each round
(the least and the most of the rounds), the time of the answer, and the longest
block that work in pure turns of 4 ms has on this machine. --short: leaves the second request out, which takes half a minute.`

interface Row {
  readonly name: string
  readonly seconds: number
  readonly leastLongestMs: number
  readonly longestMs: number
  /** The longest block of turns of 4 ms of nothing, in the rounds between. */
  readonly pureTurnsMs: number
}

const request = (days: number): string =>
  JSON.stringify({
    coverage: { planId: 'medicare-part-b', state: 'FL' },
    claimType: 'professional',
    diagnosisCodes: ['D51.0', 'E44.0', 'D51.3', 'E53.8'],
    serviceHistory: Array.from({ length: 2000 }, (_, at) => ({
      procedureCode: at % 2 === 0 ? 'J3420' : 'J3425',
      dateOfService: addDays('2026-10-31', -at),
      units: 1,
      claimStatus: 'paid',
    })),
    serviceHistorySince: '2010-01-01',
    serviceHistoryScope: 'practice',
    serviceLines: Array.from({ length: 200 }, (_, at) => ({
      lineNumber: at + 1,
      procedureCode: 'J3420',
      units: 2,
      diagnosisPointers: [1 + (at % 4)],
      dateOfService: '2026-12-01',
      ...(days === 1 ? {} : { dateOfServiceEnd: addDays('2026-12-01', days - 1) }),
      placeOfService: '11',
    })),
  })

async function measure(rounds: number, short: boolean): Promise<Row[]> {
  buildIfStale()
  const server = fork(fileURLToPath(new URL('./batch-server.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  })
  try {
    const [port] = (await once(server, 'message')) as [number]
    const rows = [await measureRequest(server, port, { name: '200 lines', body: request(1), rounds })]
    if (!short)
      rows.push(
        await measureRequest(server, port, { name: '200 lines of 31 days', body: request(31), rounds: 1 }),
      )
    return rows
  } finally {
    server.disconnect()
    await once(server, 'exit')
  }
}

async function measureRequest(
  server: ChildProcess,
  port: number,
  { name, body, rounds }: { name: string; body: string; rounds: number },
): Promise<Row> {
  const tell = async (asked: Asked): Promise<unknown> => {
    server.send(asked)
    return ((await once(server, 'message')) as [unknown])[0]
  }
  const [blocks, pure]: [number[], number[]] = [[], []]
  let seconds = 0
  for (let turn = 0; turn < rounds; turn++) {
    await tell({ do: 'watch' })
    const began = performance.now()
    const answer = await fetch(`http://127.0.0.1:${port}/v1/what-would-change`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const text = await answer.text()
    if (answer.status !== 200) throw new Error(`${answer.status} ${text.slice(0, 300)}`)
    seconds = (performance.now() - began) / 1000
    blocks.push((await tell({ do: 'loop' })) as number)
    await tell({ do: 'spin', ms: Math.min(3_000, seconds * 1000) })
    pure.push((await tell({ do: 'loop' })) as number)
  }
  return {
    name,
    seconds: Number(seconds.toPrecision(3)),
    leastLongestMs: Number(Math.min(...blocks).toPrecision(3)),
    longestMs: Number(Math.max(...blocks).toPrecision(3)),
    pureTurnsMs: Number(Math.max(...pure).toPrecision(3)),
  }
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(`${help}\n`)
else {
  const rows = await measure(Number(values.rounds), values.short)
  if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`)
  else
    for (const { name, seconds, leastLongestMs, longestMs, pureTurnsMs } of rows)
      process.stdout.write(
        `${name.padEnd(22)} longest block ${leastLongestMs} to ${longestMs} ms (pure turns of 4 ms: ${pureTurnsMs}), answered in ${seconds} s\n`,
      )
}
