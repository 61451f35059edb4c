// Writes src/decision-log/packing-words.ts: the words that requests, verdicts and answers share, with which rows of the decision log are compressed.
import { fileURLToPath } from 'node:url'
import { readFile } from 'node:fs/promises'
import { createCheck } from '../src/check.js'
import { views } from '../src/decision/explain/views.js'
import { recordOf } from '../src/decision/verdict/record.js'
import { createSnapshot } from '../src/policies/loaded/snapshot.js'
import { parseCases, requestOf } from '../src/policies/packs/cases.js'
import { readPacks } from '../src/policies/packs/read-packs.js'
import { starterContent } from './app-on-packs.js'
import { generate } from './generated-file.js'

// Larger lists save little more and take longer: each row begins by reading them.
const mostCharacters = 8_000
const casesOfPack = 30
// The length of what is counted, and the least and the most of it that is taken over at once.
const counted = 8
const [least, most] = [40, 90]

/** What rows of the log hold: requests of the cases of every pack with their verdicts and answers, without ids. */
async function contents(): Promise<string[]> {
  const texts: string[] = []
  const snapshot = createSnapshot()
  snapshot.replace({ revision: 1, content: await starterContent() })
  const check = createCheck({
    snapshot,
    log: {
      records: true,
      record: async ({ request, verdict, bytes, determinationId }) => {
        const text = JSON.stringify(request) + recordOf(verdict) + bytes.toString()
        texts.push(text.replaceAll(determinationId, '\n'))
      },
      recordReading: async () => {},
      findWaiting: async () => undefined,
    },
  })
  const asker = { tenantId: 'public', callerId: 'key', channel: 'rest', requestId: 'request' }
  const { packs } = await readPacks(fileURLToPath(new URL('../policies', import.meta.url)))
  for (const folder of packs.map(({ file }) => file.split('/')[0] ?? '').sort()) {
    const file = new URL(`../policies/${folder}/cases.json`, import.meta.url)
    const { base, cases } = parseCases(JSON.parse(await readFile(file, 'utf8')), `${folder}/cases.json`)
    const step = Math.ceil(cases.length / casesOfPack)
    for (const one of cases.filter((_, at) => at % step === 0))
      for (const view of views) await check(requestOf(base, one), { ...asker, kind: 'authorization', view })
  }
  return texts
}

const piecesOf = (text: string): string[] =>
  Array.from({ length: Math.max(0, text.length - counted + 1) }, (_, at) => text.slice(at, at + counted))

/** The passages that most texts share, the most common ones last, where they are cheapest to refer to. */
function commonPassages(texts: readonly string[]): string[] {
  const held = new Map<string, number>()
  for (const text of texts)
    for (const piece of new Set(piecesOf(text))) held.set(piece, (held.get(piece) ?? 0) + 1)
  const taken = new Set<string>()
  const worth = (piece: string): number =>
    taken.has(piece) || /[^ -~]/.test(piece) ? 0 : (held.get(piece) ?? 0)
  const passages: Array<{ text: string; worth: number }> = []
  // A text of each pack in turn gives its best passage, until none has one that a hundredth of the texts share.
  for (let [at, without, length] = [0, 0, 0]; length < mostCharacters && without < texts.length; at++) {
    const found = bestPassage(texts[(at * 7919) % texts.length] ?? '', worth)
    if (found.worth < texts.length / 100) {
      without++
      continue
    }
    without = 0
    length += found.text.length
    passages.push(found)
    for (const piece of piecesOf(found.text)) taken.add(piece)
  }
  return passages.sort((a, b) => a.worth - b.worth).map(({ text }) => text)
}

function bestPassage(
  text: string,
  worth: (piece: string) => number,
): { readonly text: string; readonly worth: number } {
  const worths = piecesOf(text).map(worth)
  const span = least - counted + 1
  let [best, bestSum, sum] = [0, 0, 0]
  for (const [at, one] of worths.entries()) {
    sum += one - (worths[at - span] ?? 0)
    if (at >= span - 1 && sum > bestSum) [best, bestSum] = [at - span + 1, sum]
  }
  let [from, to] = [best, best + least]
  const isGood = (piece: number): boolean => (worths[piece] ?? 0) > bestSum / span / 2
  while (to - from < most && isGood(to - counted + 1)) to++
  while (to - from < most && isGood(from - 1)) from--
  return { text: text.slice(from, to), worth: bestSum / span }
}

const quoted = (text: string): string =>
  text.includes("'") ? JSON.stringify(text) : `'${text.replaceAll('\\', '\\\\')}'`

const passages = commonPassages(await contents())
await generate(
  fileURLToPath(new URL('../src/decision-log/packing-words.ts', import.meta.url)),
  `/**
 * Passages that requests, verdicts and answers share, the most common ones last. Rows of the log are
 * compressed with them, and can be read with the same ones only, so a released list stays as it is:
 * a better one is added beside it, under a number of its own (sealed-content.ts). Written by
 * scripts/write-packing-words.ts.
 */
export const packingWords: readonly string[] = [
${passages.map((text) => `  ${quoted(text)},\n`).join('')}]
`,
  false,
)
