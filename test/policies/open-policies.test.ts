// Which store takes the starter packs at its opening, and what is said of packs that cannot be loaded.
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openPolicies, openStore } from '../../src/policies/loaded/open-policies.js'
import { asOwner } from '../store/emptied.js'
import { prepareDataDir } from '../support/embedded.js'

const folder = await mkdtemp(join(tmpdir(), 'precert-packs-'))
const policiesDir = join(folder, 'starters')
await mkdir(join(policiesDir, 'a'), { recursive: true })
await writeFile(
  join(policiesDir, 'a', 'pack.json'),
  JSON.stringify({
    packId: 'a',
    title: 'A pack',
    description: 'One payer.',
    payers: [{ payerId: 'test-payer', name: 'A payer' }],
  }),
)
const dataDir = join(folder, 'data')
await prepareDataDir(dataDir)

t.test('an empty store takes the packs; afterwards only one that takes them at every start', async (t) => {
  for (const [starters, revision, changed] of [
    ['when-empty', 1, true],
    ['when-empty', undefined, undefined],
    ['at-every-start', 1, false],
  ] as const) {
    const { database, published } = await openStore({ dataDir, policiesDir: `${policiesDir}/` }, starters)
    t.strictSame([published?.revision, published?.changed], [revision, changed], starters)
    t.strictSame(
      await asOwner(database).query('SELECT description FROM policy_revision ORDER BY revision'),
      [{ description: 'policy packs of starters' }],
      'the folder is named',
    )
    await database.close()
  }
})

t.test('packs that are wrong are refused, told by file and place, and the store is let go', async (t) => {
  const wrong = join(folder, 'wrong')
  await mkdir(join(wrong, 'a'), { recursive: true })
  await mkdir(join(wrong, 'b'))
  await writeFile(join(wrong, 'a', 'pack.json'), '{')
  await writeFile(
    join(wrong, 'b', 'pack.json'),
    JSON.stringify({ packId: 'b', title: '', description: 'A pack without a title.' }),
  )
  for (let time = 0; time < 2; time++)
    await t.rejects(openPolicies({ dataDir, policiesDir: wrong }), {
      code: 'packs-refused',
      message: /^2 problem\(s\) in policy packs: a\/pack\.json: not valid JSON.*; b\/pack\.json at \/title: /,
    })
})
