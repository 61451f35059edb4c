// A thread of the offline check: takes chunks and returns their answers in the same order.
import { parentPort, workerData } from 'node:worker_threads'
import { chunkAnswerer, type OfflinePolicy } from './answer-chunk.js'
import type { Chunk } from './cut-chunks.js'

const port = parentPort
if (port === null) throw new Error('this is no program of its own')
const answer = await chunkAnswerer(workerData as OfflinePolicy)
let before: Promise<void> = Promise.resolve()
port.on('message', (chunk: Chunk) => {
  before = before.then(async () => {
    const answered = await answer(chunk)
    port.postMessage(answered, [answered.bytes.buffer as ArrayBuffer])
  })
})
