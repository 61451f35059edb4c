import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import { Exchange } from './exchange.js'
import type { ErrorCode } from '../../error-codes.js'

/** How a request ended. It names the pattern of the route, never the path. */
export interface EndedRequest {
  readonly method: string | undefined
  /** Absent where no route matches, or the request failed before routing. */
  readonly route: string | undefined
  /** Absent when the caller disconnected before the answer. */
  readonly status: number | undefined
  /** From the headers to the end of the answer; absent where the headers could not be read. */
  readonly seconds: number | undefined
  readonly problem: ErrorCode | undefined
  /**
   * Of a batch: how many of its requests were answered, and how many were refused with a problem.
   */
  readonly lines?: LineCounts | undefined
  /** Bound to the request id. */
  readonly log: FastifyBaseLogger
}

/** How many lines of a batch were answered with a determination, and how many with a problem. */
export interface LineCounts {
  readonly answered: number
  readonly refused: number
}

declare module 'fastify' {
  interface FastifyRequest {
    lineCounts: LineCounts | undefined
  }
}

/** Called once for every request, however it ended. */
export interface RequestListener {
  readonly begun?: () => void
  readonly ended: (request: EndedRequest) => void
}

const problems = new WeakMap<IncomingMessage, ErrorCode>()

/** Remembers the problem of an answer, for the listener of the request's end. */
export function answeredWith(request: IncomingMessage, code: ErrorCode): void {
  problems.set(request, code)
}

/** A request that is still being received, and how to report an answer on its bare socket. */
export interface RequestUnderWay {
  readonly requestId: string
  readonly answered: (status: number, problem: ErrorCode) => void
}
interface Begun extends RequestUnderWay {
  readonly raw: IncomingMessage
}

/** Follows requests to their end. Fastify reports only answers that were sent to the last byte. */
export class RequestEnds {
  readonly #listener: RequestListener
  readonly #underWay = new WeakMap<Socket, Begun>()

  constructor(listener: RequestListener) {
    this.#listener = listener
  }

  /** A request has begun. It ends with its answer or with its connection. */
  begun(request: FastifyRequest, reply: FastifyReply): void {
    const began = performance.now()
    const { socket } = request.raw
    let isTold = false
    const end = (status: number | undefined, problem: ErrorCode | undefined): void => {
      if (isTold) return
      isTold = true
      if (this.#underWay.get(socket)?.raw === request.raw) this.#underWay.delete(socket)
      this.#listener.ended({
        method: request.method,
        route: request.routeOptions.url,
        status,
        seconds: (performance.now() - began) / 1000,
        problem,
        lines: request.lineCounts,
        log: request.log,
      })
    }
    this.#underWay.set(socket, { raw: request.raw, requestId: request.id, answered: end })
    this.#listener.begun?.()
    request.exchange = new Exchange(request.raw, reply.raw)
    request.exchange.onOver((isAnswered) => {
      if (isAnswered) end(reply.statusCode, problems.get(request.raw))
      else end(undefined, undefined)
    })
  }

  /** The request that a socket has sent in part, if there is one. */
  underWay(socket: Socket): RequestUnderWay | undefined {
    const begun = this.#underWay.get(socket)
    return begun === undefined || begun.raw.complete ? undefined : begun
  }

  /** Whether this socket has a complete request whose answer is not fully sent. */
  isAnswering(socket: Socket): boolean {
    return this.#underWay.get(socket)?.raw.complete === true
  }

  /** A request ended that never began, because it could not be read. */
  unread(
    log: FastifyBaseLogger,
    requestId: string,
    status: number,
    problem: ErrorCode,
    method?: string,
  ): void {
    this.#listener.begun?.()
    this.#listener.ended({
      method,
      route: undefined,
      status,
      seconds: undefined,
      problem,
      log: log.child({ requestId }),
    })
  }
}
