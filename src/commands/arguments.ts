import { parseArgs, type ParseArgsConfig } from 'node:util'
import { addDays } from '../decision/shapes/plain-date.js'

/** An option with a value, and one without. */
export const text = { type: 'string' } as const
export const flag = { type: 'boolean' } as const

/** The options that every command takes. */
export const usualOptions = { json: flag, help: { ...flag, short: 'h' } } as const

type Options = NonNullable<ParseArgsConfig['options']>
/**
 * The error for arguments that a command does not understand. Its message says what to write
 * instead.
 */
type Refusal = new (message: string) => Error

/**
 * Reads the arguments of a command. Throws `Refused`, with Node's message, where an option is
 * unknown or lacks its value.
 */
export function readArguments<const Known extends Options>(
  args: readonly string[],
  options: Known,
  Refused: Refusal,
  allowPositionals = true,
) {
  try {
    return parseArgs({ args: [...args], allowPositionals, options })
  } catch (error) {
    throw new Refused(
      `${error instanceof Error ? error.message : String(error)} (--help tells what is understood).`,
    )
  }
}

/** The arguments of a command with several actions. */
interface Actions<Known extends Options, Action extends string> {
  readonly options: Known
  /** The options of each action. */
  readonly taken: Readonly<Record<Action, readonly (keyof Known & string)[]>>
  /** The options that all actions take. */
  readonly always: readonly (keyof Known & string)[]
  readonly Refused: Refusal
}

/**
 * Reads the arguments of a command with several actions: the action, its options, and further
 * words. Undefined where help is requested. Throws `Refused` for an unknown action, and for an
 * option that the action does not take.
 */
export function readAction<const Known extends Options, Action extends string>(
  args: readonly string[],
  { options, taken, always, Refused }: Actions<Known, Action>,
) {
  const {
    values,
    positionals: [action, ...rest],
  } = readArguments(args, options, Refused)
  const given: Readonly<Record<string, unknown>> = values
  if (given['help'] === true) return undefined
  if (action === undefined || !isIn(taken, action))
    throw new Refused(`Say what to do: ${Object.keys(taken).join(', ')}. --help tells more.`)
  const known: readonly string[] = [...taken[action], ...always]
  const other = Object.keys(given).find((name) => !known.includes(name))
  if (other !== undefined) throw new Refused(`--${other} means nothing for ${action}.`)
  return { action, values, rest }
}

function isIn<Key extends string>(table: Readonly<Record<Key, unknown>>, name: string): name is Key {
  return Object.hasOwn(table, name)
}

/** The entries of a comma-separated list, without empty ones. */
export function listOf(written = ''): string[] {
  return written
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

/** Whether a text is a calendar day such as 2026-11-03. `Date` reads 30 February as 2 March. */
export function isDay(written: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(written) && addDays(written, 0) === written
}
