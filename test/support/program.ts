import { fileURLToPath } from 'node:url'
import { isBuilt } from '../../scripts/build-if-stale.mjs'

const root = new URL('../../', import.meta.url)
const built = isBuilt()

/**
 * What Node is started with to run a program of src/ as a process of its own: the build, which `npm test` makes first and which
 * starts a second faster, or the source where somebody runs one test file beside an old build.
 */
export function programArguments (entry: 'main' | 'import' | 'matrix' | 'keys' | 'audit' | 'check-file' | 'move'): string[] {
  return built ? [fileURLToPath(new URL(`dist/${entry}.js`, root))] : ['--import', 'tsx', fileURLToPath(new URL(`src/${entry}.ts`, root))]
}
