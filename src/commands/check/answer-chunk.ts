import { createCheck, type CheckBatch } from '../../check.js'
import type { View } from '../../decision/explain/views.js'
import { createSnapshot } from '../../policies/loaded/snapshot.js'
import { components } from '../../protocols/components.js'
import { endedLines } from '../../protocols/rest/batch/ended-lines.js'
import { LineAnswers } from '../../protocols/rest/batch/line-answers.js'
import { mostLineBytes, readRequest, type CompiledSchema } from '../../protocols/rest/batch/read-request.js'
import { requestValidator } from '../../protocols/rest/batch/schemas.js'
import { LineSplitter } from '../../protocols/rest/batch/split-lines.js'
import type { PolicyContent } from '../../decision/shapes/policy.js'
import type { Chunk } from './cut-chunks.js'

/** The one policy revision that answers everything. */
export interface OfflinePolicy {
  readonly revision: number
  readonly content: PolicyContent
  readonly requestId: string
  /** How much of each verdict is told. */
  readonly view: View
}

/** The answers to a chunk, one line for each line that is not blank, and their counts. */
export interface AnsweredChunk {
  readonly bytes: Uint8Array
  readonly answered: number
  readonly refused: number
}

/** Answers chunks as the service would answer their lines, without recording anything. */
export async function chunkAnswerer({
  revision,
  content,
  requestId,
  view,
}: OfflinePolicy): Promise<(chunk: Chunk) => Promise<AnsweredChunk>> {
  const snapshot = createSnapshot()
  snapshot.replace({ revision, content })
  const check = createCheck({ snapshot: { current: () => snapshot.current() } })
  const batch = await check.batch({
    tenantId: 'offline',
    callerId: 'offline',
    channel: 'rest',
    kind: 'authorization',
    view,
    requestId,
  })
  const isRequest = requestValidator(
    Object.fromEntries(components.map((schema) => [(schema as { $id?: string }).$id ?? '', schema])),
  )
  return async (chunk) => await answerChunk(chunk, batch, isRequest, requestId)
}

async function answerChunk(
  { bytes, linesBefore }: Chunk,
  batch: CheckBatch,
  isRequest: CompiledSchema,
  requestId: string,
): Promise<AnsweredChunk> {
  // Of an unexpected error only the name is printed: its message tells of the core, and there is no
  // log here.
  const answers = new LineAnswers({
    batch,
    requestId,
    onFailure: (error) => {
      process.stderr.write(`precert check: a line failed: ${error.name}\n`)
    },
  })
  const lines = new LineSplitter(mostLineBytes, linesBefore)
  const one = (number: number, line: Uint8Array | undefined): void => {
    const request = answers.read(number, () => readRequest(line, isRequest))
    if (request !== undefined) answers.answer(number, request)
  }
  for (const line of lines.split(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)))
    one(line.number, line.bytes)
  const rest = lines.rest()
  if (rest !== undefined) one(rest.number, rest.bytes)
  return { bytes: endedLines(await answers.take()), ...answers.counts }
}
