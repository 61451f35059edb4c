// Writes what a check takes now into the file that test/decision/work-of-a-check.test.ts compares with. What it allocates is written for the
// version of Node that runs; the figures of other versions stay.
import { readFile } from 'node:fs/promises'
import { keptWorkPath, measureCheckWork, nodeMajor, type KeptWork } from '../test/support/check-work.js'
import { generate } from './generated-file.js'

const text = await readFile(keptWorkPath, 'utf8').catch(() => undefined)
const kept = text === undefined ? undefined : (JSON.parse(text) as KeptWork)
const { allocatedBytes, ...work } = await measureCheckWork()
const renewed: KeptWork = {
  renewedBy: 'npm run lock-work',
  allocatedBytesOnNode: { ...kept?.allocatedBytesOnNode, [nodeMajor]: allocatedBytes },
  ...work,
}
await generate(keptWorkPath, `${JSON.stringify(renewed, null, 2)}\n`, false)
