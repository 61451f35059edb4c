import { abuse } from '../test/abuse/run.js'
import { starterContent } from './app-on-packs.js'
import { readOptions } from './script-options.js'

const usage = `Sends generated inputs that nobody should send to every operation of the API, over real connections, to a service in this process: types, nulls, nesting,
encodings, dates, duplicate keys, odd paths and queries, and bytes that are hardly HTTP. Nothing may be answered 5xx, hang, repeat what was sent, or be anything but a
problem; and the next valid request must be answered as before.

  npm run try -- abuse [options]
    --inputs N         for each operation (300)
    --seed N           another seed, other inputs (1)
    --valid-every N    ask the valid request after so many inputs (1)
    --operation ID     only this operation
    --number N         only the input of this number: with seed and operation it makes one again
    --json             one JSON object, without what is said meanwhile
    --help             this text

Exit codes: 0 nothing was found, 1 something was, 2 the options are wrong.`

const options = {
  inputs: { type: 'string', default: '300' },
  seed: { type: 'string', default: '1' },
  'valid-every': { type: 'string', default: '1' },
  operation: { type: 'string' },
  number: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

process.exitCode = await main()

async function main(): Promise<number> {
  const given = readOptions(usage, options)
  if (typeof given === 'number') return given
  const [inputs, seed, validEvery] = [given.inputs, given.seed, given['valid-every']].map(Number) as [
    number,
    number,
    number,
  ]
  if (
    ![inputs, seed, validEvery, Number(given.number ?? 0)].every(Number.isSafeInteger) ||
    inputs < 1 ||
    validEvery < 1
  ) {
    console.error(`an option has no such value\n\n${usage}`)
    return 2
  }
  const found = await abuse({
    content: await starterContent(),
    inputs,
    seed,
    validEvery,
    only: {
      operationId: given.operation,
      number: given.number === undefined ? undefined : Number(given.number),
    },
    ...(given.json
      ? {}
      : {
          onProgress: (said: string) => {
            console.error(said)
          },
        }),
  })
  if (given.json) console.log(JSON.stringify(found))
  else {
    for (const fault of found.faults.slice(0, 100)) console.log(fault)
    const { operations, inputs: sent, validAsked, statuses, longestMs, faults } = found
    console.log(
      `${operations} operations, ${sent} inputs, ${validAsked} valid requests between them; answers ${JSON.stringify(statuses)}; the longest ${Math.round(longestMs)} ms; ${faults.length} faults`,
    )
  }
  return found.faults.length === 0 ? 0 : 1
}
