// An import is killed in the middle of publishing, on both stores: what is in force is the old or the new revision, whole.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { embeddedTarget, serverTarget } from './crash-targets.js'
import { killImports, type Round } from './killed-import.js'

const server = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'
// One round each by default: a kill costs a process start on either side. Continuous integration and scripts/crash-import.ts do more, of more rows.
const rounds = Number(process.env['CRASH_ROUNDS'] ?? 1)
const folder = await mkdtemp(join(tmpdir(), 'precert-crash-'))
const shown = (done: readonly Round[]): string =>
  done.map(({ killed, afterMs, outcome }) => `${killed} after ${afterMs} ms: ${outcome}`).join('; ')

t.test('on the embedded store', async (t) => {
  // Fewer rows, because each look opens the database anew; scripts/crash-import.ts has the time for more.
  const done = await killImports(await embeddedTarget(folder), folder, { rows: 1_500, rounds })
  t.equal(done.length, rounds, shown(done))
})

t.test('on a server, by its process and by its backend', async (t) => {
  const found = await serverTarget(server)
  if (found === undefined) {
    if (process.env['CI'] === 'true' || process.env['TEST_DATABASE_URL'] !== undefined)
      t.fail(`no PostgreSQL at ${new URL(server).host}`)
    else t.pass(`no PostgreSQL at ${new URL(server).host}: not run`)
    return
  }
  t.teardown(found.drop)
  const done = await killImports(found.target, folder, { rows: rounds > 1 ? 20_000 : 5_000, rounds })
  t.equal(done.length, rounds, shown(done))
})
