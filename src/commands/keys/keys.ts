// precert keys: makes, lists and revokes the API keys of the service.
import { text as readAll } from 'node:stream/consumers'
import { keysHelp, parseKeysCommand, type KeysCommand } from './arguments.js'
import { manageKeys, type KeysResult } from './manage-keys.js'
import { readConfig } from '../../process/config.js'
import { keySourceOf } from '../../process/settings/installation-key.js'
import { rotateDataKey, type RotatedKey } from '../../sealing/rotate-data-key.js'
import { openDatabase } from '../../store/database/database.js'
import { StoreError } from '../../store/database/store-error.js'
import { exitCodes, type Command } from '../command.js'

/** `precert keys`. */
export const keys: Command = {
  run: async (args) => {
    const command = parseKeysCommand(args, new Date())
    if (command.action === 'help') process.stdout.write(`${keysHelp}\n`)
    else {
      const { fields, lines } = await perform(command)
      process.stdout.write(`${command.json ? JSON.stringify(fields, null, 2) : lines.join('\n')}\n`)
    }
    return exitCodes.done
  },
  isRefusal: (error) => error instanceof StoreError && refusals.has(error.code),
}

const refusals: ReadonlySet<string> = new Set(['key-name-taken', 'tenant-exists', 'tenant-unknown'])

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
      'Auditors need the new public key: precert audit public-key',
    ],
  }
}
