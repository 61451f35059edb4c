import { readFile, writeFile } from 'node:fs/promises'

/** Writes a generated file, or with `check` only tells whether what is there is what would be written. */
export async function generate(path: string, text: string, check: boolean): Promise<boolean> {
  const present = await readFile(path, 'utf8').catch(() => undefined)
  if (present === text) return true
  if (check) {
    process.stderr.write(`${path} is stale: run the script without --check\n`)
    return false
  }
  await writeFile(path, text)
  process.stdout.write(`wrote ${path}\n`)
  return true
}
