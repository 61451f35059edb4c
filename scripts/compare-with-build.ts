import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readFile } from 'node:fs/promises'
import type { Decision } from '../src/decision/shapes/determination.js'
import type { determine } from '../src/decision/determine.js'
import type { PolicyContent } from '../src/decision/shapes/policy.js'
import type { CheckRequest } from '../src/decision/shapes/request.js'
import type { compilePolicyView } from '../src/policies/loaded/compile.js'
import { parseCases, requestOf } from '../src/policies/packs/cases.js'
import { readPacks } from '../src/policies/packs/read-packs.js'
import { pairs } from '../test/oracle/generate.js'
import { kindsOf } from '../test/oracle/kinds.js'
import { starterContent } from './app-on-packs.js'
import { readOptions } from './script-options.js'

const usage = `Compares the answers of this checkout with those of another one, byte for byte.

  npm run try -- builds --with FOLDER [--pairs N] [--seed N] [--show N]

  --with FOLDER  the checkout to compare with; its dependencies are installed
  --pairs N      generated pairs of policy and request (default 100000)
  --seed N       first seed (default 1)
  --show N       differences that are printed (default 5)
  --statuses     compare outcomes, statuses and next dates alone, not every byte: for a checkout of which answers have another shape
  --help         this text

The pairs come from the generator of this checkout, the cases from its policy packs. For each kind of pair it says how many there
were and how many of them differ. The version of the engine is left out of
the comparison. Exit code 0: no difference. 1: at least one.`

const values = readOptions(usage, {
  with: { type: 'string' },
  pairs: { type: 'string', default: '100000' },
  seed: { type: 'string', default: '1' },
  show: { type: 'string', default: '5' },
  statuses: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
})

if (typeof values === 'number') process.exitCode = values
else if (values.with === undefined) {
  console.error(`--with is missing.\n\n${usage}`)
  process.exitCode = 2
} else
  await compare(values.with, {
    pairs: Number(values.pairs),
    seed: Number(values.seed),
    show: Number(values.show),
    statuses: values.statuses,
  })

type Answer = (request: CheckRequest, content: PolicyContent) => string

/** Answers by the sources of a checkout; a policy content that is asked again is compiled once. */
async function answersOf(folder: string, statusesOnly: boolean): Promise<Answer> {
  const at = (path: string): string => pathToFileURL(resolve(folder, path)).href
  // Earlier checkouts have it all in `decide`.
  const whole = resolve(folder, 'src/decision/determine.ts')
  const core = (await import(
    existsSync(whole) ? pathToFileURL(whole).href : at('src/decision/decide.ts')
  )) as {
    readonly determine?: typeof determine
    readonly decide: typeof determine
  }
  const answered = core.determine ?? core.decide
  // Where earlier checkouts have it.
  const compile = ['src/policies/loaded/compile.ts', 'src/policies/compile.ts']
    .map((path) => resolve(folder, path))
    .find((path) => existsSync(path))
  if (compile === undefined) throw new Error(`${folder} has no src/policies/loaded/compile.ts`)
  const policies = (await import(pathToFileURL(compile).href)) as {
    compilePolicyView: typeof compilePolicyView
  }
  const views = new WeakMap<PolicyContent, ReturnType<typeof compilePolicyView>>()
  return (request, content) => {
    const view = views.get(content) ?? policies.compilePolicyView(content, 1)
    views.set(content, view)
    const { engineVersion: _, ...answer }: Decision = answered(request, view)
    return JSON.stringify(statusesOnly ? statusesIn(answer) : answer)
  }
}

/** What an answer decides, without its words. */
function statusesIn({ outcome, lines }: Pick<Decision, 'outcome' | 'lines'>): unknown {
  return [
    outcome,
    ...lines.map((line) => [
      line.outcome,
      line.priorAuthorization.requirement,
      line.medicalNecessity.status,
      line.frequency.status,
      line.frequency.nextEligibleDate,
      line.units.status,
      line.units.billedUnits,
      line.claimLine.status,
      line.codeValidity.status,
    ]),
  ]
}

async function compare(
  folder: string,
  { pairs: count, seed, show, statuses }: Record<'pairs' | 'seed' | 'show', number> & { statuses: boolean },
): Promise<void> {
  const [own, theirs] = [await answersOf('.', statuses), await answersOf(folder, statuses)]
  let different = 0
  // A policy with words that the other checkout does not know yet: it has no answer, which is another one.
  let unreadable = 0
  const orNone = (request: CheckRequest, content: PolicyContent): string => {
    try {
      return theirs(request, content)
    } catch (error) {
      unreadable++
      return `none: ${String(error)}`
    }
  }
  const differs = (name: string, request: CheckRequest, content: PolicyContent): boolean => {
    const [mine, other] = [own(request, content), orNone(request, content)]
    if (mine === other) return false
    if (different++ < show) console.log(`${name}\n  here  ${mine}\n  there ${other}`)
    return true
  }
  const kinds = new Map<string, { held: number; different: number }>()
  let cases = 0
  const content = await starterContent()
  for (const { title, request } of await packCases()) {
    differs(title, request, content)
    cases++
  }
  let done = 0
  for (const pair of pairs(seed, count)) {
    const isOther = differs(`seed ${pair.seed}`, pair.request, pair.content)
    for (const kind of kindsOf(pair)) {
      const before = kinds.get(kind) ?? { held: 0, different: 0 }
      kinds.set(kind, { held: before.held + 1, different: before.different + (isOther ? 1 : 0) })
    }
    if (++done % 10_000 === 0) process.stderr.write(`${done} of ${count} pairs, ${different} different\n`)
  }
  for (const [kind, of] of [...kinds].sort())
    console.log(`${kind}: ${of.held} pairs, ${of.different} different`)
  if (unreadable > 0)
    console.log(`${unreadable} of them have words of policy that the other checkout does not know`)
  console.log(`${done} pairs and ${cases} cases of the packs, ${different} different`)
  if (different > 0) process.exitCode = 1
}

async function packCases(): Promise<Array<{ title: string; request: CheckRequest }>> {
  const { packs } = await readPacks(new URL('../policies', import.meta.url).pathname)
  const all = packs.map(async (pack) => {
    const [folder = ''] = pack.file.split('/')
    const file = new URL(`../policies/${folder}/cases.json`, import.meta.url)
    const { base, cases } = parseCases(JSON.parse(await readFile(file, 'utf8')), `${folder}/cases.json`)
    return cases.map((one) => ({ title: `${folder}: ${one.title}`, request: requestOf(base, one) }))
  })
  return (await Promise.all(all)).flat()
}
