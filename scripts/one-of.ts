/** What a name stands for: a program beside the caller, and what it is for. */
export interface Entry {
  readonly file: URL
  readonly summary: string
}

/**
 * Runs one of several programs by its name, in this process and with the arguments behind the name. Without a name `otherwise` runs, where
 * there is one; `--help` lists them. An unknown name ends with exit code 2.
 */
export async function runOneOf(
  command: string,
  entries: Readonly<Record<string, Entry>>,
  otherwise?: URL,
): Promise<void> {
  const [name, ...rest] = process.argv.slice(2)
  const names = Object.keys(entries)
  const list = names.map((known) => `  ${known.padEnd(12)} ${entries[known]?.summary ?? ''}`).join('\n')
  const help = `npm run ${command} -- NAME [options]\n\n${list}\n\nnpm run ${command} -- NAME --help tells what each understands.`
  if (name === undefined || (name.startsWith('-') && name !== '--help')) {
    if (otherwise !== undefined) return void (await import(otherwise.href))
    console.error(help)
    process.exitCode = 2
    return
  }
  if (name === '--help') return console.log(help)
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined
  if (entry === undefined) {
    console.error(`There is no ${name} here.\n\n${help}`)
    process.exitCode = 2
    return
  }
  process.argv.splice(2, process.argv.length, ...rest)
  await import(entry.file.href)
}
