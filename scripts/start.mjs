// npm start: builds what is stale, then runs the service in this process, so that signals and exit codes are its own.
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const built = join(root, 'dist/.tsbuildinfo')
const sources = [join(root, 'tsconfig.json'), join(root, 'tsconfig.build.json'), join(root, 'package.json')]

const changedAt = path => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
const filesIn = folder => readdirSync(folder, { recursive: true, withFileTypes: true }).map(entry => join(entry.parentPath ?? entry.path, entry.name))

if ([...sources, ...filesIn(join(root, 'src'))].some(path => changedAt(path) > changedAt(built))) {
  process.stderr.write('precert: building ...\n')
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')], { stdio: ['ignore', 2, 2] })
  if (status !== 0) process.exit(status ?? 1)
}

await import('../dist/main.js')
