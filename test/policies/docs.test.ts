import { readFile } from 'node:fs/promises'
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { parseCases, requestOf, valueAt } from '../../src/policies/packs/cases.js'
import { mergeContent, validatePacks } from '../../src/policies/packs/pack.js'

const page = await readFile(new URL('../../docs/policy/policy-packs.md', import.meta.url), 'utf8')
const small = page.slice(page.indexOf('## A small complete pack'))
const blocks = [...small.matchAll(/```jsonc?\n([^]*?)```/g)].map(([, text = '']) => text)
const parse = (text = ''): unknown => JSON.parse(text.replace(/^((?:[^"/]|"[^"]*")*?)\/\/.*$/gm, '$1'))

t.test('the pack on the page is valid and its cases pass', async (t) => {
  const [pack, , cases] = blocks
  const { packs, problems } = validatePacks([{ file: 'page', pack: parse(pack) }])
  t.strictSame(problems, [])
  const view = compilePolicyView(mergeContent(packs.map(({ content }) => content)), 1)
  const { base, cases: all } = parseCases(parse(cases), 'page')
  for (const one of all) {
    const answer = determine(requestOf(base, one), view)
    for (const [path, value] of Object.entries(one.expect))
      t.equal(valueAt(answer, path), value, `${one.title}: ${path}`)
  }
})
