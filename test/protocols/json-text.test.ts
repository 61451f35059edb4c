import * as fc from 'fast-check'
import t from 'tap'
import { jsonFault, maximumDepth } from '../../src/protocols/http/json-text.js'

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

t.test('what any reader would read alike is read', async (t) => {
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 5 }).filter((text) => !/__proto__|constructor|prototype/.test(text)),
      (text) => {
        const fault = jsonFault(text)
        // fast-check also makes strings with control characters and lone surrogates
        return (
          fault === undefined ||
          fault === 'control-character' ||
          fault === 'lone-surrogate' ||
          fault === 'duplicate-key'
        )
      },
    ),
    { numRuns: 1000 },
  )
  t.equal(jsonFault('{"a":[{"b":1},{"b":2}],"c":{"a":"a"}}'), undefined, 'the same key in different objects')
  t.equal(jsonFault('["a","a",{"a":"a"}]'), undefined, 'equal values are no equal keys')
  t.equal(
    jsonFault('{"a":"\\"b\\":1,{","b":"\\\\"}'),
    undefined,
    'quotes, braces and backslashes inside strings',
  )
  t.equal(jsonFault('{"a":"\\ud83d\\ude00\\t\\n"}'), undefined, 'a surrogate pair, tab and line break')
})

t.test('a duplicate key is found wherever it stands', async () => {
  const key = fc
    .string({ minLength: 1, maxLength: 8 })
    .filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text) && /^[ -~]*$/.test(text))
  fc.assert(
    fc.property(
      key,
      fc.array(
        fc.jsonValue({ maxDepth: 2 }).filter((value) => jsonFault(JSON.stringify(value)) === undefined),
        { maxLength: 4 },
      ),
      (name, between) => {
        const text = JSON.stringify(name)
        return (
          jsonFault(
            `{${text}:1,${between.map((value, at) => `"${at}#between":${JSON.stringify(value)},`).join('')}${text}:2}`,
          ) === 'duplicate-key'
        )
      },
    ),
  )
})

t.test('depth is counted before anything is built', async (t) => {
  t.equal(jsonFault(nested(maximumDepth)), undefined)
  t.equal(jsonFault(nested(maximumDepth + 1)), 'too-deep')
  const started = performance.now()
  t.equal(jsonFault('[{"a":'.repeat(170_000)), 'too-deep')
  t.ok(performance.now() - started < 200)
})

t.test('1 MiB of any shape is scanned in linear time', async (t) => {
  for (const piece of ['"\\u0041",', '{"a":1},', '"\\\\",', '[],', '"aaaaaaaa",', '"\\ud83d\\ude00",']) {
    const text = `[${piece.repeat((1024 * 1024) / piece.length)}1]`
    const started = performance.now()
    jsonFault(text)
    t.ok(performance.now() - started < 1000, piece)
  }
})

t.test('an unfinished string is not JSON', async (t) => {
  t.equal(jsonFault('{"a'), 'not-json')
  t.equal(jsonFault('"\\x"'), 'not-json')
})
