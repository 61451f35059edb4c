import { parseArgs } from 'node:util'
import { Expression } from '../src/decision/shapes/expression.js'
import { CheckRequest } from '../src/decision/shapes/request.js'
import { Overlay } from '../src/importers/mcd/overlay/overlay.js'
import { PackCases } from '../src/policies/packs/cases.js'
import { Pack } from '../src/policies/packs/pack.js'
import { generate } from './generated-file.js'

const usage = `Writes policies/pack.schema.json, policies/cases.schema.json and examples/mcd/overlay.schema.json, by which editors complete and check packs,
their cases, and the readings of reviewers.

  tsx scripts/write-pack-schema.ts           write them
  tsx scripts/write-pack-schema.ts --check   write nothing; exit code 1 if one is stale
  tsx scripts/write-pack-schema.ts --help    this text`

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
})
if (values.help) console.log(usage)
else if (!(await writeAll(values.check))) process.exitCode = 1

async function writeAll(check: boolean): Promise<boolean> {
  const packs = await generate(
    'policies/pack.schema.json',
    asDocument('Precert policy pack', Pack, { Expression }),
    check,
  )
  const cases = await generate(
    'policies/cases.schema.json',
    asDocument('Cases of a Precert policy pack', PackCases, { CheckRequest }),
    check,
  )
  const overlays = await generate(
    'examples/mcd/overlay.schema.json',
    asDocument(undefined, Overlay, { Expression }),
    check,
  )
  return packs && cases && overlays
}

/** TypeBox refers to a named schema by its bare name; an editor needs a pointer into the same file. */
function asDocument(title: string | undefined, schema: object, definitions: Record<string, object>): string {
  const document = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...(title === undefined ? {} : { title }),
    ...schema,
    definitions,
  }
  const text = JSON.stringify(document, (key, value: unknown) => (key === '$id' ? undefined : value), 2)
  return `${text.replace(/"\$ref": "([A-Za-z]+)"/g, '"$ref": "#/definitions/$1"')}\n`
}
