import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/**
 * A real exchange that the document shows. `scripts/write-openapi.ts` writes it; do not edit by
 * hand.
 */
export interface Example {
  readonly name: string
  readonly summary: string
  readonly operationId: string
  /** Body that was sent; absent for a GET. */
  readonly request?: Json
  /** Path and query of a GET. */
  readonly url?: string
  readonly status: number
  readonly answer: Json
}

export const examplesFolder = fileURLToPath(new URL('../../../openapi/examples/', import.meta.url))

/**
 * The stored examples by name, `proceed` first; none when the folder is missing, as in a build that
 * leaves it out.
 */
export function readExamples(folder = examplesFolder): Example[] {
  const examples = namesIn(folder).map((file) => ({
    name: file.replace(/\.json$/, ''),
    ...(JSON.parse(readFileSync(folder + file, 'utf8')) as Omit<Example, 'name'>),
  }))
  return [...examples.filter(isProceed), ...examples.filter((example) => !isProceed(example))]
}

// The pages fill in the first example of a request, so it should show an answer without an
// obstacle.
const isProceed = ({ name }: Example): boolean => name === 'proceed'

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort()
  } catch {
    return []
  }
}
