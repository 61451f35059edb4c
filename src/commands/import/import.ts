// precert import: reads published data into the store that the service uses.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { readConfig, type Config } from '../../process/config.js'
import { helpText, parseCommand, type ImportCommand } from './arguments.js'
import { openSources } from '../../importers/files.js'
import { ImportRefused } from '../../importers/importer.js'
import { importers } from '../../importers/index.js'
import { localDay } from './local-day.js'
import { importProgress } from './progress-words.js'
import { refusedCsv, reportText, shownRefusals, type ImportReport } from '../../importers/report.js'
import { runImport } from '../../importers/run.js'
import { openStore, publicTenant } from '../../policies/loaded/open-policies.js'
import { showProgress } from '../progress.js'
import { StoreError } from '../../store/database/store-error.js'
import { exitCodes, type Command } from '../command.js'

// Correct from both src/ and dist/.
const starterPacks = fileURLToPath(new URL('../../../policies', import.meta.url))

/** `precert import`. */
export const importFiles: Command = {
  run: async (args) => {
    const command = parseCommand(args, importers, localDay(new Date()))
    if (!command.help) return await importInto(readConfig(), command)
    process.stdout.write(`${helpText(importers, command.importer)}\n`)
    return exitCodes.done
  },
  isRefusal: (error) => error instanceof ImportRefused,
  advice: adviceFor,
}

async function importInto(config: Config, command: Exclude<ImportCommand, { help: true }>): Promise<number> {
  // Opened before the store, so that a wrong path fails at once.
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
  // The system counts in KiB on every platform.
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

function adviceFor(error: unknown): string | undefined {
  if (!(error instanceof StoreError)) return undefined
  if (error.code === 'data-dir-in-use') return 'If it is the service: stop it, import, and start it again.'
  if (error.code === 'publish-in-progress' || error.code === 'revision-moved')
    return 'Another import is running; wait for it and import again.'
  return 'Nothing was changed.'
}
