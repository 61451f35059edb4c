import type { Readable } from 'node:stream'
import { ProblemError } from '../../http/problem.js'

export interface BodyBounds {
  /** Milliseconds in which the next line must arrive. Only waiting counts. */
  readonly silentMs: number
  readonly isClosing: () => boolean
}

const lookEveryMs = 250 // how often to check whether the process closes, while nothing comes

/**
 * Reads a body piece by piece, each on demand (backpressure). Throws the 408 when no line is
 * completed in time, and the 503 when the process closes. Rejects when the sender disconnects.
 */
export class BodyPieces {
  readonly #body: Readable
  readonly #bounds: BodyBounds
  #waited = 0
  #wake: (() => void) | undefined
  #failed: Error | undefined

  constructor(body: Readable, bounds: BodyBounds) {
    this.#body = body
    this.#bounds = bounds
    const wake = (): void => this.#wake?.()
    body
      .on('readable', wake)
      .on('end', wake)
      .on('close', wake)
      .on('error', (error) => {
        this.#failed = error
        wake()
      })
  }

  /** Whether the next piece has arrived. */
  get isNextHere(): boolean {
    return this.#body.readableLength > 0
  }

  /** A line was completed, so the timeout starts again. */
  progressed(): void {
    this.#waited = 0
  }

  /** The next piece; undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const piece = this.#body.read() as Buffer | null
      if (piece !== null) return piece
      if (this.#body.readableEnded) return undefined
      if (this.#failed !== undefined || this.#body.destroyed)
        throw this.#failed ?? new Error('the sender is gone')
      if (this.#bounds.isClosing()) throw closing()
      if (this.#waited >= this.#bounds.silentMs)
        throw new ProblemError(
          'request-timeout',
          `Nothing that completes a line came for ${this.#bounds.silentMs / 1000} seconds. Send this line and those after it again.`,
        )
      await this.#wait(Math.min(lookEveryMs, this.#bounds.silentMs - this.#waited))
    }
  }

  async #wait(ms: number): Promise<void> {
    const began = performance.now()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
    this.#waited += performance.now() - began
  }
}

/** The 503 that ends a batch whose process is told to stop. */
export function closing(): ProblemError {
  return new ProblemError(
    'shutting-down',
    'This process is shutting down. Send this line and those after it again.',
  )
}
