import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkBody } from './asking-service.js'

/** How a service is asked at a steady rate, however long its answers take. */
export interface Pace {
  readonly port: number
  readonly perSecond: number
  readonly ms: number
  readonly authorization?: string | undefined
}

/** Milliseconds from when each request was due, so that a service that stands still is not measured as a fast one; and what was not a 200. */
export interface PacedAnswers {
  readonly asked: number
  readonly p50: number
  readonly p99: number
  readonly longest: number
  readonly others: Readonly<Record<string, number>>
}

const mostAtOnce = 256
const tickMs = 2

/** Asks at that rate and waits for the last answers. */
export async function askPaced({ port, perSecond, ms, authorization }: Pace): Promise<PacedAnswers> {
  const agent = new Agent({ keepAlive: true, maxSockets: mostAtOnce })
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(checkBody),
    ...(authorization === undefined ? {} : { authorization }),
  }
  const took: number[] = []
  const others: Record<string, number> = {}
  const asked: Array<Promise<void>> = []
  const began = performance.now()
  const ask = async (due: number): Promise<void> =>
    await new Promise((resolve) => {
      const note = (what: string): void => {
        others[what] = (others[what] ?? 0) + 1
        resolve()
      }
      const sent = request(
        { host: '127.0.0.1', port, path: '/v1/authorization-checks', method: 'POST', agent, headers },
        (response) => {
          response.resume().on('end', () => {
            if (response.statusCode !== 200) {
              note(String(response.statusCode))
              return
            }
            took.push(performance.now() - due)
            resolve()
          })
        },
      )
      sent
        .on('error', (error: NodeJS.ErrnoException) => {
          note(error.code ?? 'failed')
        })
        .end(checkBody)
    })
  while (performance.now() - began < ms) {
    const due = ((performance.now() - began) * perSecond) / 1000
    while (asked.length < due) asked.push(ask(began + (asked.length * 1000) / perSecond))
    await sleep(tickMs)
  }
  await Promise.all(asked)
  agent.destroy()
  took.sort((a, b) => a - b)
  const at = (share: number): number =>
    took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN
  return { asked: asked.length, p50: at(0.5), p99: at(0.99), longest: took.at(-1) ?? Number.NaN, others }
}
