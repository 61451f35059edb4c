import { ConfigError } from '../process/config.js'
import { InstallationKeyRefused } from '../sealing/installation-key.js'
import { faultsOfSettings, StoreError } from '../store/database/store-error.js'

/**
 * How every command ends. `found` has the same number as `failed`, because scripts check for "not
 * 0" first.
 */
export const exitCodes = {
  done: 0,
  /** The command failed; nothing was changed unless the message says so. */
  failed: 1,
  /**
   * The command ran and found what it searches for: a tampered log, a replay that differs, a
   * refused line.
   */
  found: 1,
  /** The arguments are not understood, or the request is impossible. */
  refused: 2,
  /** EX_CONFIG of sysexits.h: a setting is wrong, so running again does not help. */
  configuration: 78,
} as const

export const exitCodesInWords =
  'Exit codes: 0 done; 1 failed, or found what it looks for; 2 arguments not understood or refused; 78 configuration.'

/** A request that a command cannot do. The message says what to write instead. */
export class CommandRefused extends Error {
  /** Stable, for programs that read the failure as JSON. */
  readonly code: string = 'refused'
}

/** One sub-command of `precert`. */
export interface Command {
  /**
   * Runs the command and returns the exit code. Throws on failure; `fail` prints the error. `args`
   * are those after the name of the command.
   */
  readonly run: (args: readonly string[]) => Promise<number>
  /** Whether an error of another module counts as a refusal too. */
  readonly isRefusal?: (error: unknown) => boolean
  /** What to do about an error, added to its message. */
  readonly advice?: (error: unknown) => string | undefined
  /**
   * Whether a failure goes to standard error even with --json, because standard output holds
   * answers.
   */
  readonly failsOnError?: boolean
}

/** Prints the failure, as JSON where the arguments ask for JSON, and returns the exit code. */
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
