// Every sentence that an answer says is short, says things as they are and in the words of its readers; so is every meaning of a code.
import { readdir, readFile } from 'node:fs/promises'
import t from 'tap'
import { appOnPacks, starterContent } from '../../scripts/app-on-packs.js'
import { decide } from '../../src/decision/decide.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import type { PolicyView } from '../../src/decision/shapes/view.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { parseCases, requestOf } from '../../src/policies/packs/cases.js'
import type { CodeMeaning } from '../../src/protocols/rest/codes/meanings.js'
import { pairs } from '../oracle/generate.js'
import { aCheck } from '../protocols/requests.js'
import { faultsOf, mostCharacters, sentencesIn } from '../support/plain-sentences.js'
import { namesOf, quotesOf, sentencesToldBy } from '../support/told-sentences.js'
import { worldsOf } from '../support/short.js'
import { workedVisits } from '../support/worked-visits.js'

interface Looked {
  sentences: number
  quotes: number
  readonly parts: Set<string>
  /** What is wrong, once for each part and fault. */
  readonly faults: Map<string, string>
}
const nothingLooked = (): Looked => ({ sentences: 0, quotes: 0, parts: new Set(), faults: new Map() })

/** Looks at every sentence of the answers to a request. Sentences of policies are theirs; they are counted, not judged. */
function look(looked: Looked, where: string, request: CheckRequest, world: World): void {
  for (const { part, sentence } of sentencesToldBy(decide(request, world.view))) {
    looked.sentences++
    looked.parts.add(part)
    if ([...world.quotes].some((quote) => sentence.endsWith(quote))) {
      looked.quotes++
      continue
    }
    for (const fault of faultsOf(sentence, world.names)) {
      const known = looked.faults.get(`${part} ${fault}`)
      looked.faults.set(`${part} ${fault}`, known ?? `${where}: ${sentence}`)
    }
  }
}

interface World {
  readonly view: PolicyView
  readonly quotes: ReadonlySet<string>
  readonly names: readonly string[]
}
const worldOf = (content: PolicyContent): World => ({
  view: compilePolicyView(content, 1),
  quotes: quotesOf(content),
  names: namesOf(content),
})

const starter = await starterContent()

t.test('of generated worlds', async (t) => {
  const looked = nothingLooked()
  for (const { seed, request, content } of pairs(110_000, worldsOf(2_000, 100)))
    look(looked, `seed ${seed}`, request, worldOf(content))
  t.strictSame([...looked.faults], [])
  t.ok(
    looked.sentences > worldsOf(50_000, 2_000),
    `${looked.sentences} sentences of which ${looked.quotes} are quotes`,
  )
  t.ok(looked.quotes < looked.sentences / 10, 'most are judged')
  t.ok(looked.parts.size > worldsOf(150, 80), `${looked.parts.size} parts say something`)
})

t.test('of the cases of all packs and of the worked visits', async (t) => {
  const looked = nothingLooked()
  const world = worldOf(starter)
  const folder = new URL('../../policies/', import.meta.url)
  for (const packId of await packIds(folder)) {
    const { base, cases } = parseCases(
      JSON.parse(await readFile(new URL(`${packId}/cases.json`, folder), 'utf8')),
      packId,
    )
    for (const one of cases) look(looked, one.title, requestOf(base, one), world)
  }
  for (const [name, request] of Object.entries(workedVisits)) look(looked, name, request, world)
  t.strictSame([...looked.faults], [])
  t.ok(looked.sentences > 10_000, `${looked.sentences} sentences of which ${looked.quotes} are quotes`)
})

async function packIds(folder: URL): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.filter((one) => one.isDirectory()).map(({ name }) => name)
}

t.test('of the meanings of codes', async (t) => {
  const { app } = await appOnPacks(() => '1')
  t.teardown(() => app.close())
  const { codes } = (await app.inject({ url: '/v1/codes' })).json<{ codes: CodeMeaning[] }>()
  const faults = codes.flatMap(({ kind, code, meaning, remedy }) =>
    [meaning, remedy]
      .flatMap(sentencesIn)
      .flatMap((sentence) => faultsOf(sentence).map((fault) => `${kind} ${code}: ${fault}: ${sentence}`)),
  )
  t.strictSame(faults, [])
  t.ok(codes.length > 150, `${codes.length} codes`)
})

t.test('a sentence that is long, doubly negated or in our words is found', async (t) => {
  const long = `It is ${'very '.repeat(50)}long.`
  for (const [sentence, fault] of [
    [long, `has ${long.length} characters`],
    ['It is not denied without a notice.', 'says "not … without" in one clause'],
    ['The table is not held.', 'says "not held"'],
    ['Look at the findings of a secondary source.', 'says "findings"'],
    ['At most undefined units.', 'says undefined'],
    ['At most [object Object] units.', 'says [object'],
    ['At most  two units.', 'has a blank too many'],
  ] as const)
    t.strictSame(faultsOf(sentence), [fault])
  t.strictSame(faultsOf('A table, without dashes, is not one, nor is "not held without".'), [])

  const title = 'A title that goes on '.repeat(12).trim()
  const looked = nothingLooked()
  const renamed = {
    ...starter,
    policies: starter.policies.map((policy) => ({
      ...policy,
      versions: policy.versions.map((version) => ({
        ...version,
        source: { ...version.source, documentNumber: title },
      })),
    })),
  }
  look(looked, 'planted', aCheck({ diagnosisCodes: ['E44.0'] }), worldOf(renamed))
  t.ok(title.length > mostCharacters)
  t.ok([...looked.faults.keys()].some((fault) => fault.startsWith('reason diagnosis-not-listed has ')))
})
