import { readFile, writeFile } from 'node:fs/promises'
import { Expression } from '../src/decision/criteria-schema.js'
import { Pack } from '../src/policies/pack.js'
import { PackCases } from '../src/policies/pack-cases.js'
import { CheckRequest } from '../src/decision/request.js'

const help = `Usage: tsx scripts/write-pack-schema.ts [--check] [--help]

Writes policies/pack.schema.json and policies/cases.schema.json, the JSON Schemas by which
editors complete and check policy packs and their cases.

  --check   write nothing; exit with 1 when a file is missing or out of date
  --help    show this text
`

const policies = new URL('../policies/', import.meta.url)

/** TypeBox refers to a named schema by its bare name; an editor needs a pointer into the same file. */
function asDocument (title: string, schema: object, definitions: Record<string, object>): string {
  const text = JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', title, ...schema, definitions }, (key, value: unknown) => key === '$id' ? undefined : value, 2)
  return `${text.replace(/"\$ref": "([A-Za-z]+)"/g, '"$ref": "#/definitions/$1"')}\n`
}

const documents = {
  'pack.schema.json': asDocument('Precert policy pack', Pack, { Expression }),
  'cases.schema.json': asDocument('Cases of a Precert policy pack', PackCases, { CheckRequest })
}

async function main (options: readonly string[]): Promise<number> {
  const unknown = options.filter(option => option !== '--check' && option !== '--help')
  if (unknown.length > 0 || options.includes('--help')) {
    console.log(unknown.length > 0 ? `Unknown option ${unknown.join(', ')}\n\n${help}` : help)
    return unknown.length > 0 ? 2 : 0
  }
  let stale = 0
  for (const [name, text] of Object.entries(documents)) {
    const file = new URL(name, policies)
    if (!options.includes('--check')) {
      await writeFile(file, text)
    } else if (await readFile(file, 'utf8').catch(() => '') !== text) {
      console.error(`policies/${name} is out of date: run tsx scripts/write-pack-schema.ts`)
      stale++
    }
  }
  return stale > 0 ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
