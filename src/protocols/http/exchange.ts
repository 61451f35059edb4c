import type { IncomingMessage, ServerResponse } from 'node:http'

declare module 'fastify' {
  interface FastifyRequest {
    /** The request and its answer, from its turn on the connection until either ends. */
    exchange: Exchange
  }
}

/**
 * A request and its answer. They are over when the answer was sent to its last byte, or when the
 * connection ended. Everything counted during a request is released then.
 *
 * The events of the answer alone are not enough. A pipelined answer has no socket yet, so it is not
 * told when the socket closes; and a listener added after the end would never be called.
 */
export class Exchange {
  readonly #listeners: Array<(isAnswered: boolean) => void> = []
  #isOver = false
  #isAnswered = false

  constructor({ socket }: IncomingMessage, response: ServerResponse) {
    const broken = (): void => {
      this.#end(false)
    }
    response
      .once('finish', () => {
        socket.off('close', broken)
        this.#end(true)
      })
      .once('close', broken)
    if (socket.destroyed) this.#end(false)
    else if (response.socket === null) {
      // Every pipelined request adds a listener, so many listeners are no leak.
      socket.setMaxListeners(0)
      socket.once('close', broken)
    }
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Calls `listener` once when the exchange is over, or at once if it is over already. */
  onOver(listener: (isAnswered: boolean) => void): void {
    if (this.#isOver) listener(this.#isAnswered)
    else this.#listeners.push(listener)
  }

  #end(isAnswered: boolean): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#isAnswered = isAnswered
    for (const listener of this.#listeners.splice(0)) listener(isAnswered)
  }
}
