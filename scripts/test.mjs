import { availableParallelism } from 'node:os'
import { relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildIfStale } from './build-if-stale.mjs'
import { buildTests, testFiles } from './build-tests.mjs'
import { dateTests } from './date-tests.mjs'

const usage = `Runs the tests: builds the program and the tests, then every file in a process of its own.

  npm test [-- [options] [file or folder ...]]      without files: all of test/

  --reporter NAME   base, terse, min, dot, json, junit, markdown, tap (default: base in a terminal, otherwise tap)
  --jobs N          how many at a time (default: one more than there are cores)
  --dates           only what can depend on the time zone (scripts/date-tests.mjs)
  --help            this text`

// What takes longest begins first, so that no core idles at the end; one more than there are cores, as some wait for time to pass.
const longest = [
  'importers/crash',
  'decision/invariants',
  'start',
  'decision-log/crash',
  'ops/commands',
  'protocols/unread-answers',
  'browser/docs',
  'protocols/batch/lifetime',
  'faults/store-away',
  'decision/oracle',
  'protocols/process',
  'decision/advice/schedule-oracle',
  'decision/findings',
  'policies/propagation',
  'commands/check',
  'store/lock',
  'commands/move',
  'commands/import',
  'decision/advice/changes',
  'commands/keys',
  'commands/main',
  'commands/matrix',
  'repeats/server',
  'repeats/embedded',
  'soak/soak',
  'store/server',
].map((name) => `test/${name}.test.ts`)

// After which a file that does not end has failed; on a busy machine the longest take minutes.
const seconds = 900

const root = fileURLToPath(new URL('..', import.meta.url))

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    reporter: { type: 'string', default: process.stdout.isTTY ? 'base' : 'tap' },
    jobs: { type: 'string', default: String(availableParallelism() + 1) },
    dates: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(usage)
else await run()

async function run() {
  const files = chosen()
  buildIfStale()
  const { builtFile, remove } = await buildTests()
  process.on('exit', remove)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
  // Only now, as tap counts its time from here on.
  const { default: t } = await import('tap')
  if (values.reporter !== 'tap') {
    const { report } = await import('@tapjs/reporter')
    // Reporters ask for one setting: whether to show comments.
    await report(values.reporter, t, { get: () => false })
  }
  t.setTimeout(0)
  t.jobs = Number(values.jobs)
  t.plan(files.length)
  const env = { ...process.env, TAP_TIMEOUT: String(seconds) }
  // Not by the command of tap, which records every file that a process or its children load, by hooks that make each start slow. What it spawns
  // gets those hooks by NODE_OPTIONS, so that is put back to what it was.
  for (const file of files) {
    void t.spawn(
      'env',
      [
        `NODE_OPTIONS=${process.env.NODE_OPTIONS ?? ''}`,
        process.execPath,
        '--enable-source-maps',
        '--max-semi-space-size=32',
        builtFile(file),
      ],
      {
        buffered: true,
        timeout: 1000 * seconds,
        env,
        stdio: values.reporter === 'tap' ? 'inherit' : 'pipe',
        cwd: root,
        at: null,
        stack: '',
      },
      file,
    )
  }
}

/** The files that were asked for, the longest first; ends the process where there is none. */
function chosen() {
  const all = testFiles()
  const unknown = longest.filter((file) => !all.includes(file))
  if (unknown.length > 0)
    throw new Error(`scripts/test.mjs orders files that are not there: ${unknown.join(', ')}`)
  const asked = positionals.map((path) => relative(root, resolve(path)))
  const none = asked.filter((path) => !all.some((file) => isIn(file, path)))
  if (none.length > 0) {
    console.error(`No test files: ${none.join(', ')}`)
    process.exit(2)
  }
  const rest = all.filter((file) => !longest.includes(file))
  return [...longest, ...rest].filter(
    (file) =>
      (asked.length === 0 || asked.some((path) => isIn(file, path))) &&
      (!values.dates || dateTests.includes(file)),
  )
}

function isIn(file, path) {
  return file === path || file.startsWith(`${path}${sep}`) || path === ''
}
