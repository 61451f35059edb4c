import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const pauseAfterFailureMs = 50
const answerWithinMs = 20_000

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

/** What clients saw of the answers to their requests. */
export interface EvaluatedProvision {
  /** Ids of answers 200 that were read to their end. */
  readonly answered: Set<string>
  /** Answers 503 that may be tried again. */
  unavailable: number
  /** Requests whose connection broke before the answer was read. */
  failed: number
  /** Connections that were refused: no process had them. */
  refused: number
  /** Anything else, by what it was: there should be none. */
  readonly unexpected: Map<string, number>
}

export interface AskingSettings {
  readonly ports: readonly number[]
  readonly clients: number
  readonly authorization?: string | undefined
  /** What a client waits after an answer. */
  readonly pauseMs?: number
}

/** Clients that ask without end, each at one port until that fails or says that it closes; `stop` lets them finish. */
export function startAsking({ ports, clients, authorization, pauseMs = 0 }: AskingSettings): {
  readonly heard: EvaluatedProvision
  readonly stop: () => Promise<void>
} {
  const heard: EvaluatedProvision = {
    answered: new Set(),
    unavailable: 0,
    failed: 0,
    refused: 0,
    unexpected: new Map(),
  }
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(authorization === undefined ? {} : { authorization }),
  }
  const stopping = new AbortController()
  const client = async (number: number): Promise<void> => {
    for (let at = number; !stopping.signal.aborted;) {
      const answer = await ask(agent, ports[at % ports.length] ?? 0, headers)
      note(heard, answer)
      if ('failure' in answer || answer.status !== 200 || answer.closes) at++
      await sleep('failure' in answer || answer.status !== 200 ? pauseAfterFailureMs : pauseMs)
    }
  }
  const running = Promise.all(
    Array.from({ length: clients }, async (_, number) => {
      await client(number)
    }),
  )
  return {
    heard,
    async stop() {
      stopping.abort()
      await running
      agent.destroy()
    },
  }
}

type Answer =
  { readonly status: number; readonly text: string; readonly closes: boolean } | { readonly failure: string }

async function ask(agent: Agent, port: number, headers: Record<string, string | number>): Promise<Answer> {
  return await new Promise((resolve) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: '/v1/authorization-checks',
        method: 'POST',
        agent,
        headers,
        timeout: answerWithinMs,
      },
      (response) => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => {
          pieces.push(piece)
        })
        response.on('close', () => {
          if (response.complete)
            resolve({
              status: response.statusCode ?? 0,
              text: Buffer.concat(pieces).toString(),
              closes: response.headers.connection === 'close',
            })
          else resolve({ failure: 'cut' })
        })
      },
    )
    sent.on('timeout', () => {
      sent.destroy(Object.assign(new Error(), { code: 'TOO_LATE' }))
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      resolve({ failure: error.code ?? 'unknown' })
    })
    sent.end(body)
  })
}

function note(heard: EvaluatedProvision, answer: Answer): void {
  const unexpected = (what: string): void => {
    heard.unexpected.set(what, (heard.unexpected.get(what) ?? 0) + 1)
  }
  if ('failure' in answer) {
    if (answer.failure === 'ECONNREFUSED') heard.refused++
    else if (answer.failure === 'TOO_LATE') unexpected('no answer')
    else heard.failed++
    return
  }
  const said = JSON.parse(answer.text) as { determinationId?: string; code?: string; retryable?: boolean }
  if (answer.status === 200 && said.determinationId !== undefined) {
    if (heard.answered.has(said.determinationId)) unexpected('an id given twice')
    heard.answered.add(said.determinationId)
  } else if (answer.status === 503 && said.retryable === true) heard.unavailable++
  else unexpected(`${answer.status} ${said.code ?? ''}`)
}
