#!/usr/bin/env node
// precert: one command with sub-commands, each in a file or folder of its name.
import { exitCodes, exitCodesInWords, fail, type Command } from './command.js'
import { closest } from '../decision/closest-name.js'

interface Entry {
  readonly summary: string
  readonly load: () => Promise<Command>
}

// Loaded on demand, so that a command does not load the modules of another.
const commands: Readonly<Record<string, Entry>> = {
  serve: { summary: 'answers over HTTP', load: async () => (await import('./serve.js')).serve },
  import: {
    summary:
      'reads published files (code tables, edits, lists, coverage documents) or policy packs into the store',
    load: async () => (await import('./import/import.js')).importFiles,
  },
  check: {
    summary: 'answers a file of requests without the service',
    load: async () => (await import('./check/check.js')).check,
  },
  matrix: {
    summary: 'prints which plan asks for prior authorization of which code',
    load: async () => (await import('./matrix/matrix.js')).matrix,
  },
  keys: {
    summary: 'makes, lists and revokes the keys of callers',
    load: async () => (await import('./keys/keys.js')).keys,
  },
  audit: {
    summary: 'verifies, exports and replays the decision log, and ends its retention',
    load: async () => (await import('./audit/audit.js')).audit,
  },
  move: {
    summary: 'moves an embedded store to a PostgreSQL server',
    load: async () => (await import('./move/move.js')).move,
  },
}

const names = Object.keys(commands)
const help = `precert COMMAND [options]

${names.map((name) => `  ${name.padEnd(8)} ${commands[name]?.summary ?? ''}`).join('\n')}

precert COMMAND --help tells what each understands. Settings are taken from the environment; .env.example lists them.
${exitCodesInWords}`

const [name, ...args] = process.argv.slice(2)
process.exitCode = await run()

async function run(): Promise<number> {
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(`${help}\n`)
    return exitCodes.done
  }
  if (name === undefined) {
    process.stderr.write(`${help}\n`)
    return exitCodes.refused
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (entry === undefined) {
    const near = closest(name, names)
    const suggestion = near === undefined ? '' : ` Did you mean ${near}?`
    process.stderr.write(`precert: there is no command ${name}.${suggestion} precert --help lists them.\n`)
    return exitCodes.refused
  }
  const command = await entry.load()
  try {
    return await command.run(args)
  } catch (error) {
    return fail(name, command, args, error)
  }
}
