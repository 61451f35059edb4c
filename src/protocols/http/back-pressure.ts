import { getHeapStatistics } from 'node:v8'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from './problem.js'

export interface PressureLimits {
  /**
   * Limit of requests under way at the same time, from the end of reading to the end of the answer.
   */
  readonly atOnce?: number
  /** Limit of the bytes of answers that callers have not read yet. */
  readonly unsentBytes?: number
  /**
   * Limit of the delay of the event loop in milliseconds, three times in a row. One long
   * computation, such as compiling a revision, is no overload.
   */
  readonly loopDelayMs?: number
  /** Limit of the heap in use, in bytes. */
  readonly heapBytes?: number
  /** Milliseconds of overload without a break after which `isOverloaded` is true. */
  readonly lastingMs?: number
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether the process has refused for so long that a balancer should use other processes. */
    isOverloaded: () => boolean
  }
}

export const usualAtOnce = 1_000
export const usualUnsentMebibytes = 128
const usualLoopDelayMs = 500
const usualLastingMs = 10_000
const sampleMs = 250
const lateInARow = 3
// The rest of the heap is for requests under way, and for loading a new revision beside the one in
// use.
const shareOfHeap = 0.92
const retryAfter = '1'
// While there is no room, an unread answer is ended after this time, which frees its room for
// callers who read.
const unsentGraceMs = 5_000

/**
 * Load shedding: refuses a request with 503 `overloaded` and Retry-After where it would only wait.
 * That is beyond a number of requests under way, beyond a number of unread bytes, while the event
 * loop is delayed, and while the heap is nearly full. Health and metrics are always answered,
 * because restarting a busy process makes the overload worse. `app.isOverloaded` reports a lasting
 * overload.
 */
export function useBackPressure(app: FastifyInstance, limits: PressureLimits = {}): void {
  const {
    atOnce = usualAtOnce,
    unsentBytes = usualUnsentMebibytes * 1024 * 1024,
    loopDelayMs = usualLoopDelayMs,
    heapBytes = shareOfHeap * getHeapStatistics().heap_size_limit,
    lastingMs = usualLastingMs,
  } = limits
  const loop = new LoopDelay(loopDelayMs)
  const unsent = new UnsentAnswers(unsentBytes)
  const lasting = new LastingOverload(lastingMs)
  let [underWay, usedBytes] = [0, 0]
  const isPressed = (): boolean => loop.isLate || usedBytes > heapBytes || unsent.isFull
  const timer = setInterval(() => {
    loop.sample()
    usedBytes = getHeapStatistics().used_heap_size
    unsent.sample()
    lasting.sample(isPressed() || underWay >= atOnce)
  }, sampleMs)
  timer.unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
  })
  const refused = (): ProblemError => {
    lasting.refused()
    return overloaded()
  }
  app.decorate('isOverloaded', () => lasting.isLasting)
  app.addHook('onRequest', (request, _reply, done) => {
    done(isPressed() && !isSpared(request) ? refused() : undefined)
  })
  // Counted when the request was read: a slow sender takes no place.
  app.addHook('preValidation', (request, _reply, done) => {
    if (isSpared(request)) return done()
    // The caller has disconnected meanwhile; no answer is needed.
    if (request.exchange.isOver) return
    if (underWay >= atOnce) return done(refused())
    underWay++
    request.exchange.onOver(() => {
      underWay--
    })
    done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    unsent.add(request, reply.raw, payload)
    done(null, payload)
  })
}

/** Measures the delay of timers. */
class LoopDelay {
  readonly #mostMs: number
  #late = 0
  #due = performance.now() + sampleMs

  constructor(mostMs: number) {
    this.#mostMs = mostMs
  }

  sample(): void {
    const now = performance.now()
    this.#late = now - this.#due > this.#mostMs ? this.#late + 1 : 0
    this.#due = now + sampleMs
  }

  get isLate(): boolean {
    return this.#late >= lateInARow
  }
}

interface UnsentAnswer {
  readonly response: ServerResponse
  /** When the answer was given, or last seen with no bytes waiting for its reader. */
  since: number
  readonly wholeBytes: number
  /** For a streamed answer: how many bytes wait now. */
  readonly streamedBytes: () => number
}

/** The unread answers and their bytes. The bytes of streams are those of the last sample. */
class UnsentAnswers {
  readonly #mostBytes: number
  readonly #answers = new Set<UnsentAnswer>()
  #wholeBytes = 0
  #streamedBytes = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  get isFull(): boolean {
    return this.#wholeBytes + this.#streamedBytes > this.#mostBytes
  }

  add({ exchange }: FastifyRequest, response: ServerResponse, payload: unknown): void {
    const wholeBytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0
    const isStream = payload instanceof Readable
    if ((wholeBytes === 0 && !isStream) || exchange.isOver) return
    const streamedBytes = isStream ? () => payload.readableLength + response.writableLength : () => 0
    const answer: UnsentAnswer = { response, since: performance.now(), wholeBytes, streamedBytes }
    this.#answers.add(answer)
    this.#wholeBytes += wholeBytes
    exchange.onOver(() => {
      this.#answers.delete(answer)
      this.#wholeBytes -= wholeBytes
    })
  }

  /**
   * Updates the bytes of streams. Where there is no room, ends the answers that have been unread
   * for the longest time.
   */
  sample(): void {
    const now = performance.now()
    this.#streamedBytes = 0
    for (const answer of this.#answers) {
      this.#streamedBytes += answer.streamedBytes()
      if (answer.response.writableLength === 0) answer.since = now
    }
    let excess = this.#wholeBytes + this.#streamedBytes - this.#mostBytes
    if (excess <= 0) return
    const waiting = [...this.#answers].filter(({ since }) => now - since >= unsentGraceMs)
    for (const { response, wholeBytes, streamedBytes } of waiting.sort((a, b) => a.since - b.since)) {
      if (excess <= 0) return
      excess -= wholeBytes + streamedBytes()
      response.destroy()
    }
  }
}

/**
 * The start of the current overload. It has no break while each sample sees an overload, or a
 * request was refused since the sample before.
 */
class LastingOverload {
  readonly #ms: number
  #since: number | undefined
  #refused = false

  constructor(ms: number) {
    this.#ms = ms
  }

  refused(): void {
    this.#refused = true
  }

  sample(isNow: boolean): void {
    this.#since = isNow || this.#refused ? (this.#since ?? performance.now()) : undefined
    this.#refused = false
  }

  get isLasting(): boolean {
    return this.#since !== undefined && performance.now() - this.#since >= this.#ms
  }
}

const isSpared = ({ routeOptions, is404 }: FastifyRequest): boolean =>
  is404 || routeOptions.config.access === 'public'

/** The 503 of a process that has as much to do as it can. */
export function overloaded(): ProblemError {
  return new ProblemError(
    'overloaded',
    'This process has as much to do as it can. Try again after Retry-After, or ask another process.',
    [],
    { 'retry-after': retryAfter },
  )
}
