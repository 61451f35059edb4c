import { parseArgs, type ParseArgsConfig } from 'node:util'

/** A script's options, or the code to end with at once: 0 after `--help`, 2 where an option is wrong; both have been said. */
export function readOptions<T extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>['values'] | number {
  try {
    const { values } = parseArgs({ options })
    if ((values as { help?: unknown }).help !== true) return values
    console.log(usage)
    return 0
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`)
    return 2
  }
}
