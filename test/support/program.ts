import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isBuilt } from '../../scripts/build-if-stale.mjs'

const root = new URL('../../', import.meta.url)
const built = isBuilt()

/**
 * What Node is started with to run a command of `precert` as a process of its own: the build, which `npm test` makes first and which
 * starts a second faster, or the source where somebody runs one test file beside an old build.
 */
export function programArguments(
  command: 'serve' | 'import' | 'matrix' | 'keys' | 'audit' | 'check' | 'move',
): string[] {
  return built
    ? [fileURLToPath(new URL('dist/commands/main.js', root)), command]
    : ['--import', 'tsx', fileURLToPath(new URL('src/commands/main.ts', root)), command]
}

/** What Node is started with to run a script of this repository (`test/**\/*.child.ts`, `scripts/write-*.ts`): from the bundles of `npm test`, or by tsx. */
export function scriptArguments(path: string): string[] {
  const bundles = process.env['PRECERT_TESTS']
  const source = fileURLToPath(new URL(path, root))
  return bundles === undefined
    ? ['--import', 'tsx', source]
    : [join(bundles, relative(fileURLToPath(root), source).replace(/\.ts$/, '.mjs'))]
}
