// npm run audit: verifies and exports the decision log, ends its retention, erases. The arguments are read in decision-log/audit-command-line.ts.
import { ConfigError, keySourceOf, readConfig } from './process/config.js'
import { audit, type AuditResult } from './decision-log/audit.js'
import {
  auditHelp,
  AuditRefused,
  parseAuditCommand,
  type AuditCommand,
} from './decision-log/audit-command-line.js'
import { InstallationKeyRefused, openInstallationKey } from './sealing/installation-key.js'
import { hasDataKeys } from './store/data-keys.js'
import { openDatabase } from './store/database.js'
import { keyInForce } from './store/installation-key-changes.js'
import { StoreError } from './store/store-error.js'
import { listTenants } from './store/tenants.js'

const exitCodes = { done: 0, failed: 1, refused: 2, configuration: 78 } as const // 78 is EX_CONFIG of sysexits.h
const everyRows = 10_000
const wantsJson = process.argv.includes('--json')

try {
  const command = parseAuditCommand(process.argv.slice(2))
  if (command.action === 'help') process.stdout.write(`${auditHelp}\n`)
  else {
    const { fields, lines, good } = await perform(command)
    const isOnOutput = command.action === 'export' && command.outFile === undefined
    if (!isOnOutput)
      process.stdout.write(`${command.json ? JSON.stringify(fields, null, 2) : lines.join('\n')}\n`)
    process.exitCode = good ? exitCodes.done : exitCodes.failed
  }
} catch (error) {
  process.exitCode = say(error)
}

async function perform(command: Exclude<AuditCommand, { action: 'help' }>): Promise<AuditResult> {
  const config = readConfig()
  const database = await openDatabase({ databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR })
  try {
    return await audit(command, {
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

function say(error: unknown): number {
  const advice =
    error instanceof StoreError && error.code === 'data-dir-in-use'
      ? ' If it is the service: stop it, run this, and start it again.'
      : ''
  const message = (error instanceof Error ? error.message : String(error)) + advice
  if (wantsJson)
    process.stdout.write(
      `${JSON.stringify({ outcome: error instanceof AuditRefused ? 'refused' : 'failed', message })}\n`,
    )
  else process.stderr.write(`precert audit: ${message}\n`)
  if (error instanceof ConfigError || error instanceof InstallationKeyRefused) return exitCodes.configuration
  return error instanceof AuditRefused ? exitCodes.refused : exitCodes.failed
}
