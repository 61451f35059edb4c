import type { IncomingMessage, ServerResponse } from 'node:http'

declare module 'fastify' {
  interface FastifyRequest {
    /** The request and its answer, from its turn on the connection to the end of either. */
    exchange: Exchange
  }
}

/**
 * A request and its answer, and when they are over: the answer was sent to its last byte, or the
 * connection ended. Whatever is counted while a request is answered is given back here. Events of
 * the answer alone do not do: an answer that waits behind others of its connection has no socket
 * yet, and is not told when that one closes; and who asks after the end is told nothing any more.
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
      // As many as wait behind one answer: no sign of a leak.
      socket.setMaxListeners(0)
      socket.once('close', broken)
    }
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Calls `listener` once when the exchange is over, at once if it is already. */
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
