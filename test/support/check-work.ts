import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { View } from '../../src/decision/explain/views.js'
import { scriptArguments } from './program.js'

/** Functions of the built core whose calls are counted, with the file of each. */
export const countedFunctions = {
  applicableRules: 'applicable/applicable-rules.js',
  resultOf: 'questions/evaluate-applicable.js',
  evaluate: 'conditions/evaluate.js',
  findingOf: 'questions/finding-of.js',
} as const

/** How often one check calls each function. */
export type Calls = Readonly<Record<keyof typeof countedFunctions, number>>

/** What one warm check takes: the bytes that it allocates, the bytes of its answer, and the calls of its loops. */
export interface CheckWork {
  readonly allocatedBytes: Readonly<Record<View, number>>
  readonly answerBytes: Readonly<Record<View, number>>
  readonly calls: { readonly 'the question of the README': Calls; readonly 'a visit of three lines': Calls }
}

/** The kept figures. What is allocated is kept by the major version of Node, because an object has another size in each. */
export interface KeptWork extends Omit<CheckWork, 'allocatedBytes'> {
  readonly renewedBy: string
  readonly allocatedBytesOnNode: Readonly<Record<string, CheckWork['allocatedBytes']>>
}

/** Where the kept figures are. */
export const keptWorkPath = fileURLToPath(new URL('check-work.lock.json', import.meta.url))

/** The major version of Node that runs. */
export const nodeMajor = process.versions.node.split('.')[0] ?? ''

// Without the optimizing compilers a check allocates the same bytes every time: these compilers leave out some allocations, and when they
// run depends on the clock. The young generation holds all that a few checks allocate, so the collector does not run between two readings.
const flags = [
  '--expose-gc',
  '--no-opt',
  '--no-maglev',
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
]

/** Measures the built program in a process of its own. */
export async function measureCheckWork(): Promise<CheckWork> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, ...scriptArguments('test/decision/work-of-a-check.child.ts')],
    { timeout: 120_000 },
  )
  return JSON.parse(stdout) as CheckWork
}
