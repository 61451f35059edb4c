// precert move: moves an embedded store to a server.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '../../process/config.js'
import { keySourceOf } from '../../process/settings/installation-key.js'
import { faultOfDatabaseUrl } from '../../process/database-url.js'
import { verifyLog } from '../../decision-log/verify.js'
import { MoveRefused, moveHelp, parseMoveCommand, type MoveCommand } from './arguments.js'
import { moveStore } from './move-store.js'
import { openInstallationKey } from '../../sealing/installation-key.js'
import { hasDataKeys } from '../../store/keys/data-keys.js'
import { openDatabase } from '../../store/database/database.js'
import { openEmbedded } from '../../store/database/embedded.js'
import { keyInForce } from '../../store/keys/installation-key-changes.js'
import { migrate } from '../../store/database/migrate.js'
import { openServer } from '../../store/database/server.js'
import { StoreError } from '../../store/database/store-error.js'
import { listTenants } from '../../store/tables/tenants.js'
import { exitCodes, type Command } from '../command.js'

/** `precert move`. */
export const move: Command = {
  run: async (args) => {
    const command = parseMoveCommand(args)
    if (command.action === 'help') process.stdout.write(`${moveHelp}\n`)
    else {
      const { fields, lines } = await moveWhole(command)
      process.stdout.write(`${command.json ? JSON.stringify(fields, null, 2) : lines.join('\n')}\n`)
    }
    return exitCodes.done
  },
  advice: (error) =>
    error instanceof StoreError && error.code === 'data-dir-in-use'
      ? 'If it is the service: stop it first.'
      : undefined,
}

async function moveWhole(
  command: Extract<MoveCommand, { action: 'move' }>,
): Promise<{ fields: object; lines: readonly string[] }> {
  const config = readConfig()
  const [dataDir, databaseUrl] = [
    command.dataDir ?? config.DATA_DIR,
    command.databaseUrl ?? config.DATABASE_URL,
  ]
  if (databaseUrl === undefined) throw new MoveRefused('Say where to: --to postgres://…, or DATABASE_URL.')
  const unreadable = faultOfDatabaseUrl(databaseUrl)
  if (unreadable !== undefined) throw new MoveRefused(`The address to move to ${unreadable}.`)
  await refuseEmpty(dataDir)
  await refuseWaiting(config.SPOOL_DIR ?? join(dataDir, 'spool'))
  const from = await openEmbedded(dataDir)
  try {
    await migrate(from)
    const to = openServer(databaseUrl, { poolSize: 1 })
    try {
      await migrate(to)
      const { tables, rows } = await moveStore(from, to, { dryRun: command.dryRun, onMoving: progress() })
      const filled = tables.filter((table) => table.rows > 0)
      const moved = filled.map((table) => `  ${String(table.rows).padStart(9)}  ${table.name}`)
      if (command.dryRun)
        return {
          fields: { outcome: 'would-move', rows, tables: filled },
          lines: [`Would move ${rows} rows of ${filled.length} tables:`, ...moved],
        }
      const log = await walk(databaseUrl, dataDir, config)
      return {
        fields: { outcome: 'moved', rows, tables: filled, log },
        lines: [
          `Moved ${rows} rows of ${filled.length} tables, the same there as here:`,
          ...moved,
          `The decision log is whole there: ${log.rows} rows in ${log.chains} chains under ${log.checkpoints} checkpoints.`,
          ...(filled.some((table) => table.name === 'api_key') || config.JWT_ISSUER !== undefined
            ? []
            : [
                'No key was ever made, and beside a server the service does not start without credentials. Make one, with the same DATABASE_URL: precert keys create --name first --scopes checks:write,policies:read',
              ]),
          `Now start the service with DATABASE_URL, and DATA_KEY as it stands in ${join(dataDir, 'data.key')} (or DATA_KEY_FILE, a copy of that file). Keep the folder until you have seen it work.`,
        ],
      }
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

async function refuseEmpty(dataDir: string): Promise<void> {
  const isThere = await stat(join(dataDir, 'database')).then(
    () => true,
    () => false,
  )
  if (!isThere)
    throw new MoveRefused(
      `There is no embedded store in ${dataDir}. Name its folder: --from FOLDER, or DATA_DIR.`,
    )
}

/** Rows in a spool are not in the store yet and would be left behind. */
async function refuseWaiting(spoolDir: string): Promise<void> {
  const waiting = (await readdir(spoolDir).catch(() => [])).filter((name) => name.endsWith('.rows'))
  if (waiting.length > 0)
    throw new MoveRefused(
      `${waiting.length} file(s) in ${spoolDir} hold decisions that are not in the store yet. Start the service once more and stop it, which puts them there, and move then.`,
    )
}

async function walk(
  databaseUrl: string,
  dataDir: string,
  config: ReturnType<typeof readConfig>,
): Promise<{ chains: number; rows: number; checkpoints: number }> {
  const database = await openDatabase({ databaseUrl, dataDir })
  const sum = { chains: 0, rows: 0, checkpoints: 0 }
  try {
    const source = {
      ...keySourceOf(config, 'embedded'),
      dataDir,
      mayMake: async () => !(await hasDataKeys(database)),
    }
    const { verifying } = await openInstallationKey(source, await keyInForce(database))
    for (const { tenantId } of await listTenants(database)) {
      const { chains, rows, checkpoints, faults } = await verifyLog({
        database,
        tenantId,
        verifying,
        now: Date.now(),
      })
      // The service signs the unsigned rows of a killed writer at its next start.
      const [fault] = faults.filter(({ kind }) => kind !== 'unsigned')
      if (fault !== undefined)
        throw new Error(
          `everything was moved, but the decision log is not whole, there as here: ${fault.detail} precert audit verify tells the rest`,
        )
      Object.assign(sum, {
        chains: sum.chains + chains,
        rows: sum.rows + rows,
        checkpoints: sum.checkpoints + checkpoints,
      })
    }
  } finally {
    await database.close()
  }
  return sum
}

function progress(): (table: string, rows: number) => void {
  if (!process.stderr.isTTY) return () => {}
  return (table, rows) => {
    process.stderr.write(`\r\u001b[K${table}: ${rows} rows `)
  }
}
