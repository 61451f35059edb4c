import { getHeapStatistics } from 'node:v8'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from './problem.js'

export interface PressureLimits {
  /** Requests that are answered at the same time, counted from when they were read to the end of their answer. */
  readonly atOnce?: number
  /** How late the event loop is, in milliseconds, three times in a row: one long computation, such as compiling a revision, is not yet too much to do. */
  readonly loopDelayMs?: number
  /** Bytes of the heap in use. */
  readonly heapBytes?: number
}

export const usualAtOnce = 1_000
const usualLoopDelayMs = 500
const sampleMs = 250
const lateInARow = 3
// What is left is needed for what is under way and for taking a new revision beside the one that answers.
const shareOfHeap = 0.92
const retryAfter = '1'

/**
 * Refuses with 503 `overloaded` and Retry-After what would only wait: beyond a number of requests at once, while the event loop is late, and while
 * the heap is nearly full. Health and metrics are answered all the same: whoever restarts a process that is busy makes it worse.
 */
export function useBackPressure(
  app: FastifyInstance,
  {
    atOnce = usualAtOnce,
    loopDelayMs = usualLoopDelayMs,
    heapBytes = shareOfHeap * getHeapStatistics().heap_size_limit,
  }: PressureLimits = {},
): void {
  let [late, usedBytes, due] = [0, 0, performance.now() + sampleMs]
  const timer = setInterval(() => {
    const now = performance.now()
    late = now - due > loopDelayMs ? late + 1 : 0
    due = now + sampleMs
    usedBytes = getHeapStatistics().used_heap_size
  }, sampleMs)
  timer.unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
  })
  app.addHook('onRequest', (request, _reply, done) => {
    done((late >= lateInARow || usedBytes > heapBytes) && !isSpared(request) ? overloaded() : undefined)
  })
  let underWay = 0
  // When the request was read: whoever sends slowly takes no place.
  app.addHook('preValidation', (request, reply, done) => {
    if (isSpared(request)) return done()
    if (underWay >= atOnce) return done(overloaded())
    underWay++
    let isUnderWay = true
    const ended = (): void => {
      if (isUnderWay) underWay--
      isUnderWay = false
    }
    // The second one where the caller went away.
    reply.raw.once('finish', ended).once('close', ended)
    done()
  })
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
