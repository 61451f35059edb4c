// What many checks in one request cost: `npm run bench -- batch --help`
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { request as send } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildIfStale } from '../scripts/build-if-stale.mjs'
import { batchKinds, printFigures, type Memory, type BatchKind, type Round } from './batch-figures.js'
import { manyLines, requests, type Sent } from './batch-requests.js'
import type { Asked } from './batch-server.js'

const help = `npm run bench -- batch [--rounds 15] [--batch 500] [--lines N] [--json] [--profile FOLDER]

Starts the built application on the starter packs, without a decision log, in a process of its own, and asks it in turns from this one. JSON.parse of the
same bytes, line by line, is timed in that process too, twice in each round: the ratio of the two (A/A) is the noise by which the others are to be judged.
  NDJSON      --batch requests of one line, ÷ JSON.parse of the bytes that are sent, and ÷ JSON.parse of those sent and of those answered
  one request 200 lines with a shared history of 500 services, ÷ the same
  array       1,000 requests of one line
each in the default view, with the lines a second of processor time of the server and by the clock,
and for each the longest block of the event loop of the server: the longest turn that work of 4 ms in pure loops has on this machine stands beside it.
--lines N: sends N lines in one request and tells the resident memory of the server meanwhile.
--profile: a CPU profile of the server is written there.`

// After which the code of a check is compiled.
const warmTurns = 8

async function measure({
  rounds,
  batch,
  lines,
  json,
  profile,
}: {
  rounds: number
  batch: number
  lines: number
  json: boolean
  profile: string | undefined
}): Promise<void> {
  buildIfStale()
  const server = startServer(profile)
  try {
    const [port] = (await once(server, 'message')) as [number]
    const found: Record<BatchKind, Round[]> = { NDJSON: [], 'one request': [], array: [] }
    const sent: Record<BatchKind, Sent> = {
      NDJSON: lineByLine(requests(batch)),
      'one request': {
        path: '/v1/authorization-checks',
        type: 'application/json',
        texts: [manyLines],
        body: manyLines,
      },
      array: {
        path: '/v1/authorization-checks/batch',
        type: 'application/json',
        texts: requests(1_000),
        body: `[${requests(1_000).join()}]`,
      },
    }
    const answers = new Map<BatchKind, string[]>()
    for (const name of batchKinds)
      answers.set(
        name,
        (await post(port, sent[name])).split('\n').filter((line) => line !== ''),
      )
    for (let turn = -warmTurns; turn < rounds; turn++)
      for (const at of batchKinds.keys()) {
        // Each round begins with another one, so that drift meets all alike.
        const name = batchKinds[(Math.max(0, turn) + at) % batchKinds.length] ?? 'NDJSON'
        const measured = await askOnce(server, port, sent[name], answers.get(name) ?? [])
        if (turn >= 0) found[name].push(measured)
      }
    const memory = lines > 0 ? await memoryOfFresh(lines) : undefined
    printFigures(
      found,
      {
        rounds,
        batch,
        memory,
        lines: { NDJSON: batch, 'one request': 200, array: 1_000 },
        bytes: Object.fromEntries(
          batchKinds.map((name) => [name, Buffer.byteLength(sent[name].body)]),
        ) as Record<BatchKind, number>,
      },
      json,
    )
  } finally {
    await stop(server)
  }
}

function startServer(profile?: string): ChildProcess {
  const server = fork(fileURLToPath(new URL('./batch-server.ts', import.meta.url)), {
    execArgv: [
      '--import',
      'tsx',
      ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
    ],
  })
  server.once('error', (error) => {
    throw error
  })
  return server
}

async function stop(server: ChildProcess): Promise<void> {
  server.disconnect()
  await once(server, 'exit')
}

/** On a server of its own: what the rounds before left in a heap would be taken for what the lines need. */
async function memoryOfFresh(lines: number): Promise<Memory> {
  const server = startServer()
  const [port] = (await once(server, 'message')) as [number]
  try {
    await post(port, lineByLine(requests(2_000)))
    return await memoryOver(server, port, lines)
  } finally {
    await stop(server)
  }
}

function lineByLine(texts: readonly string[]): Sent {
  return {
    path: '/v1/authorization-checks/batch',
    type: 'application/x-ndjson',
    texts,
    body: `${texts.join('\n')}\n`,
  }
}

async function askOnce(
  server: ChildProcess,
  port: number,
  { texts, ...sent }: Sent,
  answers: readonly string[],
): Promise<Round> {
  const tell = async (asked: Asked): Promise<unknown> => {
    server.send(asked)
    return ((await once(server, 'message')) as [unknown])[0]
  }
  const parse = (await tell({ do: 'parse', texts, times: 10 })) as number
  await tell({ do: 'watch' })
  const used = (await tell({ do: 'processor' })) as number
  const began = performance.now()
  await post(port, sent)
  const ms = performance.now() - began
  const processorMs = ((await tell({ do: 'processor' })) as number) - used
  const longest = (await tell({ do: 'loop' })) as number
  const again = (await tell({ do: 'parse', texts, times: 10 })) as number
  const parseBoth =
    parse +
    (((await tell({ do: 'parse', texts: answers.slice(0, 50), times: 1 })) as number) * answers.length) /
      Math.min(50, answers.length)
  await tell({ do: 'spin', ms: Math.min(500, ms) })
  return {
    ms,
    processorMs,
    parse,
    again,
    parseBoth,
    longest,
    pureTurns: (await tell({ do: 'loop' })) as number,
  }
}

/** Posts and reads the answer. Rejects when it is not 200. */
async function post(port: number, { path, type, body }: Omit<Sent, 'texts'>): Promise<string> {
  return await new Promise((resolve, reject) => {
    const asking = send(
      {
        port,
        path,
        method: 'POST',
        headers: { 'content-type': type, 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        const pieces: Buffer[] = []
        answer
          .on('data', (piece: Buffer) => {
            pieces.push(piece)
          })
          .on('error', reject)
          .on('end', () => {
            const text = Buffer.concat(pieces).toString()
            if (answer.statusCode === 200) resolve(text)
            else reject(new Error(`${answer.statusCode ?? 0} ${text.slice(0, 300)}`))
          })
      },
    )
    asking.on('error', reject).end(body)
  })
}

/** Sends so many lines in one request, reads what comes and drops it; resident memory in MB, looked at twice a second. */
async function memoryOver(server: ChildProcess, port: number, lines: number): Promise<Memory> {
  const rss = async (): Promise<number> => {
    server.send({ do: 'memory' } satisfies Asked)
    return Math.round(((await once(server, 'message')) as [number])[0] / 1e6)
  }
  const before = await rss()
  const began = performance.now()
  const piece = Buffer.from(`${requests(100).join('\n')}\n`)
  let [answered, afterTenth, most, ended] = [0, 0, 0, false]
  const asking = send(
    {
      port,
      path: '/v1/authorization-checks/batch',
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
    },
    (answer) => {
      answer
        .on('data', (bytes: Buffer) => {
          for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) answered++
        })
        .on('end', () => {
          ended = true
        })
    },
  )
  const isOver = (): boolean => ended
  const watching = (async () => {
    while (!isOver()) {
      await new Promise((resolve) => {
        setTimeout(resolve, 500)
      })
      const now = await rss()
      if (answered < lines / 10) afterTenth = Math.max(afterTenth, now)
      most = Math.max(most, now)
      if (process.stderr.isTTY) process.stderr.write(`\r${answered} of ${lines} lines, ${now} MB `)
    }
  })()
  for (let written = 0; written < lines; written += 100) if (!asking.write(piece)) await once(asking, 'drain')
  asking.end()
  await watching
  if (answered !== lines) throw new Error(`${answered} of ${lines} lines were answered`)
  return { lines, before, afterTenth, most, seconds: Math.round((performance.now() - began) / 1000) }
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    batch: { type: 'string', default: '500' },
    lines: { type: 'string', default: '0' },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(`${help}\n`)
else
  await measure({
    rounds: Number(values.rounds),
    batch: Number(values.batch),
    lines: Number(values.lines),
    json: values.json,
    profile: values.profile,
  })
