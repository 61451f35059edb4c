import { ConfigError } from '../process/config.js'
import { InstallationKeyRefused } from '../sealing/installation-key.js'
import { faultsOfSettings, StoreError } from '../store/database/store-error.js'

/**
 * How every command ends. `found` shares its number with `failed`: whoever scripts a command looks
 * at "not 0" first.
 */
export const exitCodes = {
  done: 0,
  /** Something went wrong on the way; nothing was changed unless the message says so. */
  failed: 1,
  /**
   * The command ran, and found what it was to look for: a log that was tampered with, a replay that
   * differs, a line that was refused.
   */
  found: 1,
  /** The arguments are not understood, or what was asked for cannot be done as it was asked for. */
  refused: 2,
  /** EX_CONFIG of sysexits.h: a setting is wrong, and running again does not help. */
  configuration: 78,
} as const

export const exitCodesInWords =
  'Exit codes: 0 done; 1 failed, or found what it looks for; 2 arguments not understood or refused; 78 configuration.'

/** What a command cannot do as it was asked to; the message says what to write instead. */
export class CommandRefused extends Error {
  /** Stable, for those who read the failure as JSON. */
  readonly code: string = 'refused'
}

/** One sub-command of `precert`. */
export interface Command {
  /**
   * Does it, and returns the exit code. Throws what went wrong; `fail` says it. `args` are those
   * after the name of the command.
   */
  readonly run: (args: readonly string[]) => Promise<number>
  /** Whether an error of another room is a refusal as well. */
  readonly isRefusal?: (error: unknown) => boolean
  /** What to do about an error, put behind its message. */
  readonly advice?: (error: unknown) => string | undefined
  /**
   * Where the result is not on standard output, as beside answers that are, a failure is not
   * either.
   */
  readonly failsOnError?: boolean
}

/**
 * Says what went wrong, as JSON where the arguments ask for JSON, and returns the exit code for it.
 */
export function fail(name: string, command: Command, args: readonly string[], error: unknown): number {
  const ended = endOf(command, error)
  const said = error instanceof Error ? error.message : String(error)
  const text = error instanceof ConfigError ? `bad configuration: ${said}` : said
  const advice = command.advice?.(error) ?? adviceFor(error)
  const message = advice === undefined ? text : `${text} ${advice}`
  if (args.includes('--json'))
    (command.failsOnError === true ? process.stderr : process.stdout).write(
      `${JSON.stringify({ outcome: ended === 'refused' ? 'refused' : 'failed', code: codeOf(error, ended), message })}\n`,
    )
  else process.stderr.write(`precert ${name}: ${message}\n`)
  return exitCodes[ended]
}

function endOf({ isRefusal }: Command, error: unknown): 'configuration' | 'refused' | 'failed' {
  if (
    error instanceof ConfigError ||
    error instanceof InstallationKeyRefused ||
    (error instanceof StoreError && faultsOfSettings.has(error.code))
  )
    return 'configuration'
  return error instanceof CommandRefused || isRefusal?.(error) === true ? 'refused' : 'failed'
}

function codeOf(error: unknown, ended: ReturnType<typeof endOf>): string {
  if (ended === 'configuration') return 'bad-configuration'
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  const isOurs = error instanceof CommandRefused || error instanceof StoreError || ended === 'refused'
  return isOurs && typeof code === 'string' ? code : ended
}

function adviceFor(error: unknown): string | undefined {
  return error instanceof StoreError && error.code === 'data-dir-in-use'
    ? 'If it is the service: stop it, run this, and start it again.'
    : undefined
}
