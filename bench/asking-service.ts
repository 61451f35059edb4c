import { connect } from 'node:net'

/** How a service is asked for a while: so many connections, each with one request under way. */
export interface Asking {
  readonly port: number
  /** Absent: an authorization check in the default view. */
  readonly path?: string
  readonly connections: number
  readonly ms: number
  readonly authorization?: string | undefined
}

/** Milliseconds of each answer, and how many there were in a second. */
export interface Asked {
  readonly answers: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** One line, as a practice asks before a visit. */
export const checkBody = JSON.stringify({
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
const endOfHead = '\r\n\r\n'

/** Asks over bare sockets, as little work as can be. Rejects when an answer is not 200. */
export async function ask({
  port,
  path = '/v1/authorization-checks',
  connections,
  ms,
  authorization,
}: Asking): Promise<Asked> {
  const request = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(checkBody)}\r\n${authorization === undefined ? '' : `Authorization: ${authorization}\r\n`}\r\n${checkBody}`
  const began = performance.now()
  const took = (
    await Promise.all(
      Array.from({ length: connections }, async () => await askOver(port, request, began + ms)),
    )
  )
    .flat()
    .sort((a, b) => a - b)
  const at = (share: number): number =>
    took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN
  return {
    answers: took.length,
    perSecond: (took.length / (performance.now() - began)) * 1000,
    p50: at(0.5),
    p99: at(0.99),
  }
}

async function askOver(port: number, request: string, until: number): Promise<number[]> {
  return await new Promise((resolve, reject) => {
    const took: number[] = []
    let [held, sent] = ['', 0]
    const send = (): void => {
      sent = performance.now()
      socket.write(request)
    }
    const socket = connect(port, '127.0.0.1', send)
    socket
      .setNoDelay(true)
      .on('error', reject)
      .on('close', () => {
        resolve(took)
      })
      .on('data', (chunk) => {
        held += chunk.toString('latin1')
        const head = held.indexOf(endOfHead)
        if (head < 0) return
        if (!held.startsWith('HTTP/1.1 200')) {
          reject(new Error(held.slice(0, 300)))
          return
        }
        const length = Number(/content-length: (\d+)/i.exec(held)?.[1])
        if (held.length < head + endOfHead.length + length) return
        held = ''
        took.push(performance.now() - sent)
        if (performance.now() < until) send()
        else socket.destroy()
      })
  })
}
