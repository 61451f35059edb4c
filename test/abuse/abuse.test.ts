// A short form of `npm run try -- abuse`: some inputs for every operation, and that what the run looks for would be seen.
import t from 'tap'
import { starterContent } from '../../scripts/app-on-packs.js'
import { exchangeFaults } from './answer-faults.js'
import { inputOf } from './inputs.js'
import { operationsOf, type ApiDocument } from './operations.js'
import { abuse } from './run.js'

t.test('what nobody should send is refused, repeats nothing and leaves everything as it was', async (t) => {
  const found = await abuse({ content: await starterContent(), inputs: 8, seed: 20261124, validEvery: 8 })
  t.strictSame(found.faults, [])
  t.ok(found.operations >= 23, `${found.operations} operations`)
  t.ok((found.statuses['400'] ?? 0) > 80, JSON.stringify(found.statuses))
  t.ok((found.statuses['200'] ?? 0) > 20, 'some are harmless, and answered')
})

t.test('the same seed makes the same inputs, another one others', (t) => {
  const document: ApiDocument = {
    paths: {
      '/a/{id}': {
        post: {
          operationId: 'ask',
          parameters: [{ name: 'id', in: 'path', required: true, example: 'x' }],
          requestBody: {
            content: {
              'application/json': { examples: { one: { value: { a: [{ b: 1 }], c: '2026-11-03' } } } },
            },
          },
        },
      },
    },
  }
  const [operation] = operationsOf(document, {})
  if (operation === undefined) throw new Error('no operation')
  const all = (seed: number): string[] =>
    Array.from({ length: 200 }, (_, number) => inputOf(operation, seed, number).bytes.toString('base64'))
  t.strictSame(all(1), all(1))
  t.not(all(1).join(), all(2).join())
  t.ok(new Set(all(1)).size > 130, 'and most of them are different, of an operation as small as this')
  t.end()
})

t.test('what would be wrong with an answer is seen', (t) => {
  const headers = {
    'content-type': 'application/problem+json',
    'x-request-id': 'req_1',
    'x-content-type-options': 'nosniff',
  }
  const problem = {
    type: 'urn:precert:problem:not-held',
    title: 'x',
    status: 404,
    detail: 'x',
    code: 'not-held',
    requestId: 'req_1',
    retryable: false,
    errors: [],
  }
  const answered = (status: number, body: object, changed: object = {}): string[] =>
    exchangeFaults({
      answers: [{ status, headers: { ...headers, ...changed }, body: JSON.stringify(body) }],
      rest: '',
      hung: false,
    })
  t.strictSame(answered(404, problem), [])
  const rows: [string, string[], RegExp][] = [
    ['a 500', answered(500, problem), /^500/],
    ['a 503', answered(503, problem), /^503/],
    ['another status', answered(400, problem), /says 404/],
    ['another type', answered(404, problem, { 'content-type': 'text/plain' }), /of the type/],
    ['a field too many', answered(404, { ...problem, path: '/x' }), /is no problem/],
    ['no id', answered(404, problem, { 'x-request-id': 'req_2' }), /request id/],
    ['a name', answered(404, { ...problem, detail: 'no Zq9Canary' }), /repeats Zq9Canary/],
    ['a date in a header', answered(404, problem, { location: '/1931-07-19' }), /repeats 1931/],
    ['a hang', exchangeFaults({ answers: [], rest: '', hung: true }), /hangs/],
    ['half an answer', exchangeFaults({ answers: [], rest: 'HTTP/1.1', hung: false }), /no HTTP/],
  ]
  for (const [title, faults, words] of rows) t.match(faults.join(), words, title)
  t.end()
})
