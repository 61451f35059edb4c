import { getHeapStatistics } from 'node:v8'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from './problem.js'

export interface PressureLimits {
  /**
   * Requests that are answered at the same time, counted from when they were read to the end of
   * their answer.
   */
  readonly atOnce?: number
  /** Bytes of answers that their readers have not taken yet. */
  readonly unsentBytes?: number
  /**
   * How late the event loop is, in milliseconds, three times in a row: one long computation, such
   * as compiling a revision, is not yet too much to do.
   */
  readonly loopDelayMs?: number
  /** Bytes of the heap in use. */
  readonly heapBytes?: number
  /** From when on an overload without a break is one that lasts. */
  readonly lastingMs?: number
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether the process has refused for so long that a balancer should ask others. */
    isOverloaded: () => boolean
  }
}

export const usualAtOnce = 1_000
export const usualUnsentMebibytes = 128
const usualLoopDelayMs = 500
const usualLastingMs = 10_000
const sampleMs = 250
const lateInARow = 3
// What is left is needed for what is under way and for taking a new revision beside the one that
// answers.
const shareOfHeap = 0.92
const retryAfter = '1'
// While there is no room, an answer may wait for its reader this long; then its room goes to those
// who read.
const unsentGraceMs = 5_000

/**
 * Refuses with 503 `overloaded` and Retry-After what would only wait: beyond a number of requests
 * at once or of bytes that nobody has read yet, while the event loop is late, and while the heap is
 * nearly full. Health and metrics are answered all the same: whoever restarts a process that is
 * busy makes it worse. `app.isOverloaded` tells of an overload that lasts.
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
  // When the request was read: whoever sends slowly takes no place.
  app.addHook('preValidation', (request, _reply, done) => {
    if (isSpared(request)) return done()
    // Its caller went away while it was looked at: nobody waits for the answer.
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

/** How late timers are. */
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
  /** When it was given, or last seen without anything that waits for its reader. */
  since: number
  readonly wholeBytes: number
  /** Of an answer that is made piece by piece: how much of it waits now. */
  readonly streamedBytes: () => number
}

/**
 * Answers whose readers have not taken them: how many bytes they are, those of streams as of the
 * last sample.
 */
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
   * Looks at the streams; where there is no room, ends the answers that have waited for their
   * readers the longest.
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
 * Since when there is an overload without a break: each sample saw it, or something was refused
 * since the one before.
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
const overloaded = (): ProblemError =>
  new ProblemError(
    'overloaded',
    'This process has as much to do as it can. Try again after Retry-After, or ask another process.',
    [],
    { 'retry-after': retryAfter },
  )
