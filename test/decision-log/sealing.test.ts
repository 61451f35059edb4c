// What is sealed opens with its own key, for its own purpose and unaltered, or not at all.
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert, integer, nat, property, string, uint8Array } from 'fast-check'
import t from 'tap'
import { openContent, sealContent } from '../../src/decision-log/sealed-content.js'
import { instantOf, newDeterminationId } from '../../src/decision-log/determination-id.js'
import { createSeals } from '../../src/sealing/data-keys.js'
import {
  installationKeyOf,
  openInstallationKey,
  parseInstallationKey,
} from '../../src/sealing/installation-key.js'
import { sealWith } from '../../src/sealing/seal.js'
import { openMigratedMemory } from '../support/embedded.js'

const keys = () => ({ encrypting: randomBytes(32), marking: randomBytes(32) })

t.test(
  'sealed and opened again; with another key, for another purpose or altered in any bit it does not open',
  async (t) => {
    const [one, two] = [sealWith('a', keys()), sealWith('b', keys())]
    assert(
      property(uint8Array({ maxLength: 300 }), nat(), (clear, where) => {
        const sealed = one.seal('log', clear)
        const altered = Buffer.from(sealed)
        const at = where % altered.length
        altered[at] = (altered[at] ?? 0) ^ (1 << (where % 8))
        return (
          one.open('log', sealed)?.equals(Buffer.from(clear)) === true &&
          two.open('log', sealed) === undefined &&
          one.open('other', sealed) === undefined &&
          one.open('log', altered) === undefined &&
          one.open('log', sealed.subarray(0, where % sealed.length)) === undefined
        )
      }),
      { numRuns: 500 },
    )
    t.not(
      one.seal('log', Buffer.from('x')).toString('hex'),
      one.seal('log', Buffer.from('x')).toString('hex'),
      'the same text is never sealed alike',
    )
    t.equal(one.mark('reference', 'PA 1'), one.mark('reference', 'PA 1'))
    t.not(
      one.mark('reference', 'PA 1'),
      two.mark('reference', 'PA 1'),
      'a mark means nothing to another tenant',
    )
  },
)

t.test('request, verdict, view, format and answer come back to the byte, whatever is in them', async () => {
  const seal = sealWith('a', keys())
  const text = string({ unit: 'binary' }).map((one) => JSON.stringify(one))
  assert(
    property(text, text, text, text, text, (request, verdict, view, format, answer) => {
      const opened = openContent(
        seal,
        sealContent(seal, { request, verdict, view, format, answer: Buffer.from(answer) }),
      )
      return (
        opened?.request === request &&
        opened.verdict === verdict &&
        opened.view === view &&
        opened.format === format &&
        opened.answer === answer
      )
    }),
    { numRuns: 300 },
  )
})

// Rows of a released version are read for years. Where this fails the list of words was changed: put it back, and add
// the new one under a number of its own.
t.test('what was packed before is read', async (t) => {
  const seal = sealWith('a', { encrypting: Buffer.alloc(32, 1), marking: Buffer.alloc(32, 2) })
  const packedBefore =
    'hTp6JbETrKILrY4lZwIu0d9X41ULDaoTZvduISqEUz/rongs2kc1Sb2gLKuvRew8AoKIFgtFbknoyqppHmrnMbiUDXSSdfAYEdIdhuV9wscg2nRUyBs='
  t.strictSame(openContent(seal, packedBefore), {
    view: 'summary',
    format: 'json',
    request: '{"coverage":{"planId":"medicare-part-b","state":"FL"}}',
    verdict: '{"plan":"medicare-part-b","outcome":"proceed"}',
    answer: '{"recorded":true,"policyRevision":1,"outcome":"proceed"}',
  })
  const unknown = Buffer.from([2, 0]) // a number of a later list
  t.equal(openContent(seal, seal.seal('decision log', unknown).toString('base64')), undefined)
})

t.test('an id carries its time', async (t) => {
  assert(
    property(
      integer({ min: 0, max: Date.parse('2200-01-01') - 1 }),
      (now) => instantOf(newDeterminationId(now)) === new Date(now).toISOString(),
    ),
  )
  t.equal(instantOf('det_same'), undefined)
  t.equal(instantOf(newDeterminationId(Date.parse('2200-01-01'))), undefined, 'no process was there')
  t.equal(new Set(Array.from({ length: 1000 }, () => newDeterminationId(0))).size, 1000)
})

t.test(
  'the key of an installation: from the environment, from a file, or from the data folder',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'precert-key-'))
    const where = { dataDir: join(folder, 'data'), store: 'embedded' as const }
    const first = await openInstallationKey(where)
    t.strictSame((await openInstallationKey(where)).derive('x'), first.derive('x'), 'the same again')
    t.equal((await stat(join(folder, 'data', 'data.key'))).mode & 0o777, 0o600)
    const file = join(folder, 'secrets', 'data.key')
    const [a, b] = await Promise.all([
      openInstallationKey({ ...where, store: 'server', file }),
      openInstallationKey({ ...where, store: 'server', file }),
    ])
    t.strictSame(a.derive('x'), b.derive('x'), 'two that start at once have one key')
    const given = (await readFile(file, 'utf8')).trim()
    t.strictSame((await openInstallationKey({ ...where, given })).derive('x'), a.derive('x'))
    t.strictSame(
      parseInstallationKey(given),
      parseInstallationKey(Buffer.from(given, 'base64').toString('hex')),
    )
    await writeFile(file, 'damaged')
    await t.rejects(openInstallationKey({ ...where, file }), /does not hold a key of 32 bytes/)
    await t.rejects(openInstallationKey({ ...where, given: 'too short' }), /openssl rand -base64 32/)
    await t.rejects(openInstallationKey({ ...where, store: 'server' }), /DATABASE_URL asks for DATA_KEY/)
  },
)

t.test(
  'a tenant has one data key, however many ask for it at first; another installation does not open it',
  async (t) => {
    const database = await openMigratedMemory()
    t.teardown(async () => {
      await database.close()
    })
    const installation = installationKeyOf(randomBytes(32))
    const found = await Promise.all(
      Array.from({ length: 5 }, async () => (await createSeals(database, installation).of('public')).current),
    )
    t.equal(new Set(found.map(({ keyId }) => keyId)).size, 1)
    t.equal(
      found[4]?.open('log', found[0]?.seal('log', Buffer.from('said')) ?? Buffer.alloc(0))?.toString(),
      'said',
    )
    await t.rejects(
      async () => await createSeals(database, installationKeyOf(randomBytes(32))).of('public'),
      /not the key with which this store was begun/,
    )
  },
)
