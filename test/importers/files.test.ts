import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openSources } from '../../src/importers/files.js'
import { all, textOf } from './sources.js'
import { workbookOf, zipOf } from './zips.js'

const folder = await mkdtemp(join(tmpdir(), 'precert-files-'))
const put = async (name: string, content: string | Buffer): Promise<string> => {
  await writeFile(join(folder, name), content)
  return join(folder, name)
}
const names = async (path: string | string[]): Promise<string[]> =>
  (await openSources(path)).map((file) => file.name)

t.test('a file, a folder, a zip', async (t) => {
  const file = await put('plain.csv', 'a,b\n1,2\n')
  t.strictSame(await names(file), ['plain.csv'])
  const [plain] = await openSources(file)
  t.strictSame(
    [await textOf(plain!), plain!.size, Buffer.concat(await all(plain!.chunks())).toString()],
    ['a,b\n1,2\n', 8, 'a,b\n1,2\n'],
  )

  await mkdir(join(folder, 'in/deep'), { recursive: true })
  for (const name of ['in/b.txt', 'in/a.txt', 'in/deep/c.txt', 'in/.DS_Store']) await put(name, name)
  await symlink(join(folder, 'in'), join(folder, 'in/deep/circle'))
  await writeFile(
    join(folder, 'in/two.zip'),
    zipOf(
      { name: 'y.txt', content: 'why' },
      { name: 'x.txt', content: 'ex' },
      { name: 'dir/', content: '' },
      { name: '__MACOSX/._x.txt', content: '' },
    ),
  )
  t.strictSame(await names(join(folder, 'in')), [
    'in/a.txt',
    'in/b.txt',
    'in/deep/c.txt',
    'in/two.zip/x.txt',
    'in/two.zip/y.txt',
  ])
  t.strictSame(await names([file, join(folder, 'in/a.txt')]), ['plain.csv', 'a.txt'])
  const [x] = await openSources(join(folder, 'in/two.zip'))
  t.strictSame([await textOf(x!), await textOf(x!)], ['ex', 'ex'], 'a member can be read again')
  t.strictSame(
    await names(await put('named.dat', zipOf({ name: 'x.txt', content: '' }))),
    ['named.dat/x.txt'],
    'whatever it is called',
  )
})

t.test('a zip inside a zip, to depth 3', async (t) => {
  const one = zipOf({ name: 'leaf.txt', content: 'leaf' })
  const two = zipOf({ name: 'one.zip', content: one }, { name: 'beside.txt', content: '' })
  const three = await put('three.zip', zipOf({ name: 'two.ZIP', content: two }))
  const found = await openSources(three)
  t.strictSame(
    found.map((file) => file.name),
    ['three.zip/two.ZIP/beside.txt', 'three.zip/two.ZIP/one.zip/leaf.txt'],
  )
  t.equal(await textOf(found[1]!), 'leaf')
  const four = await put(
    'four.zip',
    zipOf({ name: 'three.zip', content: zipOf({ name: 'two.zip', content: two }) }),
  )
  await t.rejects(openSources(four), {
    code: 'import-refused',
    message: /is a zip 4 deep; 3 are unpacked\. Unpack it/,
  })
})

t.test('a workbook is one file', async (t) => {
  const path = await put('table.xlsx', workbookOf([['a']]))
  t.strictSame(await names(path), ['table.xlsx'])
  t.strictSame(
    await names(await put('pair.zip', zipOf({ name: 'table.xlsx', content: workbookOf([['a']]) }))),
    ['pair.zip/table.xlsx'],
  )
})

t.test('what cannot be read says what to do', async (t) => {
  await t.rejects(openSources(join(folder, 'nowhere')), {
    code: 'import-refused',
    message: /nowhere is not there\. Check the path/,
  })
  await mkdir(join(folder, 'void'))
  await t.rejects(openSources(join(folder, 'void')), { message: /void holds no files/ })
  await t.rejects(openSources(await put('page.zip', '<!DOCTYPE html><title>License</title>')), {
    message: /page\.zip is not a zip: it begins with "<!DOCTYPE html>.*web page.*license/,
  })
  await t.rejects(openSources(await put('none.zip', '')), { message: /none\.zip is empty/ })
  await t.rejects(openSources(await put('outer.zip', zipOf({ name: 'inner.zip', content: 'no zip' }))), {
    message: /outer\.zip\/inner\.zip is not a zip: it begins with "no zip"/,
  })
})
