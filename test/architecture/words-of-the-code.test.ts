// Each type that one room of the core gives to another is told in the glossary, in the part on words of the code, or is a shape of the API.
import { readFile, readdir } from 'node:fs/promises'
import { dirname, normalize } from 'node:path'
import t from 'tap'

const root = new URL('../../', import.meta.url)
const core = 'src/decision/'

const files = (await readdir(new URL(core, root), { recursive: true }))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => `${core}${name}`)
const texts = new Map(
  await Promise.all(files.map(async (file) => [file, await readFile(new URL(file, root), 'utf8')] as const)),
)
const glossary = await readFile(new URL('docs/use/glossary.md', root), 'utf8')
const told = new Set(
  [...(glossary.split('## Words of the code')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''),
)

/** The room of a file, undefined for those beside the rooms. */
const roomOf = (file: string): string | undefined => {
  const [room, ...rest] = file.slice(core.length).split('/')
  return rest.length === 0 ? undefined : room
}

/** Types that are exported from one room and imported by another, with the file that has them. */
function typesBetweenRooms(): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [file, text] of texts)
    for (const [, names = '', from = ''] of text.matchAll(
      /import (?:type )?\{([^}]*)\} from '(\.[^']*)\.js'/g,
    )) {
      const target = `${normalize(`${dirname(file)}/${from}`)}.ts`
      if (roomOf(target) === roomOf(file)) continue
      for (const name of names.split(',').flatMap((one) => one.trim().replace(/^type /, '') || []))
        if (new RegExp(`^export (interface|type) ${name}\\b`, 'm').test(texts.get(target) ?? ''))
          found.set(name, target)
    }
  return found
}

t.test('every type between rooms is told', async (t) => {
  const types = typesBetweenRooms()
  t.ok(types.size > 100, `${types.size} types are given from room to room`)
  for (const [name, file] of types) {
    const isOfApi = new RegExp(`^export type ${name} = Static<`, 'm').test(texts.get(file) ?? '')
    t.ok(isOfApi || told.has(name), `${name} (${file}) is in docs/use/glossary.md`)
  }
})

t.test('the glossary tells of types that there are', async (t) => {
  const types = typesBetweenRooms()
  for (const name of told)
    if (/^[A-Z]/.test(name)) t.ok(types.has(name), `${name} is a type that a room gives to another`)
})
