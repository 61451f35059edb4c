import { readFile } from 'node:fs/promises'
import t from 'tap'
import { fields } from '../../src/importers/pa-list/fields.js'
import { Mapping, parseMapping } from '../../src/importers/pa-list/mapping.js'

const examples = new URL('../../examples/pa-list/', import.meta.url)

t.test('the schema for editors is the schema of the importer', async (t) => {
  t.strictSame(
    JSON.parse(await readFile(new URL('mapping.schema.json', examples), 'utf8')),
    JSON.parse(JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...Mapping })),
  )
})

t.test('the example is a mapping', async (t) => {
  t.match(parseMapping(await readFile(new URL('medicare-ffs.mapping.json', examples), 'utf8'), 'example'), {
    effectiveTo: 'inclusive',
    namesColumns: true,
  })
})

t.test('the page names every field', async (t) => {
  const page = await readFile(
    new URL('../../docs/policy/imports-mue-and-pa-lists.md', import.meta.url),
    'utf8',
  )
  t.strictSame(
    fields.filter((field) => !page.includes(`\`${field}\``)),
    [],
  )
})
