// What is sent and recorded is JSON.stringify to the letter. That it is so for what the core says is shown over HTTP (protocols/equality.test.ts,
// policies/cases.test.ts); here are the sentences that no policy of ours has, and the buffers that answers share.
import { assert, constantFrom, oneof, property, string } from 'fast-check'
import t from 'tap'
import { starterContent } from '../../scripts/app-on-packs.js'
import { decide } from '../../src/decision/decide.js'
import { answerOf } from '../../src/decision/explain/answer.js'
import { checkKinds, views } from '../../src/decision/explain/views.js'
import type { Determination } from '../../src/decision/shapes/determination.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { utf8 } from '../../src/rendering/byte-slab.js'
import { determinationBytes } from '../../src/rendering/determination-bytes.js'

const claim = {
  coverage: { planId: 'medicare-part-b', state: 'FL' },
  claimType: 'professional' as const,
  diagnosisCodes: ['E44.0', 'D51.0'],
  serviceLines: [1, 2].map((lineNumber) => ({
    lineNumber,
    procedureCode: 'J3420',
    units: lineNumber,
    modifiers: [],
    diagnosisPointers: [lineNumber],
    dateOfService: '2026-11-03',
    placeOfService: '11',
  })),
  serviceHistory: [],
  serviceHistorySince: '2023-01-01',
  serviceHistoryScope: 'practice' as const,
}
const view = compilePolicyView(await starterContent(), 1)
const answer = answerOf(decide(claim, view), {
  determinationId: 'det_x',
  recorded: true,
  kind: 'authorization',
  view: 'full',
})
const text = (determination: Determination): string => determinationBytes(determination).toString()

t.test('an answer of every kind in every view', async (t) => {
  const verdict = decide(claim, view)
  for (const kind of checkKinds)
    for (const one of views) {
      const told = answerOf(verdict, { determinationId: 'det_x', recorded: true, kind, view: one })
      t.equal(text(told), JSON.stringify(told), `${kind} ${one}`)
    }
  t.ok(
    answer.lines[0]?.notices !== undefined && (answer.lines[0].findings?.length ?? 0) > 3,
    'with notices and findings',
  )
  t.equal(text({ ...answer, lines: [] }), JSON.stringify({ ...answer, lines: [] }), 'without lines')
})

t.test('whatever stands in a sentence, however often it is said', async () => {
  // Quotes, controls, accents, signs beyond the first plane and halves of them.
  const sentence = oneof(
    constantFrom('“quoted” "plain" \\', 'line\nbreak\u0000\u2028', 'ñ 中 😀', '\ud83d alone', '</script>'),
    string({ unit: 'binary' }),
  )
  assert(
    property(sentence, sentence, (one, other) => {
      const altered: Determination = {
        ...answer,
        headline: one,
        nextSteps: answer.nextSteps.map((step) => ({ ...step, text: other })),
        lines: answer.lines.map((line) => ({
          ...line,
          procedureCode: one,
          findings: (line.findings ?? []).map((finding) => ({
            ...finding,
            reason: other,
            factsUsed: { [one]: other },
          })),
        })),
        sources: (answer.sources ?? []).map((source) => ({ ...source, document: one, publisher: other })),
      }
      return determinationBytes(altered).equals(Buffer.from(JSON.stringify(altered)))
    }),
    { numRuns: 200 },
  )
})

t.test('an answer that was given is not written over by those after it', async (t) => {
  const first = determinationBytes(answer)
  const before = first.toString()
  for (let at = 0; at < 100; at++) determinationBytes({ ...answer, determinationId: `det_${at}` })
  t.equal(first.toString(), before)
  const long = '中'.repeat(100_000)
  t.equal(utf8(long).toString(), long, 'longer than what answers share')
  t.equal(utf8('').length, 0)
})

t.test('texts stand side by side in shared buffers, and none writes into another', async (t) => {
  const texts = Array.from({ length: 600 }, (_, at) => `${at} ñ 中 😀 `.repeat(1 + (at % 40)))
  const parts = texts.map((one) => utf8(one))
  const shared = new Set(parts.map(({ buffer }) => buffer))
  t.ok(shared.size > 1 && shared.size < parts.length / 10, `${parts.length} texts in ${shared.size} buffers`)
  t.strictSame(
    parts.map((part) => part.toString()),
    texts,
    'each says its own text after all were written',
  )
  for (const [at, part] of parts.entries()) {
    const next = parts[at + 1]
    if (next === undefined || next.buffer !== part.buffer) continue
    if (next.byteOffset !== part.byteOffset + part.length)
      t.fail(`text ${at + 1} does not stand behind ${at}`)
  }
})
