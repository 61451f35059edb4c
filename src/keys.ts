// npm run keys: makes, lists and ends the keys that the service asks for. The arguments are read in access/keys-command-line.ts.
import { text as readAll } from 'node:stream/consumers'
import { keysHelp, KeysRefused, parseKeysCommand, type KeysCommand } from './access/keys-command-line.js'
import { manageKeys, type KeysResult } from './access/manage-keys.js'
import { ConfigError, keySourceOf, readConfig } from './process/config.js'
import { InstallationKeyRefused } from './sealing/installation-key.js'
import { rotateDataKey, type RotatedKey } from './sealing/rotate-data-key.js'
import { openDatabase } from './store/database.js'
import { StoreError } from './store/store-error.js'

const exitCodes = { done: 0, failed: 1, refused: 2, configuration: 78 } as const // 78 is EX_CONFIG of sysexits.h
const wantsJson = process.argv.includes('--json')

try {
  const command = parseKeysCommand(process.argv.slice(2), new Date())
  if (command.action === 'help') process.stdout.write(`${keysHelp}\n`)
  else {
    const { fields, lines } = await perform(command)
    process.stdout.write(`${command.json ? JSON.stringify(fields, null, 2) : lines.join('\n')}\n`)
  }
} catch (error) {
  process.exitCode = say(error)
}

async function perform(command: Exclude<KeysCommand, { action: 'help' }>): Promise<KeysResult> {
  const config = readConfig()
  const database = await openDatabase({ databaseUrl: config.DATABASE_URL, dataDir: config.DATA_DIR })
  try {
    if (command.action === 'rotate-data-key')
      return saidOf(await rotateDataKey(database, keySourceOf(config, database.kind), command), command)
    return await manageKeys(command, database, async () => await readAll(process.stdin))
  } finally {
    await database.close()
  }
}

function saidOf(done: RotatedKey, { dryRun }: { readonly dryRun: boolean }): KeysResult {
  const { key, former, dataKeys, wrappedAnew, formerFile } = done
  const counted = `${wrappedAnew} of ${dataKeys} data keys`
  const outcome = dryRun ? 'would-rotate' : 'rotated'
  if (dryRun) return { fields: { outcome, ...done }, lines: [`Would wrap ${counted} anew.`] }
  return {
    fields: { outcome, ...done },
    lines: [
      `${counted} were wrapped anew; the key ${key} is in force in place of ${former}.`,
      formerFile === undefined
        ? 'Once every process has DATA_KEY, take DATA_KEY_PREVIOUS away. Backups from before the change need the former key.'
        : `The former key lies in ${formerFile}: backups from before the change need it.`,
      'Auditors need the new public key: npm run audit -- public-key',
    ],
  }
}

function say(error: unknown): number {
  const isRefused =
    error instanceof KeysRefused ||
    (error instanceof StoreError &&
      ['key-name-taken', 'tenant-exists', 'tenant-unknown'].includes(error.code))
  const advice =
    error instanceof StoreError && error.code === 'data-dir-in-use'
      ? ' If it is the service: stop it, run this, and start it again.'
      : ''
  const message = (error instanceof Error ? error.message : String(error)) + advice
  if (wantsJson)
    process.stdout.write(`${JSON.stringify({ outcome: isRefused ? 'refused' : 'failed', message })}\n`)
  else process.stderr.write(`precert keys: ${message}\n`)
  return error instanceof ConfigError || error instanceof InstallationKeyRefused
    ? exitCodes.configuration
    : isRefused
      ? exitCodes.refused
      : exitCodes.failed
}
