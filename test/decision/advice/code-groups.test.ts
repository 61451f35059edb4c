// Long lists of diagnoses drawn together: nothing may be lost or gained by it.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { groupCodes } from '../../../src/decision/advice/checklist/code-groups.js'
import { appOnPacks } from '../../../scripts/app-on-packs.js'

interface Case {
  title: string
  codes: string[]
  marked?: string[]
  most?: number
  groups: string[]
  omitted?: number
}
const cases = JSON.parse(await readFile(new URL('code-groups.json', import.meta.url), 'utf8')) as Case[]

t.test('codes in groups', async (t) => {
  for (const { title, codes, marked = [], most, groups, omitted = 0 } of cases)
    t.strictSame(groupCodes(codes, new Set(marked), most), { groups, omitted }, title)
})

/** Reads the groups back: the reverse of what is printed. */
function codesIn(groups: readonly string[]): string[] {
  return groups.flatMap((group) => {
    const category = group.slice(0, 3)
    return group.split(', ').flatMap((word) => {
      const [first = '', last] = word
        .split('–')
        .map((end) => (end.startsWith('.') ? category + end : end).replace(/[.*]/g, ''))
      if (last === undefined) return [first]
      const [from, to] = [Number(first.at(-1)), Number(last.at(-1))]
      return Array.from({ length: to - from + 1 }, (_, step) => `${first.slice(0, -1)}${from + step}`)
    })
  })
}

t.test('every code set of the packs reads back as it was', async (t) => {
  const { app, snapshot } = await appOnPacks(() => '1')
  t.teardown(() => app.close())
  const sets = snapshot.current()?.content.codeSets ?? []
  t.ok(sets.length > 2)
  for (const { codeSetId, codes } of sets)
    t.strictSame(codesIn(groupCodes(codes, new Set(), 10_000).groups).sort(), [...codes].sort(), codeSetId)
})
