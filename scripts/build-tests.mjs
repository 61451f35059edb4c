import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
/** All test files, by their path from the root. */
export const testFiles = () => filesIn('test').filter((name) => name.endsWith('.test.ts'))

// What tests run as a process of its own, apart from the program itself.
const childFiles = () => [
  ...filesIn('test').filter((name) => name.endsWith('.child.ts')),
  'scripts/write-openapi.ts',
  'scripts/write-pack-schema.ts',
]

const filesIn = (from) =>
  readdirSync(join(root, from), { recursive: true })
    .map((name) => join(from, name))
    .sort()

// TypeBox is 700 small modules, which Node alone reads in half a second for each file of tests; what else is installed stays where it is.
const bundled = /^(typebox(\/.*)?|@fastify\/type-provider-typebox)$/

const layout = {
  name: 'layout',
  setup(bundle) {
    bundle.onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
      kind === 'entry-point' || bundled.test(path) ? undefined : { path, external: true },
    )
    // Whatever is found beside a source file (fixtures, policies, the checkout itself) is found from where the source lies.
    bundle.onLoad({ filter: /\.m?[tj]s$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (relative(root, path).startsWith('node_modules')) return { contents: text, loader: 'js' }
      return {
        contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
        loader: path.endsWith('ts') ? 'ts' : 'js',
      }
    })
  },
}

/**
 * Bundles every test with what it imports into a folder of this run, so that each starts in a fraction of the time that tsx needs; takes
 * two seconds. `remove` takes the folder away.
 */
export async function buildTests() {
  const folder = mkdtempSync(join(tmpdir(), 'precert-tests-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  await build({
    absWorkingDir: root,
    entryPoints: [...testFiles(), ...childFiles()],
    outdir: folder,
    outbase: '.',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'shared/[hash]',
    plugins: [layout],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  })
  process.env.PRECERT_TESTS = folder // where test/support/program.ts finds them
  return {
    builtFile: (name) => join(folder, name.replace(/\.ts$/, '.mjs')),
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
