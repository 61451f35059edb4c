import { link, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import type { CoreMutant } from './mutant.js'

/** A translated copy of the program and its tests outside the checkout, from which every mutant gets a copy of its own. */
export interface ProgramCopy {
  readonly testFiles: readonly string[]
  /** A folder with the mutant in it (without one: the program as it is). */
  readonly withMutant: (mutant: CoreMutant | undefined) => Promise<string>
  readonly remove: (folder?: string) => Promise<void>
}

/** Translates `src` and `test` once; the tests find the thrower of `test/support/asserting.ts` in place of tap. */
export async function copyProgram(root: URL): Promise<ProgramCopy> {
  const checkout = fileURLToPath(root)
  const top = await mkdtemp(join(tmpdir(), 'precert-mutation-'))
  const base = join(top, 'base')
  await symlink(join(checkout, 'node_modules'), join(top, 'node_modules'))
  await writeFile(join(top, 'package.json'), '{ "type": "module" }')
  const files = (
    await Promise.all(
      ['src', 'test'].map(async (folder) =>
        (await readdir(join(checkout, folder), { recursive: true })).map((name) => join(folder, name)),
      ),
    )
  )
    .flat()
    .filter((name) => /\.(ts|json)$/.test(name) && !name.endsWith('.d.ts'))
  const sources = new Map<string, string>()
  await Promise.all(
    files.map(async (name) => {
      const target = join(base, scriptName(name))
      await mkdir(dirname(target), { recursive: true })
      const text = await readFile(join(checkout, name), 'utf8')
      sources.set(name, text)
      await writeFile(target, name.endsWith('.ts') ? translate(name, text) : text)
    }),
  )
  let made = 0
  return {
    testFiles: files
      .filter((name) => /^test\/decision\/(?!oracle)[^/]*\.test\.ts$/.test(name))
      .map((name) => relative('test/support', scriptName(name))),
    withMutant: async (mutant) => {
      const folder = join(top, `mutant-${++made}`)
      for (const parent of new Set(files.map((name) => dirname(name))))
        await mkdir(join(folder, parent), { recursive: true })
      await Promise.all(
        files.map((name) =>
          name === mutant?.file
            ? undefined
            : link(join(base, scriptName(name)), join(folder, scriptName(name))),
        ),
      )
      await symlink(join(checkout, 'policies'), join(folder, 'policies'))
      if (mutant !== undefined)
        await writeFile(
          join(folder, scriptName(mutant.file)),
          translate(mutant.file, mutate(mutant, sources.get(mutant.file) ?? '')),
        )
      return folder
    },
    remove: (folder) => rm(folder ?? top, { recursive: true, force: true }),
  }
}

/** The text of the file with the change made. */
export function mutate({ start, end, text }: CoreMutant, source: string): string {
  return source.slice(0, start) + text + source.slice(end)
}

function scriptName(name: string): string {
  return name.replace(/\.ts$/, '.js')
}

function translate(name: string, text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  })
  return name.startsWith('test/')
    ? outputText.replace(/from 'tap'/g, `from '${relative(dirname(name), 'test/support/asserting.js')}'`)
    : outputText
}
