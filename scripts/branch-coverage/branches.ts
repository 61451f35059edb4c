import { readFile, readdir } from 'node:fs/promises'
import type { Profiler } from 'node:inspector'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'acorn'
import { convert } from 'ast-v8-to-istanbul'

/** One way that a condition can go, and how often the tests went it. */
export interface Branch {
  readonly file: string
  readonly line: number
  readonly column: number
  /** What the condition is: `if`, `cond-expr`, `binary-expr`, `switch`, `default-arg`. */
  readonly type: string
  readonly way: number
  /** The code that runs this way; of an `if` without `else` the condition, as there is none. */
  readonly code: string
  readonly times: number
}

type Converted = Awaited<ReturnType<typeof convert>>
type Counted = Converted[string]

/**
 * The branches of the sources in a folder, counted over what Node wrote into `written` (NODE_V8_COVERAGE). Each source lies in one bundle, so the
 * counts of all processes add up.
 */
export async function branchesOf(root: string, sources: string, written: string): Promise<Branch[]> {
  const bundles = new Bundles(resolve(root, sources))
  const found = new Map<string, Branch>()
  for (const name of await readdir(written)) {
    for (const script of scriptsIn(await readFile(join(written, name), 'utf8')))
      for (const counted of await bundles.count(script))
        for (const branch of await branchesIn(root, counted)) {
          const key = `${branch.file}:${branch.line}:${branch.column}:${branch.type}:${branch.way}`
          found.set(key, { ...branch, times: branch.times + (found.get(key)?.times ?? 0) })
        }
  }
  return [...found.values()].sort(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column || a.way - b.way,
  )
}

/** What a process counted: nothing where it was killed while it wrote. */
function scriptsIn(text: string): readonly Profiler.ScriptCoverage[] {
  try {
    return (JSON.parse(text) as { result: Profiler.ScriptCoverage[] }).result
  } catch {
    return []
  }
}

/** Bundles of tests by their address, those apart that hold nothing of the folder. */
class Bundles {
  readonly #folder: string
  readonly #known = new Map<string, { readonly code: string; readonly map: unknown } | undefined>()

  constructor(folder: string) {
    this.#folder = `${folder}/`
  }

  async count(script: Profiler.ScriptCoverage): Promise<Counted[]> {
    if (!script.url.startsWith('file:') || script.url.includes('/node_modules/')) return []
    if (!this.#known.has(script.url)) this.#known.set(script.url, await this.#read(script.url))
    const bundle = this.#known.get(script.url)
    if (bundle === undefined) return []
    const converted = await convert({
      // Parsed anew each time: the conversion changes the tree.
      ast: parse(bundle.code, { ecmaVersion: 'latest', sourceType: 'module' }) as never,
      code: bundle.code,
      wrapperLength: 0,
      coverage: script,
      sourceMap: bundle.map as never,
    })
    return Object.values(converted).filter(({ path }) => path.startsWith(this.#folder))
  }

  async #read(url: string): Promise<{ code: string; map: unknown } | undefined> {
    const path = fileURLToPath(url)
    const text = await readFile(`${path}.map`, 'utf8').catch(() => undefined)
    if (text === undefined) return undefined
    const map = JSON.parse(text) as { readonly sources: readonly string[] }
    const isOfFolder = map.sources.some((source) => resolve(dirname(path), source).startsWith(this.#folder))
    return isOfFolder ? { code: await readFile(path, 'utf8'), map } : undefined
  }
}

const texts = new Map<string, string[]>()

async function branchesIn(root: string, { path, branchMap, b }: Counted): Promise<Branch[]> {
  const lines = texts.get(path) ?? (await readFile(path, 'utf8')).split('\n')
  texts.set(path, lines)
  return Object.entries(branchMap).flatMap(([id, { type, loc, locations }]) =>
    (b[id] ?? []).map((times, way) => {
      const own = locations[way]
      const at = own?.start.line === undefined ? loc : own
      return {
        file: relative(root, path),
        line: at.start.line,
        column: at.start.column,
        type: at === own || locations.length === 1 ? type : `no ${type}`,
        way,
        code: (lines[at.start.line - 1] ?? '').trim(),
        times,
      }
    }),
  )
}
