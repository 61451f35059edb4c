// Measures what a check takes on the built program and writes it as JSON. test/support/check-work.ts starts it with the flags that it needs.
import { readFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from '../../scripts/build-if-stale.mjs'
import type { View } from '../../src/decision/explain/views.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import { countedFunctions, type Calls } from '../support/check-work.js'

const root = new URL('../../', import.meta.url)
const [checks, checksBetweenReadings, warmChecks] = [2_000, 50, 500]

buildIfStale()
const built = async (path: string): Promise<unknown> => await import(new URL(`dist/${path}`, root).href)
const { createCheck } = (await built('check.js')) as typeof import('../../src/check.js')
const { mergeContent, validatePacks } = (await built(
  'policies/packs/pack.js',
)) as typeof import('../../src/policies/packs/pack.js')
const { readPacks } = (await built(
  'policies/packs/read-packs.js',
)) as typeof import('../../src/policies/packs/read-packs.js')
const { createSnapshot } = (await built(
  'policies/loaded/snapshot.js',
)) as typeof import('../../src/policies/loaded/snapshot.js')

const snapshot = createSnapshot()
const { packs } = await readPacks(fileURLToPath(new URL('policies', root)))
snapshot.replace({
  revision: 1,
  content: mergeContent(validatePacks(packs).packs.map(({ content }) => content)),
})
const check = createCheck({ snapshot, newId: () => 'det_0199c2d4f0a87c3e9b1d5a6f7e8c9d0a' })

const readme = await readFile(new URL('README.md', root), 'utf8')
const question = JSON.parse(/-d '([^']+)'/.exec(readme)?.[1] ?? '') as CheckRequest
const [line] = question.serviceLines
if (line === undefined) throw new Error('the question of the README has no line')
const visit: CheckRequest = {
  ...question,
  serviceLines: [
    line,
    { ...line, lineNumber: 2, procedureCode: 'J3425' },
    { ...line, lineNumber: 3, units: 2, modifiers: ['76'] },
  ],
}

/** Decides, explains and renders as for a caller, without a record. Tells the bytes of the answer. */
function answer(request: CheckRequest, view: View): number {
  const batch = check.batch({
    tenantId: 'public',
    callerId: 'test',
    channel: 'rest',
    kind: 'authorization',
    view,
    requestId: '1',
  })
  if (batch instanceof Promise) throw new Error('the current revision must be there without waiting')
  return batch.decide(request).bytes.length
}

/** Bytes that a warm check allocates in the heap, the mean of many, to the nearest hundred. */
function allocatedBytes(view: View): number {
  for (let at = 0; at < warmChecks; at++) answer(question, view)
  let allocated = 0
  for (let from = 0; from < checks; from += checksBetweenReadings) {
    globalThis.gc?.({ type: 'minor' })
    const before = process.memoryUsage().heapUsed
    for (let at = 0; at < checksBetweenReadings; at++) answer(question, view)
    allocated += process.memoryUsage().heapUsed - before
  }
  return Math.round(allocated / checks / 100) * 100
}

/** Counts the calls of a warm check exactly, as V8 does for coverage. */
async function callsOf(request: CheckRequest): Promise<Calls> {
  answer(request, 'full')
  answer(request, 'full')
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  answer(request, 'full')
  const { result } = await session.post('Profiler.takePreciseCoverage')
  await session.post('Profiler.stopPreciseCoverage')
  session.disconnect()
  const entries = Object.entries(countedFunctions).map(([name, path]) => {
    const functions = result.find(({ url }) => url === new URL(`dist/decision/${path}`, root).href)?.functions
    const found = functions?.filter(({ functionName }) => functionName === name) ?? []
    if (found.length !== 1) throw new Error(`dist/decision/${path} was not called, or has not one ${name}`)
    return [name, found[0]?.ranges[0]?.count]
  })
  return Object.fromEntries(entries) as Calls
}

process.stdout.write(
  JSON.stringify({
    allocatedBytes: { summary: allocatedBytes('summary'), full: allocatedBytes('full') },
    answerBytes: { summary: answer(question, 'summary'), full: answer(question, 'full') },
    calls: {
      'the question of the README': await callsOf(question),
      'a visit of three lines': await callsOf(visit),
    },
  }),
)
