// Services are killed under load, on both stores and in both modes: what was answered stands in the log, once, in whole chains. scripts/crash-decisions.ts has longer runs.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { embeddedTarget, serverTarget } from '../importers/crash-targets.js'
import { runDecisions, type RunFound } from './decision-run.js'

const server = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
const required = process.env['CI'] === 'true' || process.env['TEST_DATABASE_URL'] !== undefined
const seconds = Number(process.env['CRASH_SECONDS'] ?? 6)
// Clients that wait a little: the test is about kills and not about load.
const asking = { clients: 3, pauseMs: 40, kill: { signal: 'SIGKILL', everySeconds: 2 } } as const

function isWhole(t: Pick<typeof import('tap').default, 'ok' | 'strictSame'>, found: RunFound): void {
  t.ok(
    found.kills > 0 && found.answered > 0,
    `${found.kills} kills, ${found.answered} answered, ${found.recorded} recorded, ${found.failed} requests failed`,
  )
  t.strictSame(
    [found.missing, found.doubled, found.faults, found.unexpected],
    [[], [], [], []],
    'nothing missing, doubled, out of its chain, or else unexpected',
  )
}

t.test('one process on an embedded store', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'precert-decisions-'))
  isWhole(
    t,
    await runDecisions({
      ...asking,
      target: await embeddedTarget(folder),
      folder,
      mode: 'db',
      processes: 1,
      seconds: 4,
    }),
  )
})

for (const mode of ['db', 'spool'] as const) {
  t.test(`two processes on a server, ${mode}`, async (t) => {
    const found = await serverTarget(server)
    if (found === undefined) {
      if (required) t.fail(`no PostgreSQL at ${new URL(server).host}`)
      else t.pass(`no PostgreSQL at ${new URL(server).host}: not run`)
      return
    }
    t.teardown(found.drop)
    const folder = await mkdtemp(join(tmpdir(), 'precert-decisions-'))
    isWhole(t, await runDecisions({ ...asking, target: found.target, folder, mode, processes: 2, seconds }))
  })
}
