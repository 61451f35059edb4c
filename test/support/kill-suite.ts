// All that tests the decisions, from fast to slow, inside one program: what mutation testing runs against each mutant.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Expression } from '../../src/decision/criteria-schema.js'
import { Determination, determinationComponents } from '../../src/decision/determination.js'
import { CheckRequest } from '../../src/decision/request.js'
import { decide } from '../../src/decision/decide.js'
import { compilePolicyView } from '../../src/policies/compile.js'
import { parseCases, requestOf } from '../../src/policies/pack-cases.js'
import { mergeContent, Pack, validatePacks } from '../../src/policies/pack.js'
import { readPacks } from '../../src/policies/read-packs.js'
import { differencesFrom } from '../oracle/compare.js'
import { naiveDetermination, type NaiveAnswer } from '../oracle/evaluate.js'
import { pairOf, type Pair } from '../oracle/generate.js'
import { allDone } from './asserting.js'
import { differencesFromCase } from './case-differences.js'

const early = 150

/** What stays between mutants: the pairs and what the naive evaluator says of them, which no mutant of the core changes. */
export interface Remembered {
  readonly pairs: Map<number, { readonly pair: Pair; readonly naive: NaiveAnswer }>
  schemas?: string
}

/** Runs everything; throws at the first failure. `files` are the test files of the core, relative to this one. */
export async function runAll(remembered: Remembered, files: readonly string[], pairs: number): Promise<void> {
  sameSchemas(remembered)
  compare(remembered, 1, early)
  await runPackCases()
  const slow = files.filter((file) => /invariants/.test(file))
  for (const file of files.filter((file) => !slow.includes(file))) await import(file)
  await allDone()
  compare(remembered, early + 1, pairs)
  for (const file of slow) await import(file)
  await allDone()
}

/** The published schemas are generated and compared when the project is checked: whatever changes them is noticed there. */
function sameSchemas(remembered: Remembered): void {
  const text = JSON.stringify([Pack, CheckRequest, Expression, Determination, ...determinationComponents])
  const digest = createHash('sha256').update(text).digest('hex')
  remembered.schemas ??= digest
  if (remembered.schemas !== digest) throw new Error('the published schemas changed')
}

async function runPackCases(): Promise<void> {
  const folder = new URL('../../policies/', import.meta.url)
  const read = await readPacks(folder.pathname)
  const { packs, problems } = validatePacks(read.packs)
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  const view = compilePolicyView(mergeContent(packs.map(({ content }) => content)), 1)
  for (const {
    pack: { packId },
  } of packs) {
    const { base, cases } = parseCases(
      JSON.parse(await readFile(new URL(`${packId}/cases.json`, folder), 'utf8')),
      packId,
    )
    for (const one of cases) {
      const differences = differencesFromCase(one, decide(requestOf(base, one), view))
      if (differences.length > 0) throw new Error(`${packId}, ${one.title}: ${differences.join('; ')}`)
    }
  }
}

function compare({ pairs }: Remembered, from: number, to: number): void {
  for (let seed = from; seed <= to; seed++) {
    const known = pairs.get(seed) ?? withNaive(pairOf(seed))
    pairs.set(seed, known)
    const differences = differencesFrom(known.naive, known.pair)
    if (differences.length > 0) throw new Error(`seed ${seed}: ${differences.join('; ')}`)
  }
}

function withNaive(pair: Pair): { pair: Pair; naive: NaiveAnswer } {
  return { pair, naive: naiveDetermination(pair.request, pair.content) }
}
