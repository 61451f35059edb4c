import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify'
import { Exchange } from './exchange.js'
import type { ErrorCode } from '../../error-codes.js'

/**
 * How a request ended, told by what is known beforehand: the pattern of its route, never its path.
 */
export interface EndedRequest {
  readonly method: string | undefined
  /** Absent where no route takes the path, or nobody got as far as to look for one. */
  readonly route: string | undefined
  /** Absent when the caller went away before its answer. */
  readonly status: number | undefined
  /** From its headers to the end of its answer; absent where they could not be read. */
  readonly seconds: number | undefined
  readonly problem: ErrorCode | undefined
  /**
   * Of a batch: how many of its requests were answered, and in place of how many a problem stands.
   */
  readonly lines?: LineCounts | undefined
  /** Bound to the id of the request. */
  readonly log: FastifyBaseLogger
}

/** How many lines of a batch were answered with a determination, and in place of how many a problem stands. */
export interface LineCounts {
  readonly answered: number
  readonly refused: number
}

declare module 'fastify' {
  interface FastifyRequest {
    lineCounts: LineCounts | undefined
  }
}

/** Told of every request, once, whatever became of it. */
export interface RequestListener {
  readonly begun?: () => void
  readonly ended: (request: EndedRequest) => void
}

const problems = new WeakMap<IncomingMessage, ErrorCode>()

/** Remembers with which problem a request is answered, for those who are told of its end. */
export function answeredWith(request: IncomingMessage, code: ErrorCode): void {
  problems.set(request, code)
}

/** A request that is still being received: what to call when it is answered on its bare socket. */
export interface RequestUnderWay {
  readonly requestId: string
  readonly answered: (status: number, problem: ErrorCode) => void
}
interface Begun extends RequestUnderWay {
  readonly raw: IncomingMessage
}

/**
 * Follows requests to their end. Fastify itself tells only of answers that were sent to the last
 * byte.
 */
export class RequestEnds {
  readonly #listener: RequestListener
  readonly #underWay = new WeakMap<Socket, Begun>()

  constructor(listener: RequestListener) {
    this.#listener = listener
  }

  /** A request has begun, which an answer or the end of its connection ends. */
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

  /** The request that a socket is in the middle of sending, if there is one. */
  underWay(socket: Socket): RequestUnderWay | undefined {
    const begun = this.#underWay.get(socket)
    return begun === undefined || begun.raw.complete ? undefined : begun
  }

  /**
   * Whether an answer to a request that was read in whole is still to come, or to be sent, on this
   * socket.
   */
  isAnswering(socket: Socket): boolean {
    return this.#underWay.get(socket)?.raw.complete === true
  }

  /** A request has ended that never began, since it could not be read. */
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
