import { Worker } from 'node:worker_threads'
import type { CoreMutant, Verdict } from './mutant.js'
import { copyProgram, type ProgramCopy } from './program-copy.js'

export interface CoreOptions {
  readonly pairs: number
  readonly runs: number
  readonly seconds: number
  readonly onVerdict: (verdict: Verdict) => void
}

// A module that was loaded is never let go, so a worker is replaced after this many mutants.
const mutantsPerWorker = 40

/** Runs the kill suite against every mutant, one after the other; throws when the program as it is does not pass. */
export async function runCore(
  root: URL,
  mutants: readonly CoreMutant[],
  options: CoreOptions,
): Promise<Verdict[]> {
  process.env.PROPERTY_RUNS = String(options.runs)
  const program = await copyProgram(root)
  const bench = new Bench(program, options)
  try {
    const untouched = await bench.failureOf(undefined, 10 * options.seconds)
    if (untouched !== undefined) throw new Error(`The tests fail without any mutant: ${untouched}`)
    const verdicts: Verdict[] = []
    for (const mutant of mutants) {
      const began = performance.now()
      const failure = await bench.failureOf(mutant, options.seconds)
      const verdict: Verdict = {
        id: mutant.id,
        what: mutant.what,
        status: failure === undefined ? 'survived' : failure === tooLong ? 'timeout' : 'killed',
        seconds: Math.round(performance.now() - began) / 1000,
      }
      verdicts.push(verdict)
      options.onVerdict(verdict)
    }
    return verdicts
  } finally {
    await bench.end()
    await program.remove()
  }
}

const tooLong = 'ran too long'

/** A worker thread that tries mutants; a mutant that never ends is ended with its thread. */
class Bench {
  readonly #program: ProgramCopy
  readonly #options: CoreOptions
  #worker: Worker | undefined
  #tried = 0
  #schemas: string | undefined

  constructor(program: ProgramCopy, options: CoreOptions) {
    this.#program = program
    this.#options = options
  }

  async failureOf(mutant: CoreMutant | undefined, seconds: number): Promise<string | undefined> {
    if (this.#tried++ >= mutantsPerWorker) await this.end()
    const folder = await this.#program.withMutant(mutant)
    const worker = (this.#worker ??= this.#begin())
    const { failure, schemas } = await answerOf(worker, folder, seconds)
    this.#schemas ??= schemas
    if (failure === tooLong) await this.end()
    await this.#program.remove(folder)
    return failure
  }

  async end(): Promise<void> {
    await this.#worker?.terminate()
    this.#worker = undefined
    this.#tried = 0
  }

  #begin(): Worker {
    return new Worker(new URL('core-worker.mjs', import.meta.url), {
      workerData: { testFiles: this.#program.testFiles, pairs: this.#options.pairs, schemas: this.#schemas },
      execArgv: [],
      stdout: true,
      stderr: true,
    })
  }
}

interface Answer {
  readonly failure: string | undefined
  readonly schemas?: string
}

function answerOf(worker: Worker, folder: string, seconds: number): Promise<Answer> {
  return new Promise((resolve) => {
    const finish = (answer: Answer): void => {
      clearTimeout(timer)
      worker.removeAllListeners('message')
      worker.removeAllListeners('error')
      resolve(answer)
    }
    const timer = setTimeout(finish, 1000 * seconds, { failure: tooLong })
    worker.once('message', finish)
    worker.once('error', (error) => {
      finish({ failure: error.message })
    })
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
    worker.postMessage(folder)
  })
}
