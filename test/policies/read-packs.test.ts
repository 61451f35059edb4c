import t from 'tap'
import { parseJson, readPacks } from '../../src/policies/packs/read-packs.js'

t.test('a folder of packs is read in the order of names', async (t) => {
  const folder = t.testdir({
    b: { 'pack.json': '{ "packId": "b" }' },
    a: { 'pack.json': '{ "packId": "a" }' },
    'pack.schema.json': '{}',
  })
  t.strictSame(await readPacks(folder), {
    packs: [
      { file: 'a/pack.json', pack: { packId: 'a' } },
      { file: 'b/pack.json', pack: { packId: 'b' } },
    ],
    problems: [],
  })
})

t.test('malformed JSON is a problem of its file, and the other packs are read all the same', async (t) => {
  const folder = t.testdir({
    a: { 'pack.json': '{\n  "packId": "a",\n}' },
    b: { 'pack.json': '{ "packId": "b" }' },
  })
  const { packs, problems } = await readPacks(folder)
  t.strictSame(
    packs.map(({ file }) => file),
    ['b/pack.json'],
  )
  t.match(problems, [{ file: 'a/pack.json', path: '', line: 3, reason: /^not valid JSON: / }])
})

t.test('the line is found however the parser words it', async (t) => {
  const lineIn = (text: string) => {
    const parsed = parseJson(text, 'f')
    return 'problem' in parsed ? parsed.problem.line : 'valid'
  }
  t.equal(lineIn('{}'), 'valid')
  t.equal(lineIn('{\n"a": b}'), 2, 'a short text is quoted whole')
  t.equal(lineIn('{\n"aaaaaaaaaaaaaaaa": 1,\n"b": b,\n"cccccccccccccccc": 2 }'), 3, 'a long one in part')
  t.equal(lineIn('{\n"a":\n'), 3, 'it ends too soon')
  t.equal(lineIn('[b, b]'), 1)
  t.equal(lineIn('undefined'), undefined, 'a text of which no place is told')
  const twice = '"aaaaaaaaaaaaaaaa": 1,\n"b": b,\n"cccccccccccccccc": 2,\n'
  t.equal(lineIn(`{${twice}${twice}"d": 4 }`), undefined, 'what is quoted stands there twice')
})
