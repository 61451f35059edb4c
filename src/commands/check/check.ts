// precert check: answers a file of requests without the service.
import { createReadStream } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { AnsweringThreads } from './answering-threads.js'
import { answerFile } from './answer-file.js'
import { checkHelp, CheckRefused, parseCheckCommand, type CheckCommand } from './arguments.js'
import { policyFrom } from './policy.js'
import { percentOf, showProgress, type Progress } from '../progress.js'
import { newRequestId } from '../../protocols/http/request-id.js'
import { mostLineBytes } from '../../protocols/rest/batch/read-request.js'
import { PacksRefused } from '../../policies/loaded/open-policies.js'
import { StoreError } from '../../store/database/store-error.js'
import { exitCodes, type Command } from '../command.js'

const pieceBytes = 256 * 1024
// Correct from both src/ and dist/.
const starterPacks = fileURLToPath(new URL('../../../policies', import.meta.url))

type Asked = Exclude<CheckCommand, { help: true }>

/** `precert check`. */
export const check: Command = {
  run: async (args) => {
    const command = parseCheckCommand(args)
    if (!command.help) return await orUnread(answerRequests(command))
    process.stdout.write(`${checkHelp}\n`)
    return exitCodes.done
  },
  failsOnError: true,
  isRefusal: (error) => error instanceof PacksRefused,
  advice: (error) =>
    error instanceof StoreError && error.code === 'data-dir-in-use'
      ? 'If it is the service: stop it, run this, and start it again; or name packs with --packs.'
      : undefined,
}

/** A reader that stops early, as `head` does, is no failure. */
async function orUnread(code: Promise<number>): Promise<number> {
  return await code.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return exitCodes.done
    throw error
  })
}

async function answerRequests(command: Asked): Promise<number> {
  const began = performance.now()
  const { size } = await fileToRead(command.file)
  const policy = await policyFrom(command, starterPacks)
  // Opened only now, so that a check that cannot start leaves no file.
  const out =
    command.outFile === undefined ? process.stdout : (await newFile(command.outFile)).createWriteStream()
  const threadCount = Math.min(command.threads, Math.max(1, Math.ceil(size / pieceBytes)))
  const threads = new AnsweringThreads(threadCount, {
    ...policy,
    requestId: newRequestId(),
    view: command.view,
  })
  const progress = showProgress<CheckProgress>(process.stderr, words)
  try {
    const counts = await orFailure(
      out,
      answerFile({
        file: createReadStream(command.file, { highWaterMark: pieceBytes }),
        out,
        mostLineBytes,
        mostUnderWay: 2 * threadCount,
        answer: async (chunk) => await threads.answer(chunk),
        onProgress: (bytes, lines) => {
          progress.onProgress({ phase: 'checking', bytes, totalBytes: size, lines })
        },
      }),
    )
    if (out !== process.stdout) await finished(out.end())
    progress.done()
    summarize(command, {
      ...counts,
      policyRevision: policy.revision,
      threads: threadCount,
      seconds: Math.round(performance.now() - began) / 1000,
    })
    return counts.refused > 0 ? exitCodes.found : exitCodes.done
  } finally {
    progress.done()
    await threads.close()
  }
}

interface CheckProgress extends Progress {
  readonly lines: number
}

function words(progress: CheckProgress): string {
  return `checking: ${percentOf(progress)} %, ${progress.lines.toLocaleString('en-US')} lines`
}

async function fileToRead(path: string): Promise<{ size: number }> {
  const found = await stat(path).catch(() => {
    throw new CheckRefused(`${path} cannot be read.`)
  })
  if (!found.isFile()) throw new CheckRefused(`${path} is not a file.`)
  return found
}

async function newFile(path: string): Promise<FileHandle> {
  return await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new CheckRefused(
      error.code === 'EEXIST'
        ? `${path} is there already. Name a new file.`
        : `${path} cannot be written (${error.code ?? ''}).`,
    )
  })
}

/**
 * The same, but rejects as soon as writing fails: a failed stream never reports free space again.
 */
async function orFailure<T>(out: Writable, work: Promise<T>): Promise<T> {
  return await Promise.race([
    work,
    new Promise<never>((_resolve, reject) => {
      out.once('error', reject)
    }),
  ])
}

function summarize(
  { json, outFile }: Asked,
  result: {
    readonly answered: number
    readonly refused: number
    readonly policyRevision: number
    readonly threads: number
    readonly seconds: number
  },
): void {
  const target = json && outFile !== undefined ? process.stdout : process.stderr
  target.write(
    json
      ? `${JSON.stringify(result)}\n`
      : `${result.answered.toLocaleString('en-US')} lines answered, ${result.refused.toLocaleString('en-US')} refused, by policy revision ${result.policyRevision}, in ${result.seconds} s\n`,
  )
}
