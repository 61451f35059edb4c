import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openSources } from '../../src/importers/files.js'
import { sourceLimits } from '../../src/importers/zip.js'
import { all } from './sources.js'
import { zipOf, type Member } from './zips.js'

const folder = await mkdtemp(join(tmpdir(), 'precert-zip-'))
const put = async (content: Buffer): Promise<string> => {
  const path = join(folder, 'data.zip')
  await writeFile(path, content)
  return path
}
const refused = async (t: Test, content: Buffer, message: RegExp, limits = sourceLimits): Promise<void> => {
  await t.rejects(
    openSources(await put(content), limits),
    { code: 'import-refused', message },
    String(message),
  )
}

t.test('bombs are refused by what they say they hold', async (t) => {
  const zeros = Buffer.alloc(20 * 1024 ** 2)
  await refused(
    t,
    zipOf({ name: 'zeros.csv', content: zeros }),
    /zeros\.csv unpacks to more than 250 times its size/,
  )
  await refused(
    t,
    zipOf({ name: 'a', content: 'xx' }, { name: 'b', content: 'yyy' }),
    /With data\.zip\/b there are more than 4 bytes/,
    { ...sourceLimits, bytes: 4 },
  )
  await refused(
    t,
    zipOf(...Array.from({ length: 4 }, (_, i) => ({ name: `f${i}`, content: '' }))),
    /one file too many: an import takes 3/,
    { ...sourceLimits, members: 3 },
  )
  const nested = zipOf({ name: 'a', content: 'x'.repeat(600) })
  await refused(
    t,
    zipOf({ name: 'one.zip', content: nested }, { name: 'two.zip', content: nested }),
    /more than 1200 bytes/,
    { ...sourceLimits, bytes: 1200 },
  )
})

t.test('one that says less than it holds is cut off while it is read', async (t) => {
  const [file] = await openSources(
    await put(zipOf({ name: 'liar.csv', content: 'x'.repeat(100_000), claimedSize: 10 })),
  )
  await t.rejects(all(file!.chunks()), {
    code: 'import-refused',
    message: /liar\.csv cannot be read as a zip .*Download it again/,
  })
  const [less] = await openSources(await put(zipOf({ name: 'short.csv', content: 'x', claimedSize: 10 })))
  await t.rejects(less!.bytes(), { code: 'import-refused' })
})

t.test('a zip that is cut off is refused wherever it is cut', async (t) => {
  const whole = zipOf(
    ...Array.from({ length: 3 }, (_, i): Member => ({ name: `f${i}.csv`, content: `row ${i}\n`.repeat(50) })),
  )
  for (let length = 4; length < whole.length; length += 13) {
    const result = await openSources(await put(whole.subarray(0, length)))
      .then(async (files) => {
        for (const file of files) await file.bytes()
      })
      .catch((error: unknown) => error)
    if ((result as { code?: string } | undefined)?.code !== 'import-refused')
      t.fail(`cut at ${length}: ${String(result)}`)
  }
  t.pass(`${whole.length} bytes, cut every 13`)
})

t.test('what nobody can unpack says what to do, and no path leads outside', async (t) => {
  await refused(
    t,
    zipOf({ name: 'secret.csv', content: 'x', flags: 1 }),
    /secret\.csv is encrypted\. Unpack the zip with its password/,
  )
  await refused(
    t,
    zipOf({ name: 'new.csv', content: 'x', method: 93 }),
    /packed by method 93, which is not read here/,
  )
  for (const name of ['../evil.csv', '/etc/evil.csv', 'a/../../evil.csv', 'C:/evil.csv', '..\\evil.csv'])
    await refused(t, zipOf({ name, content: 'x' }), /cannot be read as a zip/)
  t.strictSame(await readdir(folder), ['data.zip'], 'nothing was written')
})
