import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { determine } from '../../src/decision/determine.js'
import { engineVersion } from '../../src/decision/engine-version.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { parseCases, requestOf } from '../../src/policies/packs/cases.js'
import { mergeContent, validatePacks } from '../../src/policies/packs/pack.js'
import { readPacks } from '../../src/policies/packs/read-packs.js'
import { pairOf } from '../oracle/generate.js'

/** What a version of the engine answers: SHA-256 (hex) over the answers, and how many there are. */
export interface AnswersLock {
  readonly engineVersion: string
  readonly generated: { readonly answers: number; readonly sha256: string }
  readonly packCases: { readonly answers: number; readonly sha256: string }
}

const generatedAnswers = 2_000

/** The lock of the engine as it is: of generated worlds, and of the cases of all packs. The version is not hashed, so that it alone changes nothing. */
export async function answersLock(): Promise<AnswersLock> {
  const generated = hashing()
  for (let seed = 1; seed <= generatedAnswers; seed++) {
    const { request, content } = pairOf(seed)
    generated.take(determine(request, compilePolicyView(content, 1)))
  }
  const packCases = hashing()
  const folder = new URL('../../policies/', import.meta.url)
  const { packs, problems } = validatePacks((await readPacks(folder.pathname)).packs)
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  const view = compilePolicyView(mergeContent(packs.map(({ content }) => content)), 1)
  for (const packId of packs.map(({ pack }) => pack.packId).sort()) {
    const text = await readFile(new URL(`${packId}/cases.json`, folder), 'utf8')
    const { base, cases } = parseCases(JSON.parse(text), packId)
    for (const one of cases) packCases.take(determine(requestOf(base, one), view))
  }
  return { engineVersion, generated: generated.result(), packCases: packCases.result() }
}

function hashing() {
  const hash = createHash('sha256')
  let answers = 0
  return {
    take: (answer: object): void => {
      answers++
      hash.update(`${JSON.stringify({ ...answer, engineVersion: '' })}\n`)
    },
    result: () => ({ answers, sha256: hash.digest('hex') }),
  }
}
