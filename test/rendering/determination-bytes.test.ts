// What is sent and recorded is JSON.stringify to the letter. That it is so for what the core says is shown over HTTP (protocols/equality.test.ts,
// policies/cases.test.ts); here are the sentences that no policy of ours has, and what is kept between answers.
import { array, assert, constantFrom, property, string } from 'fast-check'
import t from 'tap'
import { starterContent } from '../../scripts/app-on-packs.js'
import { checkKinds, answerOf } from '../../src/decision/explain/views.js'
import { determine } from '../../src/decision/determine.js'
import { DocumentationItem } from '../../src/decision/shapes/answers.js'
import {
  Determination as DeterminationSchema,
  LineDetermination,
  type Determination,
} from '../../src/decision/shapes/determination.js'
import { Finding } from '../../src/decision/shapes/finding.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { utf8 } from '../../src/rendering/byte-slab.js'
import { determinationBytes } from '../../src/rendering/determination-bytes.js'
import { cachedJson } from '../../src/rendering/cached-json.js'

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
const answer: Determination = {
  determinationId: 'det_x',
  recorded: true,
  ...determine(claim, compilePolicyView(await starterContent(), 1)),
}
const text = (determination: Determination): string =>
  determinationBytes('authorization', determination).toString()

t.test('an answer of every kind', async (t) => {
  for (const kind of checkKinds)
    t.equal(determinationBytes(kind, answer).toString(), JSON.stringify(answerOf(kind, answer)), kind)
  t.ok(
    answer.lines[0]?.notices !== undefined && answer.lines[0].findings.length > 3,
    'with notices and findings',
  )
  t.equal(text({ ...answer, lines: [] }), JSON.stringify({ ...answer, lines: [] }), 'without lines')
})

t.test(
  'no field is left out: whoever adds one to a shape adds it here and where it is written',
  async (t) => {
    const [line] = answer.lines
    const [finding] = line?.findings ?? []
    const [item] = line?.documentation ?? []
    if (line === undefined || finding === undefined || item === undefined)
      return t.fail('the answer has too little')
    const { question, kind, outcome, reasonCode, reason, citation } = finding
    const whole: Finding = {
      question,
      kind,
      outcome,
      reasonCode,
      reason,
      statement: 's',
      interpretation: 'i',
      factsUsed: [{ fact: 'f', value: 'v' }],
      listedDiagnoses: { count: 1, codes: ['D51.0'], note: 'n' },
      listed: ['D51.0'],
      condition: 'failed',
      failed: ['partner'],
      othersDenied: true,
      consequence: 'penalty',
      citation,
    }
    const { lines: _lines, ...head } = answer
    const everything: Determination = { ...head, lines: [{ ...line, findings: [whole] }] }
    for (const [schema, value] of [
      [Finding, whole],
      [DocumentationItem, item],
      [LineDetermination, line],
      [DeterminationSchema, everything],
    ] as const) {
      t.strictSame(
        Object.keys(value).sort(),
        Object.keys(schema.properties).sort(),
        Object.keys(schema.properties).join(),
      )
    }
    t.equal(text(everything), JSON.stringify(everything))
  },
)

t.test('whatever stands in a sentence, however often it is said', async () => {
  // Quotes, controls, accents, signs beyond the first plane and halves of them.
  const sentence = constantFrom(
    '“quoted” "plain" \\',
    'line\nbreak\u0000\u2028',
    'ñ 中 😀',
    '\ud83d alone',
    '</script>',
  )
  assert(
    property(
      array(sentence, { minLength: 6, maxLength: 6 }),
      string({ unit: 'binary' }),
      ([a = '', b = '', c = '', d = '', e = '', f = ''], any) => {
        const altered: Determination = {
          ...answer,
          lines: answer.lines.map((line) => ({
            ...line,
            procedureCode: a,
            findings: line.findings.map(({ question, kind, outcome, citation }) => ({
              question,
              kind,
              outcome,
              reasonCode: b,
              reason: any,
              statement: c,
              interpretation: d,
              factsUsed: [{ fact: e, value: any }],
              consequence: 'denial',
              citation: { ...citation, document: f },
            })),
            documentation: line.documentation.map((item) => ({
              ...item,
              item: a,
              why: any,
              citation: { ...item.citation, publisher: any },
            })),
            notEvaluated: line.notEvaluated.map((entry) => ({ ...entry, text: b })),
            infoNeeded: [{ fact: c, pointer: d, question: 'units', text: any }],
          })),
        }
        return text(altered) === JSON.stringify(altered) && text(altered) === JSON.stringify(altered)
      },
    ),
    { numRuns: 200 },
  )
})

t.test('an answer that was given is not written over by those after it', async (t) => {
  const first = determinationBytes('authorization', answer)
  const before = first.toString()
  for (let at = 0; at < 100; at++)
    determinationBytes('authorization', { ...answer, determinationId: `det_${at}` })
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

t.test('what is kept makes room and stays right', async (t) => {
  const kept = cachedJson<string>()
  for (const round of [1, 2])
    for (let at = 0; at < 10_000; at++)
      if (kept(`"${at}`) !== JSON.stringify(`"${at}`)) t.fail(`${round}: ${at}`)
  t.equal(kept('"1'), '"\\"1"')
})
