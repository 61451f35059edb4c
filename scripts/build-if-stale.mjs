import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const built = join(root, 'dist/.tsbuildinfo')
const sources = [join(root, 'tsconfig.json'), join(root, 'tsconfig.build.json'), join(root, 'package.json')]

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) =>
    join(entry.parentPath ?? entry.path, entry.name),
  )

/** Whether dist/ is what src/ says now. */
export const isBuilt = () =>
  [...sources, ...filesIn(join(root, 'src'))].every((path) => changedAt(path) <= changedAt(built))

/** Compiles src/ to dist/ when something is newer than the last build; ends the process when it does not compile. */
export function buildIfStale() {
  if (isBuilt()) return
  process.stderr.write('precert: building ...\n')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')],
    { stdio: ['ignore', 2, 2] },
  )
  if (status !== 0) process.exit(status ?? 1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildIfStale()
