import { setImmediate as othersTurn } from 'node:timers/promises'

/** A turn of the event loop: how long work may go on before other requests run. */
export class Turn {
  readonly #ms: number
  #began = performance.now()

  /** The turn begins now. */
  constructor(ms: number) {
    this.#ms = ms
  }

  /** Whether it has lasted long enough. */
  get isOver(): boolean {
    return performance.now() - this.#began > this.#ms
  }

  /** Begins anew. */
  begin(): void {
    this.#began = performance.now()
  }

  /** Lets other requests run, and then begins anew. */
  async next(): Promise<void> {
    await othersTurn()
    this.begin()
  }
}
