import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import t from 'tap'
import { packNames } from '../../src/policies/packs/read-packs.js'
import { scriptArguments } from '../support/program.js'

const root = new URL('../../', import.meta.url)
const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(new URL(path, root), 'utf8'))

t.test('the JSON Schemas for editors are up to date', async (t) => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [...scriptArguments('scripts/write-pack-schema.ts'), '--check'],
    { cwd: root, encoding: 'utf8' },
  )
  t.equal(stderr, '')
  t.equal(status, 0)
})

t.test('every pack and its cases name their schema and fit it', async (t) => {
  const ajv = new Ajv({ strict: false, validateFormats: false })
  const pack = ajv.compile((await json('policies/pack.schema.json')) as object)
  const cases = ajv.compile((await json('policies/cases.schema.json')) as object)
  for (const name of await packNames(new URL('policies/', root).pathname)) {
    for (const [file, schema, validate] of [
      ['pack.json', '../pack.schema.json', pack],
      ['cases.json', '../cases.schema.json', cases],
    ] as const) {
      const value = await json(`policies/${name}/${file}`)
      t.match(value, { $schema: schema })
      t.ok(validate(value), `${name}/${file}: ${ajv.errorsText(validate.errors)}`)
    }
  }
})
