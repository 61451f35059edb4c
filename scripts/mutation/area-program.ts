import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, transform } from 'esbuild'
import type { Area } from './areas.js'
import type { SourceMutant } from './mutant.js'

/** A translated copy of the program and its tests outside the checkout, into which one mutant at a time is put. */
export interface ProgramCopy {
  /** Puts a mutant in the place of its file; `undefined` takes the last one out again. */
  readonly put: (mutant: SourceMutant | undefined) => Promise<void>
  /** A script that runs the tests of an area, one after the other, in one process. */
  readonly entryOf: (area: Area) => Promise<string>
  /** The source files that the tests of an area load. */
  readonly filesOf: (area: Area) => Promise<ReadonlySet<string>>
  readonly remove: () => Promise<void>
}

/** Translates sources, tests and what they load of the scripts, file by file: a mutant then costs the translation of one file. */
export async function copyProgram(root: URL): Promise<ProgramCopy> {
  const checkout = fileURLToPath(root)
  const copy = await mkdtemp(join(tmpdir(), 'precert-mutants-'))
  await symlink(join(checkout, 'node_modules'), join(copy, 'node_modules'))
  await writeFile(join(copy, 'package.json'), '{ "type": "module" }')
  const libraries = await bundleLibraries(checkout, copy)
  const write = async (name: string, text: string): Promise<void> => {
    await writeFile(join(copy, scriptName(name)), await translate(checkout, name, text, libraries))
  }
  const files = await filesIn(checkout)
  for (const folder of new Set(files.map((name) => dirname(name))))
    await mkdir(join(copy, folder), { recursive: true })
  await Promise.all(
    files.map(async (name) => await write(name, await readFile(join(checkout, name), 'utf8'))),
  )
  let changed: string | undefined
  return {
    put: async (mutant) => {
      if (changed !== undefined) await write(changed, await readFile(join(checkout, changed), 'utf8'))
      changed = mutant?.file
      if (mutant !== undefined)
        await write(mutant.file, mutate(mutant, await readFile(join(checkout, mutant.file), 'utf8')))
    },
    entryOf: async ({ name, tests }) => {
      const entry = join(copy, `${name}.mjs`)
      await writeFile(entry, tests.map((test) => `import './test/${test}.test.js'\n`).join(''))
      return entry
    },
    filesOf: async ({ tests }) => {
      const { metafile } = await build({
        absWorkingDir: checkout,
        entryPoints: tests.map((test) => `test/${test}.test.ts`),
        bundle: true,
        write: false,
        metafile: true,
        packages: 'external',
        platform: 'node',
        format: 'esm',
        outdir: copy,
        logLevel: 'silent',
      })
      return new Set(Object.keys(metafile.inputs))
    },
    remove: async () => {
      await rm(copy, { recursive: true, force: true })
    },
  }
}

/** The text of the file with the change made. */
export function mutate({ start, end, text }: SourceMutant, source: string): string {
  return source.slice(0, start) + text + source.slice(end)
}

async function filesIn(checkout: string): Promise<string[]> {
  const folders = await Promise.all(
    ['src', 'test', 'scripts'].map(async (folder) =>
      (await readdir(join(checkout, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  )
  return folders.flat().filter((name) => /\.(ts|mjs)$/.test(name) && !/\.d\.m?ts$/.test(name))
}

const scriptName = (name: string): string => name.replace(/\.ts$/, '.js')

/** What is found beside a source file (fixtures, policies, the checkout itself) is found from where the source lies. */
async function translate(
  checkout: string,
  name: string,
  text: string,
  libraries: ReadonlyMap<string, string>,
): Promise<string> {
  const { code } = await transform(
    text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(join(checkout, name)).href)),
    { loader: name.endsWith('ts') ? 'ts' : 'js', format: 'esm', target: 'node20', sourcefile: name },
  )
  return code.replace(/\bfrom "([^".][^"]*)"/g, (whole, library: string) => {
    const bundled = libraries.get(library)
    return bundled === undefined ? whole : `from ${JSON.stringify(bundled)}`
  })
}

/** TypeBox is 700 small modules, which every process would read anew in half a second: they are put into a few files once. */
async function bundleLibraries(checkout: string, copy: string): Promise<ReadonlyMap<string, string>> {
  const names = [
    'typebox',
    'typebox/compile',
    'typebox/error',
    'typebox/format',
    'typebox/value',
    '@fastify/type-provider-typebox',
  ]
  const entryPoints = Object.fromEntries(names.map((name, at) => [`library-${at}`, name]))
  const outdir = join(copy, 'libraries')
  await build({
    absWorkingDir: checkout,
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
  })
  return new Map(names.map((name, at) => [name, pathToFileURL(join(outdir, `library-${at}.js`)).href]))
}
