import { flag, readArguments, text, usualOptions } from '../arguments.js'
import { CommandRefused } from '../command.js'

/** The parsed command line. */
export type MoveCommand =
  | { readonly action: 'help' }
  | {
      readonly action: 'move'
      readonly dataDir: string | undefined
      readonly databaseUrl: string | undefined
      readonly dryRun: boolean
      readonly json: boolean
    }

/**
 * Arguments that are not understood, or an impossible move. The message says what to do instead.
 */
export class MoveRefused extends CommandRefused {}

export const moveHelp = `precert move [options]

Moves everything of an embedded store to an empty database on a server: policy with its whole history, code tables, tenants, keys, data keys and the decision log with its chains. The embedded store stays
as it was. Nothing of the target is kept unless every table there holds the very same rows; afterwards the chains of the log are walked.

  --from FOLDER    folder of the embedded store (DATA_DIR); stop the service first
  --to URL         database on the server (DATABASE_URL): postgres://user:password@host:5432/name. It must be empty, or migrated and empty, and its user own it
  --dry-run        say what would be moved, and whether the target can take it; nothing is written
  --json           the result as JSON
  --help           this text

The key of the installation moves too: afterwards give the service DATA_KEY, the line in data.key of the folder (or DATA_KEY_FILE, a copy of it). Without it what was recorded cannot be read.

Exit codes: 0 done, 1 failed, 2 arguments not understood or refused, 78 configuration.`

const options = {
  from: text,
  to: text,
  'dry-run': flag,
  ...usualOptions,
} as const

/** Reads the arguments of the command. Throws MoveRefused for what it does not understand. */
export function parseMoveCommand(args: readonly string[]): MoveCommand {
  const { values } = readArguments(args, options, MoveRefused, false)
  if (values.help === true) return { action: 'help' }
  if (values.to !== undefined && !/^postgres(ql)?:\/\//.test(values.to))
    throw new MoveRefused(
      '--to is not the address of a PostgreSQL database: postgres://user:password@host:5432/name.',
    )
  return {
    action: 'move',
    dataDir: values.from,
    databaseUrl: values.to,
    dryRun: values['dry-run'] === true,
    json: values.json === true,
  }
}
