// What asking for credentials costs: requests per second of one process, with and without keys and limits, in turns.
//
//   npm run bench -- access [rounds] [seconds of a turn]
//
// Two open servers are measured against each other first of all: their ratio (A/A) is the noise by which the other is to be judged.
import { fork } from 'node:child_process'
import { connect, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { built, builtApp } from './built-app.js'

const { closedAccess, openAccess } = (await built(
  'access/access.js',
)) as typeof import('../src/access/access.js')
const { newKey } = (await built('access/key-format.js')) as typeof import('../src/access/key-format.js')
const { createKeyTable } = (await built('access/key-table.js')) as typeof import('../src/access/key-table.js')

const connections = 8
const pipelined = 4 // requests under way on each connection

interface Turn {
  readonly port: number
  readonly authorization?: string
  readonly ms: number
}

const body = JSON.stringify({
  coverage: { planId: 'medicare-part-b', state: 'FL' },
  claimType: 'professional',
  diagnosisCodes: ['D51.0'],
  serviceLines: [
    {
      lineNumber: 1,
      procedureCode: 'J3420',
      units: 1,
      diagnosisPointers: [1],
      dateOfService: '2026-11-03',
      placeOfService: '11',
    },
  ],
  serviceHistory: [],
  serviceHistorySince: '2023-01-01',
  serviceHistoryScope: 'practice',
})

// The client is a process of its own, so that it does not share the event loop with what it measures.
if (process.send === undefined) await main()
else
  process.on('message', (turn: Turn) => {
    void load(turn).then((count) => process.send?.(count))
  })

async function main(): Promise<void> {
  const [rounds = 9, seconds = 2] = process.argv.slice(2).map(Number)
  const { key, keyId, secretHash } = newKey('test')
  const table = createKeyTable()
  table.replace([
    {
      tenantId: 'public',
      keyId,
      name: 'bench',
      secretHash,
      scopes: ['checks:write'],
      createdAt: '',
      expiresAt: null,
      revokedAt: null,
    },
  ])
  const servers = {
    open: await listen({ access: openAccess }),
    control: await listen({ access: openAccess }),
    closed: await listen({
      access: closedAccess({ key: table.verify }),
      limits: { linesPerMinute: 100_000_000 },
    }),
  }
  const client = fork(fileURLToPath(import.meta.url), { execArgv: ['--import', 'tsx'] })
  client.once('error', (error) => {
    throw error
  })
  const measure = async (name: keyof typeof servers, ms: number): Promise<number> =>
    await new Promise((resolve) => {
      client.once('message', (count) => {
        resolve((Number(count) / ms) * 1000)
      })
      client.send({
        port: servers[name].port,
        ms,
        ...(name === 'closed' ? { authorization: `Bearer ${key}` } : {}),
      } satisfies Turn)
    })
  const names = Object.keys(servers) as (keyof typeof servers)[]
  for (const name of names) await measure(name, 1000) // warm
  const found = { open: [] as number[], control: [] as number[], closed: [] as number[] }
  // Each round begins with another one, so that drift meets all alike.
  for (let round = 0; round < rounds; round++)
    for (const at of names.keys()) {
      const name = names[(round + at) % names.length] ?? 'open'
      found[name].push(await measure(name, seconds * 1000))
    }
  for (const name of names)
    process.stdout.write(
      `${name.padEnd(8)} ${Math.round(median(found[name]))} requests/s (${found[name].map(Math.round).join(' ')})\n`,
    )
  const ratio = (name: 'control' | 'closed'): string =>
    median(found[name].map((rate, round) => rate / (found.open[round] ?? rate))).toFixed(3)
  process.stdout.write(
    `control / open (A/A)  ${ratio('control')}\nclosed / open         ${ratio('closed')}   keys and limits against neither, median of ${rounds} rounds\n`,
  )
  client.kill()
  for (const name of names) await servers[name].close()
}

async function listen(
  options: Parameters<typeof builtApp>[0],
): Promise<{ port: number; close: () => Promise<void> }> {
  const app = await builtApp(options)
  await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    port: (app.server.address() as AddressInfo).port,
    close: async () => {
      await app.close()
    },
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** Sends over bare sockets, as little work as can be, and counts the answers. */
async function load({ port, authorization, ms }: Turn): Promise<number> {
  const request = `POST /v1/authorization-checks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${authorization === undefined ? '' : `Authorization: ${authorization}\r\n`}\r\n${body}`
  const until = performance.now() + ms
  const counts = await Promise.all(
    Array.from(
      { length: connections },
      async () =>
        await new Promise<number>((resolve, reject) => {
          let answered = 0
          const socket = connect(port, '127.0.0.1', () => {
            socket.write(request.repeat(pipelined))
          })
          socket
            .setNoDelay(true)
            .on('error', reject)
            .on('data', (chunk) => {
              const text = chunk.toString('latin1')
              if (/HTTP\/1\.1 [345]/.test(text)) reject(new Error(text.slice(0, 300)))
              const complete = text.split('HTTP/1.1 200').length - 1
              if (complete === 0) return
              answered += complete
              if (performance.now() < until) socket.write(request.repeat(complete))
              else socket.destroy()
            })
            .on('close', () => {
              resolve(answered)
            })
        }),
    ),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
