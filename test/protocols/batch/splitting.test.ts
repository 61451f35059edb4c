// How a body is cut: whatever pieces it comes in, and whatever stands in its strings.
import * as fc from 'fast-check'
import t from 'tap'
import { isArray, splitArray } from '../../../src/protocols/rest/batch/split-array.js'
import { LineSplitter } from '../../../src/protocols/rest/batch/split-lines.js'

const most = 12

/** All lines of a body that comes in pieces of these sizes, the last one repeated. */
function linesOf(body: string, sizes: readonly number[]): Array<[number, string | undefined]> {
  const bytes = Buffer.from(body)
  const lines = new LineSplitter(most)
  const found: Array<[number, string | undefined]> = []
  const note = ({ number, bytes: line }: { number: number; bytes: Uint8Array | undefined }): void => {
    found.push([number, line === undefined ? undefined : Buffer.from(line).toString()])
  }
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const size = sizes[Math.min(piece, sizes.length - 1)] ?? 1
    for (const line of lines.split(bytes.subarray(at, at + size))) note(line)
    at += size
  }
  const rest = lines.rest()
  if (rest !== undefined) note(rest)
  return found
}

const table: Array<[title: string, body: string, lines: Array<[number, string | undefined]>]> = [
  ['nothing', '', []],
  ['a line with its end', 'a\n', [[1, 'a']]],
  [
    'a last line without its end',
    'a\nb',
    [
      [1, 'a'],
      [2, 'b'],
    ],
  ],
  ['blank lines are counted and left out', '\n \t\r\na\r\n\n', [[3, 'a\r']]],
  [
    'as long as may be',
    'abcdefghijkl\nb\n',
    [
      [1, 'abcdefghijkl'],
      [2, 'b'],
    ],
  ],
  [
    'one byte too long',
    'abcdefghijklm\nb\n',
    [
      [1, undefined],
      [2, 'b'],
    ],
  ],
  ['much too long, and without its end', `${'a'.repeat(100)}`, [[1, undefined]]],
  [
    'too long in blanks',
    `${' '.repeat(13)}\nb`,
    [
      [1, undefined],
      [2, 'b'],
    ],
  ],
  [
    'too long, then an empty line',
    `${'a'.repeat(100)}\n\nb`,
    [
      [1, undefined],
      [3, 'b'],
    ],
  ],
]
for (const [title, body, lines] of table) {
  t.test(title, async (t) => {
    for (const size of [1, 2, 5, 1000]) t.same(linesOf(body, [size]), lines, `in pieces of ${size}`)
  })
}

t.test('pieces do not change lines', async (t) => {
  const body = fc
    .array(fc.constantFrom('a', '\n', ' ', '\r', 'é', 'abcdefgh', '\n\n'))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(body, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (text, sizes) => {
      const expected = text.split('\n').flatMap((line, at): Array<[number, string | undefined]> => {
        if (Buffer.byteLength(line) > most) return [[at + 1, undefined]]
        return /^[ \t\r]*$/.test(line) ? [] : [[at + 1, line]]
      })
      return JSON.stringify(linesOf(text, sizes)) === JSON.stringify(expected)
    }),
    { numRuns: 500 },
  )
  t.pass('500 bodies')
})

/** The elements as their own reader sees them; undefined where one of them, or what holds them, is not JSON. */
function elementsOf(text: string): unknown[] | undefined {
  if (!isArray(Buffer.from(text))) return undefined
  try {
    return [...splitArray(Buffer.from(text))].map(
      (bytes) => JSON.parse((bytes ?? Buffer.alloc(0)).toString()) as unknown,
    )
  } catch {
    return undefined
  }
}

function parsed(text: string): unknown[] | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

t.test('an array is cut as JSON.parse reads it, and refused where that refuses it', async (t) => {
  for (const text of [
    '[]',
    ' [ ] ',
    '[1]',
    '[1,]',
    '[,1]',
    '[',
    ']',
    '[1',
    '[1]]',
    '[1] x',
    '[[],[1,[2]]]',
    '["]"]',
    '["\\"]"]',
    '["\\\\"]',
    '["\\\\\\"]"]',
    '[{"a":"}],["}]',
    '[1}',
    '[{]}',
    '[[1,2]',
    '["',
    '[""',
    '[1 2]',
    '[1],[2]',
    '{}',
    '',
  ]) {
    t.same(elementsOf(text), parsed(text), text)
  }
  const damaged = fc
    .tuple(fc.jsonValue(), fc.jsonValue(), fc.nat(), fc.constantFrom('', ',', ']', '[', '"', '\\', '}', ' '))
    .map(([one, other, at, by]) => {
      const text = JSON.stringify([one, other])
      const place = at % text.length
      return at % 3 === 0 ? text : text.slice(0, place) + by + text.slice(place + 1)
    })
  fc.assert(
    fc.property(damaged, (text) => JSON.stringify(elementsOf(text)) === JSON.stringify(parsed(text))),
    { numRuns: 3000 },
  )
})
