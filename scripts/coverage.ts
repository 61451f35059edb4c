import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { branchesOf, type Branch } from './branch-coverage/branches.js'
import { rooms, type Room } from './branch-coverage/rooms.js'
import { buildTests, testFiles } from './build-tests.mjs'
import { readOptions } from './script-options.js'

const usage = `Branch coverage of a room by its own tests, and the branches that none of them takes.

  npm run try -- coverage [--room NAME] [--json]

  --room NAME  ${rooms.map(({ name }) => name).join(', ')} (default: all)
  --jobs N     test files at a time (default: as many as there are cores)
  --json       print the result as JSON
  --help       this text

A branch is one way that an if, ?:, &&, ||, ?? or case can go; an if without else has two. Tests that start processes or a database server are
left out, and fewer worlds are generated. Exit code 0: counted. 1: a test failed. 2: wrong options.`

const values = readOptions(usage, {
  room: { type: 'string' },
  jobs: { type: 'string', default: String(availableParallelism()) },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
})

if (typeof values === 'number') process.exitCode = values
else await run(values)

interface Counted {
  readonly room: string
  readonly branches: number
  readonly taken: number
  readonly percent: number
  readonly untaken: readonly Branch[]
}

async function run(options: { room?: string; jobs: string; json: boolean }): Promise<void> {
  const asked = rooms.filter(({ name }) => options.room === undefined || name === options.room)
  if (asked.length === 0) {
    console.error(`There is no room ${options.room ?? ''} here.\n\n${usage}`)
    process.exitCode = 2
    return
  }
  const { builtFile, remove } = await buildTests()
  try {
    const counted: Counted[] = []
    for (const room of asked) counted.push(await count(room, builtFile, Number(options.jobs)))
    if (options.json) console.log(JSON.stringify(counted, null, 2))
    else for (const one of counted) print(one)
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  } finally {
    remove()
  }
}

async function count(room: Room, builtFile: (name: string) => string, jobs: number): Promise<Counted> {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const written = await mkdtemp(join(tmpdir(), 'precert-coverage-'))
  try {
    const waiting = testFiles().filter(
      (file) =>
        room.tests.some((test) => file === test || file.startsWith(`${test}/`)) &&
        !room.without.includes(file),
    )
    const work = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        process.stderr.write(`${room.name}: ${file}\n`)
        await runTest(file, builtFile(file), root, written)
      }
    }
    await Promise.all(Array.from({ length: jobs }, work))
    const branches = await branchesOf(root, room.sources, written)
    const untaken = branches.filter(({ times }) => times === 0)
    const taken = branches.length - untaken.length
    const percent = Math.floor((1000 * taken) / branches.length) / 10
    return { room: room.name, branches: branches.length, taken, percent, untaken }
  } finally {
    await rm(written, { recursive: true, force: true })
  }
}

function runTest(file: string, built: string, cwd: string, written: string): Promise<void> {
  const { TEST_DATABASE_URL: _, NODE_OPTIONS: __, ...rest } = process.env
  const env = {
    ...rest,
    NODE_V8_COVERAGE: written,
    SHORT_TESTS: '1',
    PROPERTY_RUNS: '300',
    ORACLE_PAIRS: '2000',
    SCHEDULE_WORLDS: '90',
    TAP_TIMEOUT: '900',
  }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [built], { cwd, env, maxBuffer: 2 ** 28 }, (error, output) => {
      if (error === null) resolve()
      else
        reject(new Error(`${file} fails:\n${output.replace(/^ *(ok |# Subtest).*\n/gm, '').slice(0, 4000)}`))
    })
  })
}

function print({ room, branches, taken, percent, untaken }: Counted): void {
  console.log(`${room}: ${taken} of ${branches} branches, ${percent.toFixed(1)} %`)
  for (const { file, line, column, type, code } of untaken)
    console.log(`  ${file}:${line}:${column + 1}  ${type}  ${code}`)
}
