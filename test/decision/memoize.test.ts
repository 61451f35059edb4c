// What is memoize with policy changes no answer: one view asked many things, in any order, says what a view says that was asked nothing before.
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import { memoizeByKey, memoizeRepeated } from '../../src/decision/memoize.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { pairOf } from '../oracle/generate.js'
import { contractorNumbers } from '../oracle/vocabulary.js'
import { worldsOf } from '../support/short.js'

const worlds = worldsOf(60, 10)

/** The request, and the same with one thing changed by which another rule may speak. */
function variants(request: CheckRequest): CheckRequest[] {
  const { contractorNumber: _number, state: _state, ...coverage } = request.coverage
  const { claimType: _type, ...rest } = request
  const onDate = (date: string): CheckRequest => ({
    ...request,
    serviceLines: request.serviceLines.map(({ dateOfServiceEnd: _end, ...line }) => ({
      ...line,
      dateOfService: date,
    })),
  })
  const ofCode = (code: string): CheckRequest => ({
    ...request,
    serviceLines: request.serviceLines.map((line) => ({ ...line, procedureCode: code })),
  })
  return [
    request,
    ...contractorNumbers.map((contractorNumber) => ({
      ...request,
      coverage: { ...request.coverage, contractorNumber },
    })),
    { ...request, coverage },
    ...['FL', 'GA'].map((state) => ({ ...request, coverage: { ...coverage, state } })),
    { ...rest },
    ...(['professional', 'institutional'] as const).map((claimType) => ({ ...request, claimType })),
    onDate('2024-02-29'),
    onDate('2026-11-03'),
    ofCode('J3420'),
    ofCode('J3425'),
  ]
}

t.test('the answer does not depend on what was asked before', (t) => {
  for (let seed = 1; seed <= worlds; seed++) {
    const { content, request } = pairOf(seed)
    const asked = variants(request)
    const view = compilePolicyView(content, 1)
    const fresh = asked.map((one) =>
      JSON.stringify(determine(one, compilePolicyView(structuredClone(content), 1))),
    )
    const once = asked.map((one) => JSON.stringify(determine(one, view)))
    const again = asked
      .toReversed()
      .map((one) => JSON.stringify(determine(one, view)))
      .toReversed()
    for (const [at, wanted] of fresh.entries())
      if (once[at] !== wanted || again[at] !== wanted) t.fail(`world ${seed}, variant ${at}`)
  }
  t.pass(`${worlds} worlds`)
  t.end()
})

t.test('no more is memoize than twice the bound, and what is asked again stays', (t) => {
  const owner = {}
  const remembers = memoizeByKey<object, string>(10)
  let worked = 0
  const ask = (key: string): string => remembers(owner, key, () => `${key} ${++worked}`)
  const first = ask('often')
  const stays = Array.from({ length: 1000 }, (_, at) => {
    ask(`key-${at}`)
    return ask('often') === first
  })
  t.ok(stays.every(Boolean))
  t.equal(worked, 1001, 'each key was worked out once')
  ask('key-0')
  t.equal(worked, 1002, 'what was not asked again is forgotten')
  t.equal(
    remembers({}, 'often', () => 'of another owner'),
    'of another owner',
  )
  t.end()
})

t.test('what is large is kept once it is asked for again', (t) => {
  const owner = {}
  const remembers = memoizeRepeated<object, string>(16)
  let worked = 0
  const ask = (key: string): string => remembers(owner, key, () => `${key} ${++worked}`)
  t.strictSame(['a', 'a', 'a', 'a'].map(ask), ['a 1', 'a 2', 'a 2', 'a 2'])
  for (let at = 0; at < 1000; at++) t.ok(ask(`once-${at}`).startsWith(`once-${at} `))
  t.equal(ask('a'), 'a 2', 'what came once has not driven it out')
  for (let at = 0; at < 40; at++) {
    ask(`twice-${at}`)
    ask(`twice-${at}`)
  }
  t.equal(ask('a'), `a ${worked}`, 'what is asked for again has')
  t.equal(
    remembers({}, 'a', () => 'of another owner'),
    'of another owner',
  )
  t.end()
})
