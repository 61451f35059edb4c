/* oxlint-disable unicorn/require-post-message-target-origin -- a worker thread has no origin */
// Runs in a worker thread: takes a folder, imports its kill suite and says whether it failed. What it remembers outlives a mutant.
import { parentPort, workerData } from 'node:worker_threads'

const remembered = { pairs: new Map(), schemas: workerData.schemas }

parentPort.on('message', async (folder) => {
  try {
    const { runAll } = await import(`${folder}/test/support/kill-suite.js`)
    await runAll(remembered, workerData.testFiles, workerData.pairs)
    parentPort.postMessage({ failure: undefined, schemas: remembered.schemas })
  } catch (error) {
    parentPort.postMessage({
      failure: String(error?.cause?.message ?? error?.message ?? error).slice(0, 300),
    })
  }
})
