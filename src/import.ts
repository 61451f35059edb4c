// npm run import: reads published data into the store that the service uses. The parts are in importers/.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ConfigError, readConfig, type Config } from './process/config.js'
import { helpText, parseCommand, type Command } from './importers/command-line.js'
import { openSources } from './importers/files.js'
import { ImportRefused } from './importers/importer.js'
import { importers } from './importers/index.js'
import { importProgress } from './importers/progress.js'
import { refusedCsv, reportText, shownRefusals, type ImportReport } from './importers/report.js'
import { runImport } from './importers/run.js'
import { openStore, publicTenant } from './policies/open-policies.js'
import { showProgress } from './progress.js'
import { StoreError } from './store/store-error.js'

const exitCodes = { done: 0, failed: 1, refused: 2, configuration: 78 } as const // 78 is EX_CONFIG of sysexits.h
// The same two places from src/ and from dist/.
const starterPacks = fileURLToPath(new URL('../policies', import.meta.url))
const wantsJson = process.argv.includes('--json')

try {
  process.exitCode = await main()
} catch (error) {
  process.exitCode = say(error)
}

async function main(): Promise<number> {
  const command = parseCommand(process.argv.slice(2), importers, today())
  if (!command.help) return await importInto(readConfig(), command)
  process.stdout.write(`${helpText(importers, command.importer)}\n`)
  return exitCodes.done
}

async function importInto(config: Config, command: Exclude<Command, { help: true }>): Promise<number> {
  // Before the store is opened, so that a wrong path costs nothing.
  const files = await openSources(command.paths)
  const { database } = await openStore(
    {
      databaseUrl: config.DATABASE_URL,
      dataDir: config.DATA_DIR,
      policiesDir: config.POLICIES_DIR ?? starterPacks,
    },
    'when-empty',
  )
  const progress = showProgress(process.stderr, importProgress)
  try {
    if (database.kind === 'embedded' && command.tenantId !== publicTenant)
      throw new ImportRefused('The embedded store has one tenant. Several need a server: set DATABASE_URL.')
    const report = await runImport({ ...command, database, files, onProgress: progress.onProgress })
    progress.done()
    if (command.refusedFile !== undefined) await writeFile(command.refusedFile, refusedCsv(report.refused))
    process.stdout.write(`${command.json ? asJson(report) : reportText(report, command.refusedFile)}\n`)
    return report.outcome === 'refused' || report.outcome === 'needs-replace'
      ? exitCodes.refused
      : exitCodes.done
  } finally {
    progress.done()
    await database.close()
  }
}

function asJson(report: ImportReport): string {
  // What the system counts in KiB, whatever the platform.
  const peakMemoryMiB = Math.round(process.resourceUsage().maxRSS / 1024)
  return JSON.stringify(
    {
      ...report,
      refused: report.refused.slice(0, shownRefusals),
      refusedRows: report.refused.length,
      peakMemoryMiB,
    },
    null,
    2,
  )
}

/** Tells what went wrong, and the exit code for it. */
function say(error: unknown): number {
  const code =
    error instanceof ConfigError
      ? 'bad-configuration'
      : error instanceof ImportRefused || error instanceof StoreError
        ? error.code
        : 'failed'
  const message = (error instanceof Error ? error.message : String(error)) + adviceFor(error)
  if (wantsJson) process.stdout.write(`${JSON.stringify({ outcome: 'failed', code, message })}\n`)
  else process.stderr.write(`precert import: ${message}\n`)
  return error instanceof ConfigError
    ? exitCodes.configuration
    : error instanceof ImportRefused
      ? exitCodes.refused
      : exitCodes.failed
}

function adviceFor(error: unknown): string {
  if (!(error instanceof StoreError)) return ''
  if (error.code === 'data-dir-in-use') return ' If it is the service: stop it, import, and start it again.'
  if (error.code === 'publish-in-progress' || error.code === 'revision-moved')
    return ' Another import is running; wait for it and import again.'
  return ' Nothing was changed.'
}

/** The calendar day here, as an operator would write it. */
function today(): string {
  const now = new Date()
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}
