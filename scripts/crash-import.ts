import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { embeddedTarget, serverTarget } from '../test/importers/crash-targets.js'
import { killImports } from '../test/importers/killed-import.js'

const usage = `Kills imports at random moments and checks that the old or the new revision is in force, whole, and that the next import works.

  tsx scripts/crash-import.ts                    on an embedded store
  tsx scripts/crash-import.ts --server URL       on a database of its own on that server, by process and by backend in turn
    --kill-9-backend   SIGKILL for the backend; it ends every connection of that server, so use one of your own
    --rounds N         how often, 20 if not said
    --rows N           rows of an import, 20000 if not said`

const { values } = parseArgs({
  options: {
    server: { type: 'string' },
    'kill-9-backend': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '20' },
    rows: { type: 'string', default: '20000' },
  },
})
if (values.help) console.log(usage)
else await main()

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'precert-crash-'))
  const found =
    values.server === undefined
      ? { target: await embeddedTarget(folder), drop: async () => {} }
      : await serverTarget(values.server, values['kill-9-backend'])
  if (found === undefined) throw new Error('no server answers there')
  try {
    const rounds = await killImports(found.target, folder, {
      rows: Number(values.rows),
      rounds: Number(values.rounds),
    })
    for (const round of rounds) console.log(JSON.stringify(round))
    const count = (outcome: string): number => rounds.filter((round) => round.outcome === outcome).length
    console.log(
      `${rounds.length} rounds: ${count('old')} left the old revision, ${count('new')} the new one, none anything else; the import afterwards worked`,
    )
  } finally {
    await found.drop()
  }
}
