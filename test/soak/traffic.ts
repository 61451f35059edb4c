import { Agent, request as ask } from 'node:http'
import { differencesBetween } from '../oracle/compare.js'
import { naiveDetermination } from '../oracle/evaluate.js'
import type { FullDecision } from '../../src/decision/explain/explain.js'
import type { Determination } from '../../src/decision/shapes/determination.js'
import type { Question, World } from './worlds.js'

/** An answer with everything that it is held against. */
type FullDetermination = Determination & FullDecision

export interface Answered {
  readonly status: number
  readonly text: string
  readonly ms: number
}

/** What clients saw. */
export interface Seen {
  readonly ids: Set<string>
  checks: number
  batches: number
  reads: number
  /** Answers 503 that may be tried again. */
  unavailable: number
  readonly wrong: string[]
  readonly unexpected: Map<string, number>
  /** Milliseconds of the answers since they were last taken. */
  took: number[]
}

export interface TrafficSettings {
  readonly port: number
  readonly authorization: string
  /** The policy of each revision that there was. */
  readonly worlds: ReadonlyMap<number, World>
  readonly clients: number
  readonly pauseMs: number
  /** Whether the service takes batches. */
  readonly batches: boolean
}

const reads = [
  '/v1/plans?pageSize=20',
  '/v1/policies?pageSize=20',
  '/v1/payers',
  '/v1/determinations?pageSize=5',
  '/v1/diagnoses/D51.0',
  '/v1/policies/no-such-policy',
  '/health/ready',
]
const mostSaid = 50

/** Clients that check, send batches and read without end; each answer to a check is held against the naive evaluator, under the policy of its revision. */
export function startTraffic({ port, authorization, worlds, clients, pauseMs, batches }: TrafficSettings): {
  readonly seen: Seen
  readonly stop: () => Promise<void>
} {
  const seen: Seen = {
    ids: new Set(),
    checks: 0,
    batches: 0,
    reads: 0,
    unavailable: 0,
    wrong: [],
    unexpected: new Map(),
    took: [],
  }
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const unexpected = (what: string): void => {
    seen.unexpected.set(what, (seen.unexpected.get(what) ?? 0) + 1)
  }
  const stopping = new AbortController()

  async function send(method: string, path: string, body?: string): Promise<Answered | undefined> {
    const began = performance.now()
    const answer = await new Promise<Answered | undefined>((resolve) => {
      const sent = ask(
        {
          host: '127.0.0.1',
          port,
          agent,
          method,
          path,
          timeout: 20_000,
          headers: {
            authorization,
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          },
        },
        (response) => {
          let text = ''
          response
            .setEncoding('utf8')
            .on('data', (piece: string) => {
              text += piece
            })
            .on('close', () => {
              if (!response.complete) {
                unexpected(`${method} ${path}: cut off`)
                resolve(undefined)
              } else resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - began })
            })
        },
      )
      sent
        .on('timeout', () => {
          sent.destroy(new Error('no answer'))
        })
        .on('error', (error: NodeJS.ErrnoException) => {
          unexpected(`${method} ${path.split('?')[0] ?? ''}: ${error.code ?? error.message}`)
          resolve(undefined)
        })
        .end(body)
    })
    if (answer?.status === 503 && answer.text.includes('"retryable":true')) {
      seen.unavailable++
      return undefined
    }
    return answer
  }

  // Policy may be replaced between asking and answering: what is right is told by the revision that answered.
  async function hold(question: Question, world: World, determination: FullDetermination): Promise<void> {
    // Answers by a revision come before whoever published it has heard that it is there.
    for (let tries = 0; tries < 100 && !worlds.has(determination.policyRevision); tries++)
      await new Promise((resolve) => setTimeout(resolve, 100))
    const answeredBy = worlds.get(determination.policyRevision)
    if (seen.ids.has(determination.determinationId))
      seen.wrong.push(`${determination.determinationId} was given twice`)
    seen.ids.add(determination.determinationId)
    if (answeredBy === undefined) {
      unexpected(`answered by revision ${determination.policyRevision}, which nobody made`)
      return
    }
    const expected =
      answeredBy === world ? question.expected : naiveDetermination(question.request, answeredBy.content)
    const differences = differencesBetween(expected, determination)
    if (differences.length > 0 && seen.wrong.length < mostSaid)
      seen.wrong.push(
        `revision ${determination.policyRevision} (world ${answeredBy.seed}): ${differences.join('; ')}: ${question.body}`,
      )
  }

  async function check(turn: number): Promise<void> {
    const world = newestOf(worlds)
    const question = world.asked[turn % world.asked.length]
    if (question === undefined) return
    const answer = await send('POST', '/v1/authorization-checks?view=full', question.body)
    if (answer === undefined) return
    seen.took.push(answer.ms)
    if (answer.status !== 200) {
      unexpected(`check: ${answer.status} ${answer.text.slice(0, 200)}`)
      return
    }
    seen.checks++
    await hold(question, world, JSON.parse(answer.text) as FullDetermination)
  }

  async function batch(turn: number): Promise<void> {
    const world = newestOf(worlds)
    const questions = Array.from(
      { length: 10 },
      (_, at) => world.asked[(turn + at) % world.asked.length],
    ).filter((one) => one !== undefined)
    const answer = await send(
      'POST',
      '/v1/authorization-checks/batch?view=full',
      `[${questions.map(({ body }) => body).join()}]`,
    )
    if (answer === undefined) return
    if (answer.status !== 200) {
      unexpected(`batch: ${answer.status} ${answer.text.slice(0, 200)}`)
      return
    }
    seen.batches++
    const answers = JSON.parse(answer.text) as Array<FullDetermination | { code: string; retryable: boolean }>
    if (answers.length !== questions.length)
      unexpected(`batch: ${answers.length} answers to ${questions.length} requests`)
    for (const [at, one] of answers.entries()) {
      const question = questions[at]
      if ('code' in one) {
        if (one.retryable) seen.unavailable++
        else unexpected(`batch: ${one.code}`)
      } else if (question !== undefined) await hold(question, world, one)
    }
  }

  async function read(turn: number): Promise<void> {
    const path = reads[turn % reads.length] ?? '/v1/plans'
    const answer = await send('GET', path)
    if (answer === undefined) return
    seen.reads++
    if (answer.status !== (path.includes('no-such') ? 404 : 200))
      unexpected(`GET ${path}: ${answer.status} ${answer.text.slice(0, 200)}`)
  }

  const client = async (number: number): Promise<void> => {
    for (let turn = number * 13; !stopping.signal.aborted; turn++) {
      if (turn % 11 === 0) await read(turn / 11)
      else if (batches && turn % 17 === 0) await batch(turn)
      else await check(turn)
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
  const running = Promise.all(
    Array.from({ length: clients }, async (_, number) => {
      await client(number)
    }),
  )
  return {
    seen,
    async stop() {
      stopping.abort()
      await running
      agent.destroy()
    },
  }
}

function newestOf(worlds: ReadonlyMap<number, World>): World {
  const newest = [...worlds.values()].at(-1)
  if (newest === undefined) throw new Error('no policy was published')
  return newest
}
