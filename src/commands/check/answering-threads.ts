import { Worker } from 'node:worker_threads'
import type { AnsweredChunk, OfflinePolicy } from './answer-chunk.js'
import type { Chunk } from './cut-chunks.js'

interface Asked {
  readonly resolve: (answered: AnsweredChunk) => void
  readonly reject: (error: Error) => void
}
interface Thread {
  readonly worker: Worker
  readonly asked: Asked[]
}

// Correct from both src/ and dist/.
const workerFile = new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

/** Worker threads that answer chunks by one policy; each has the policy in its own memory. */
export class AnsweringThreads {
  readonly #threads: readonly Thread[]
  #failed: Error | undefined

  constructor(count: number, policy: OfflinePolicy) {
    this.#threads = Array.from({ length: count }, () => {
      const thread: Thread = { worker: new Worker(workerFile, { workerData: policy }), asked: [] }
      // In the order of the requests.
      thread.worker.on('message', (answered: AnsweredChunk) => {
        thread.asked.shift()?.resolve(answered)
      })
      thread.worker.on('error', (error) => {
        this.#fail(thread, error)
      })
      thread.worker.on('exit', (code) => {
        this.#fail(thread, new Error(`a thread ended with ${code}`))
      })
      return thread
    })
  }

  /**
   * Resolves with the answers to a chunk, whose memory is transferred. Rejects when the thread
   * fails.
   */
  async answer(chunk: Chunk): Promise<AnsweredChunk> {
    const [first, ...others] = this.#threads as [Thread, ...Thread[]]
    const thread = others.reduce((least, one) => (one.asked.length < least.asked.length ? one : least), first)
    return await new Promise((resolve, reject) => {
      if (this.#failed !== undefined) {
        reject(this.#failed)
        return
      }
      thread.asked.push({ resolve, reject })
      thread.worker.postMessage(chunk, [chunk.bytes.buffer])
    })
  }

  /** Ends the threads at once. */
  async close(): Promise<void> {
    await Promise.all(
      this.#threads.map(async ({ worker }) => {
        await worker.terminate()
      }),
    )
  }

  #fail({ asked }: Thread, error: Error): void {
    this.#failed ??= error
    for (const { reject } of asked.splice(0)) reject(error)
  }
}
