// precert audit: verifies, exports and replays the decision log, removes old months, erases.
import { readConfig } from '../../process/config.js'
import { keySourceOf } from '../../process/settings/installation-key.js'
import { performAudit, type AuditResult } from './actions.js'
import { auditHelp, parseAuditCommand, type AuditCommand } from './arguments.js'
import { openInstallationKey } from '../../sealing/installation-key.js'
import { hasDataKeys } from '../../store/keys/data-keys.js'
import { openDatabase } from '../../store/database/database.js'
import { keyInForce } from '../../store/keys/installation-key-changes.js'
import { listTenants } from '../../store/tables/tenants.js'
import { exitCodes, type Command } from '../command.js'

const everyRows = 10_000

/** `precert audit`. */
export const audit: Command = {
  run: async (args) => {
    const command = parseAuditCommand(args)
    if (command.action === 'help') {
      process.stdout.write(`${auditHelp}\n`)
      return exitCodes.done
    }
    const { fields, lines, good } = await perform(command)
    const isOnOutput = command.action === 'export' && command.outFile === undefined
    if (!isOnOutput)
      process.stdout.write(`${command.json ? JSON.stringify(fields, null, 2) : lines.join('\n')}\n`)
    return good ? exitCodes.done : exitCodes.found
  },
}

async function perform(command: Exclude<AuditCommand, { action: 'help' }>): Promise<AuditResult> {
  const config = readConfig()
  const database = await openDatabase({ databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR })
  try {
    return await performAudit(command, {
      database,
      tenants: (await listTenants(database)).map(({ tenantId }) => tenantId),
      out: process.stdout,
      key: async () =>
        await openInstallationKey(
          { ...keySourceOf(config, database.kind), mayMake: async () => !(await hasDataKeys(database)) },
          await keyInForce(database),
        ),
      onProgress: (rows) => {
        if (rows % everyRows < 500 && rows >= everyRows && process.stderr.isTTY)
          process.stderr.write(`\r${rows} rows `)
      },
    })
  } finally {
    await database.close()
  }
}
