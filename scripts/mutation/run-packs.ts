import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { determine } from '../../src/decision/determine.js'
import type { PolicyView } from '../../src/decision/shapes/view.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { parseCases, requestOf, type PackCase } from '../../src/policies/packs/cases.js'
import { mergeContent, validatePacks } from '../../src/policies/packs/pack.js'
import { readPacks } from '../../src/policies/packs/read-packs.js'
import { differencesFromCase } from '../../test/support/case-differences.js'
import type { Verdict } from './mutant.js'
import type { PackMutant } from './pack-mutants.js'

interface ReadyCase {
  readonly pack: string
  readonly one: PackCase
  readonly request: ReturnType<typeof requestOf>
}

/** Runs all cases of all packs against every mutant, those of the changed pack first. A pack that is refused is noticed too. */
export async function runPacks(
  root: URL,
  mutants: readonly PackMutant[],
  onVerdict: (verdict: Verdict) => void,
): Promise<Verdict[]> {
  const { packs, problems } = await readPacks(fileURLToPath(new URL('policies/', root)))
  if (problems.length > 0) throw new Error(JSON.stringify(problems))
  const cases = await readCases(
    root,
    packs.map(({ file }) => nameOf(file)),
  )
  return mutants.map((mutant) => {
    const began = performance.now()
    const changed = packs.map(({ file, pack }) => {
      if (nameOf(file) !== mutant.pack) return { file, pack }
      const copy = structuredClone(pack)
      mutant.apply(copy)
      return { file, pack: copy }
    })
    const ordered = [
      ...cases.filter(({ pack }) => pack === mutant.pack),
      ...cases.filter(({ pack }) => pack !== mutant.pack),
    ]
    const verdict: Verdict = {
      id: mutant.id,
      what: mutant.what,
      area: 'packs',
      status: isNoticed(changed, ordered) ? 'killed' : 'survived',
      seconds: Math.round(performance.now() - began) / 1000,
    }
    onVerdict(verdict)
    return verdict
  })
}

function nameOf(file: string): string {
  return file.split('/')[0] ?? ''
}

async function readCases(root: URL, names: readonly string[]): Promise<ReadyCase[]> {
  const all = await Promise.all(
    names.map(async (pack) => {
      const { base, cases } = parseCases(
        JSON.parse(await readFile(new URL(`policies/${pack}/cases.json`, root), 'utf8')),
        `${pack}/cases.json`,
      )
      return cases.map((one) => ({ pack, one, request: requestOf(base, one) }))
    }),
  )
  return all.flat()
}

function isNoticed(changed: Parameters<typeof validatePacks>[0], cases: readonly ReadyCase[]): boolean {
  const { packs, problems } = validatePacks(changed)
  if (problems.length > 0) return true
  const view: PolicyView = compilePolicyView(mergeContent(packs.map(({ content }) => content)), 1)
  return cases.some(({ one, request }) => differencesFromCase(one, determine(request, view)).length > 0)
}
