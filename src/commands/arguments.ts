import { parseArgs, type ParseArgsConfig } from 'node:util'
import { addDays } from '../decision/shapes/plain-date.js'

/** An option with a value, and one without. */
export const text = { type: 'string' } as const
export const flag = { type: 'boolean' } as const

/** The options that every command takes. */
export const usualOptions = { json: flag, help: { ...flag, short: 'h' } } as const

type Options = NonNullable<ParseArgsConfig['options']>
/**
 * The error of a command for arguments that it does not understand; its message says what to write
 * instead.
 */
type Refusal = new (message: string) => Error

/**
 * Reads the arguments of a command; throws `Refused`, with what Node says of them, where one is
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

/** What a command of several actions takes. */
interface Actions<Known extends Options, Action extends string> {
  readonly options: Known
  /** The options of each action. */
  readonly taken: Readonly<Record<Action, readonly (keyof Known & string)[]>>
  /** The options that all actions take. */
  readonly always: readonly (keyof Known & string)[]
  readonly Refused: Refusal
}

/**
 * Reads the arguments of a command of several actions: the action, its options, and what else is
 * named. Undefined where help is asked for. Throws `Refused` for an unknown action, and for an
 * option that means nothing for the one named.
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

/** The entries of a list that is written with commas; empty ones are left out. */
export function listOf(written = ''): string[] {
  return written
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

/** Whether a text is a day of the calendar, as 2026-11-03. `Date` takes 30 February for 2 March. */
export function isDay(written: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(written) && addDays(written, 0) === written
}
