import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { setTimeout as sleep } from 'node:timers/promises'
import { askOnce } from '../../test/support/asked.js'
import { serviceOnLine } from '../../test/support/service-line.js'
import { noServer, unless, type FaultTrial } from './fault.js'

const mebibyte = 1024 * 1024
const times = 20

interface Flood {
  readonly name: string
  readonly expect: number
  readonly head: string
  readonly pieces: () => Iterable<string | Buffer>
}

function* repeated(piece: string | Buffer, count: number): Generator<string | Buffer> {
  for (let at = 0; at < count; at++) yield piece
}

const json = 'Content-Type: application/json\r\n'
const spaces = ' '.repeat(mebibyte)
const bomb = gzipSync(Buffer.alloc(100 * mebibyte, 32))
const floods: readonly Flood[] = [
  {
    name: 'bodies of 100 MiB, announced',
    expect: 413,
    head: `${json}Content-Length: ${100 * mebibyte}\r\n`,
    pieces: () => repeated(spaces, 100),
  },
  {
    name: 'bodies of 100 MiB, in chunks',
    expect: 413,
    head: `${json}Transfer-Encoding: chunked\r\n`,
    pieces: () => repeated(`100000\r\n${spaces}\r\n`, 100),
  },
  {
    name: 'gzip bombs',
    expect: 415,
    head: `${json}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n`,
    pieces: () => [bomb],
  },
  {
    name: 'nested 100,000 deep',
    expect: 400,
    head: `${json}Content-Length: 200000\r\n`,
    pieces: () => ['['.repeat(100_000) + ']'.repeat(100_000)],
  },
  {
    name: 'headers of 10 MiB',
    expect: 431,
    head: '',
    pieces: () => repeated(`X-Flood: ${'x'.repeat(1_000)}\r\n`, 10_000),
  },
]

/** Sends one and answers the status, or 0 where the connection was ended without one. */
async function send(port: number, authorization: string, { head, pieces, expect }: Flood): Promise<number> {
  return await new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `POST /v1/authorization-checks HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${authorization}\r\n${head}${expect === 431 ? '' : '\r\n'}`,
      )
      const rest = pieces()[Symbol.iterator]()
      const more = (): void => {
        for (
          let { value, done } = rest.next();
          done !== true && !socket.destroyed;
          { value, done } = rest.next()
        )
          if (!socket.write(value as string)) {
            socket.once('drain', more)
            return
          }
      }
      more()
    })
    socket
      .setTimeout(15_000, () => {
        socket.destroy()
      })
      .on('error', () => {})
      .on('data', (bytes) => {
        answer += bytes.toString('latin1')
        if (answer.includes('\r\n\r\n'))
          setTimeout(() => {
            socket.destroy()
          }, 50)
      })
      .on('close', () => {
        resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0))
      })
  })
}

export const bodyFloods: FaultTrial = {
  name: 'floods',
  about: 'bodies of 100 MiB, gzip bombs, deep nesting, floods of headers; each 20 times, 4 at once',
  async run({ databaseUrl, say }) {
    const on = await serviceOnLine(databaseUrl, { environment: { DECISION_LOG: 'off' } })
    if (on === undefined) return noServer(databaseUrl)
    await on.service.ready()
    for (let warm = 0; warm < 500; warm++) await askOnce(on.url, on.authorization)
    const before = on.service.resident()
    const figures: Record<string, number | string> = {}
    const wrong: string[] = []
    for (const flood of floods) {
      const statuses = new Map<number, number>()
      for (let round = 0; round < times / 4; round++)
        for (const status of await Promise.all(
          Array.from({ length: 4 }, async () => await send(on.service.port, on.authorization, flood)),
        ))
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
      figures[flood.name] = [...statuses].map(([status, count]) => `${status} x${count}`).join(' ')
      say(`${flood.name}: ${figures[flood.name]}`)
      // An answer can be lost with the connection that is ended while the flood still comes.
      wrong.push(
        ...unless([
          [...statuses.keys()].every((status) => status === flood.expect || status === 0),
          `${flood.name}: ${figures[flood.name]}`,
        ]),
      )
      if ((await askOnce(on.url, on.authorization)).status !== 200)
        wrong.push(`after ${flood.name} a valid check is not answered`)
    }
    await sleep(3_000)
    for (let after = 0; after < 500; after++) await askOnce(on.url, on.authorization)
    const grown = Math.round((on.service.resident() - before) / mebibyte)
    const exit = await on.stop()
    return {
      figures: {
        ...figures,
        residentBeforeMiB: Math.round(before / mebibyte),
        grownMiB: grown,
        exit: String(exit),
      },
      wrong: [
        ...wrong,
        ...unless(
          [grown < 50, `${grown} MiB more than before`],
          [on.service.fell() === 0, 'the process ended by itself'],
          [exit === 0, `ended with ${String(exit)}`],
        ),
      ],
    }
  },
}
