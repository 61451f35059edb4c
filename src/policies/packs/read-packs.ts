import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PackFile, PackProblem } from './format.js'

/**
 * The packs of a folder, each read from `<folder>/<pack>/pack.json`, and a problem for each file that
 * is not JSON.
 */
export interface PackFolder {
  readonly packs: readonly PackFile[]
  readonly problems: readonly PackProblem[]
}

/**
 * Reads every pack of a folder in the order of the names. Malformed JSON becomes a problem that names
 * the file and the line.
 */
export async function readPacks(folder: string): Promise<PackFolder> {
  const packs: PackFile[] = []
  const problems: PackProblem[] = []
  for (const name of await packNames(folder)) {
    const file = `${name}/pack.json`
    const parsed = parseJson(await readFile(join(folder, file), 'utf8'), file)
    if ('problem' in parsed) problems.push(parsed.problem)
    else packs.push({ file, pack: parsed.value })
  }
  return { packs, problems }
}

/** The folders that hold a pack, sorted by name. */
export async function packNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/**
 * Parses JSON text; where it is malformed the problem names the file and, where the parser tells
 * it, the line.
 */
export function parseJson(text: string, file: string): { value: unknown } | { problem: PackProblem } {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const line = lineOf(reason, text)
    return {
      problem: {
        file,
        path: '',
        ...(line === undefined ? {} : { line }),
        reason: `not valid JSON: ${reason.replace(/, (\.\.\.)?"[^]*/, '')}`,
      },
    }
  }
}

/**
 * Finds the line in the message of Node's parser. The message names a position, quotes up to ten
 * characters on either side of it, or says that the text ended too soon.
 */
function lineOf(message: string, text: string): number | undefined {
  const lineAt = (position: number) => text.slice(0, position).split('\n').length
  const position = /at position (\d+)/.exec(message)?.[1]
  if (position !== undefined) return lineAt(Number(position))
  if (message.includes('end of JSON input')) return lineAt(text.length)
  const [, token, cut, quoted] =
    /^Unexpected token '(.)', (\.\.\.)?"([^]*)"(?:\.\.\.)? is not valid JSON$/.exec(message) ?? []
  if (token === undefined || quoted === undefined || text.indexOf(quoted) !== text.lastIndexOf(quoted))
    return undefined
  return lineAt(text.indexOf(quoted) + (cut === undefined ? quoted.indexOf(token) : 10))
}
