// Packed policies give back exactly what was packed, and answer every question as a plain walk over the objects does.
import { deepStrictEqual } from 'node:assert'
import { isDeepStrictEqual } from 'node:util'
import t, { type Test } from 'tap'
import * as fc from 'fast-check'
import { inProcedures } from '../../src/decision/shapes/codes.js'
import type { Policy } from '../../src/decision/shapes/policy.js'
import { inFixedOrder } from '../../src/policies/lists/fixed-order.js'
import { Decoder } from '../../src/policies/lists/packed/decode.js'
import { GrowingArray } from '../../src/policies/lists/packed/growing-array.js'
import { PolicyCache } from '../../src/policies/lists/packed/policy-cache.js'
import { Dictionary } from '../../src/policies/lists/packed/dictionary.js'
import { Encoder } from '../../src/policies/lists/packed/encode.js'
import { PackedBuilder } from '../../src/policies/lists/packed/packed-builder.js'
import { PackedList } from '../../src/policies/lists/packed/packed-list.js'
import { PlainPolicies } from '../../src/policies/lists/plain-list.js'
import { byText, type PolicyList } from '../../src/policies/lists/policy-list.js'
import { readPacks } from '../../src/policies/packs/read-packs.js'
import { mergeContent, validatePacks } from '../../src/policies/packs/pack.js'
import { pairs } from '../oracle/generate.js'
import { worldsOf } from '../support/short.js'

const runs = Number(process.env['PROPERTY_RUNS'] ?? worldsOf(150, 40))

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    '0',
    '007',
    '\u0000',
    'a\u00001',
    '\ud800',
    'ÿ',
    'Ā',
    '9'.repeat(40),
    '1e5',
    'p0000017-v03',
    '2026-01-05',
  ),
  fc.nat().map((number) => `https://example.org/p${number}/00${number}?v=${number % 7}`),
  fc.string({ minLength: 301, maxLength: 340 }),
)
const data = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.nat(),
    fc.constantFrom(0, -0, 2 ** 24 - 1, 2 ** 24, 2 ** 53 - 1, 0.1),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 6, noNullPrototype: true },
    ),
  ),
})).value

t.test('whatever JSON can say is read back as it was, alone and among others', (t) => {
  fc.assert(
    fc.property(fc.array(data, { minLength: 1, maxLength: 8 }), (values) => {
      const dictionary = new Dictionary()
      const encoder = new Encoder(dictionary)
      // Three times: a text is written out at first, and named once it recurs.
      for (let time = 0; time < 3; time++) {
        const records = values.map((value) => Buffer.from(encoder.record(value, value)))
        const decoder = new Decoder(dictionary)
        for (const [at, record] of records.entries()) {
          const read = decoder.open(Buffer.concat([Buffer.from([1, 2, 3]), record]), 3)
          for (const _ of [1, 2]) deepStrictEqual(read.value(), values[at])
          if (read.position !== record.length + 3)
            throw new Error(`read ${read.position - 3} of ${record.length} bytes`)
        }
      }
    }),
    { numRuns: runs },
  )
  t.end()
})

t.test('objects of like keys are told apart', async (t) => {
  const dictionary = new Dictionary()
  const encoder = new Encoder(dictionary)
  const objects = [
    {},
    { '': 0 },
    { 'a\nb': 1 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
    { a: 1, 'b\n': 2 },
    { 'a\n': 1, b: 2 },
  ]
  for (const value of [...objects, ...objects]) {
    const read = new Decoder(dictionary).open(Buffer.from(encoder.record(value)), 0).value()
    t.strictSame([read, Object.keys(read as object)], [value, Object.keys(value)])
  }
})

t.test('fields that are absent or undefined stay absent', async (t) => {
  const dictionary = new Dictionary()
  const bytes = new Encoder(dictionary).record({ a: undefined, b: 1, c: { d: undefined } })
  t.strictSame(Object.keys(new Decoder(dictionary).open(bytes, 0).value() as object), ['b', 'c'])
})

/** What the list must say, found by looking at every policy. */
function naive(policies: readonly Policy[]) {
  const sorted = [...policies].sort((a, b) => byText(a.policyId, b.policyId))
  return {
    sorted,
    naming: (policySetId: string, code: string) =>
      sorted
        .filter(
          (policy) =>
            policy.policySetId === policySetId &&
            policy.versions.some(({ rules }) =>
              rules.some(({ procedures }) => inProcedures(code, procedures)),
            ),
        )
        .map(inFixedOrder),
  }
}

function same(t: Test, list: PolicyList, policies: readonly Policy[], name: string): void {
  const { sorted, naming } = naive(policies)
  t.strictSame([...list], sorted, `${name}: all of them, in order`)
  const { packedBytes: _, ...counts } = list.counts
  const versions = sorted.flatMap((policy) => policy.versions)
  t.strictSame(
    counts,
    {
      policies: sorted.length,
      policyVersions: versions.length,
      rules: versions.flatMap(({ rules }) => rules).length,
    },
    `${name}: counts`,
  )
  const entries = new Set(
    versions
      .flatMap(({ rules }) => rules.flatMap(({ procedures }) => procedures))
      .flatMap((entry) => entry.split('-')),
  )
  const codes = [
    ...entries,
    ...[...entries].flatMap((code) => [`${code.slice(0, 4)}0`, `${code.slice(0, 4)}Z`]),
    'A0000',
    'ZZZZZ',
    '',
    'constructor',
  ]
  for (const set of new Set([...sorted.map(({ policySetId }) => policySetId), 'no-set'])) {
    for (const code of codes)
      if (!isDeepStrictEqual(list.naming(set, code), naming(set, code)))
        return void t.strictSame(list.naming(set, code), naming(set, code), `${name}: ${code} of ${set}`)
  }
  for (const [at, policy] of sorted.entries()) {
    if (!isDeepStrictEqual(list.byId(policy.policyId), policy))
      return void t.strictSame(list.byId(policy.policyId), policy, `${name}: by id`)
    if (at % 7 === 0)
      t.strictSame(
        [...list.after(policy.policyId)].map(({ policyId }) => policyId),
        sorted.slice(at + 1).map(({ policyId }) => policyId),
      )
  }
  for (const id of ['', 'nobody', '~', ...sorted.map(({ policyId }) => `${policyId}0`)])
    t.equal(list.byId(id), undefined)
}

async function packed(policies: readonly Policy[]): Promise<PackedList> {
  const builder = new PackedBuilder()
  for (const policy of naive(policies).sorted) builder.addForeign(policy)
  return new PackedList(await builder.finish())
}

/** Policies of many generated worlds, as one lot: ids of their own, the sets in common. */
function generated(seed: number, worlds: number): Policy[] {
  return [...pairs(seed, worlds)].flatMap(({ content }, world) =>
    content.policies.map((policy) => ({ ...policy, policyId: `w${world}-${policy.policyId}` })),
  )
}

t.test('the starter packs, packed', async (t) => {
  const { packs } = validatePacks(
    (await readPacks(new URL('../../policies', import.meta.url).pathname)).packs,
  )
  const { policies } = mergeContent(packs.map(({ content }) => content))
  t.ok(policies.length >= 30)
  same(t, await packed(policies), policies, 'packed')
  same(t, new PlainPolicies(policies), policies, 'plain')
})

t.test('generated policies, packed, changed and packed again', async (t) => {
  for (const seed of [1, 2]) {
    const first = generated(seed, 12)
    const list = await packed(first)
    same(t, list, first, 'packed')
    const [others, added] = [generated(seed + 100, 12), generated(seed + 200, 15).slice(-8)]
    // A third is ended, a third says what another does, and some are new.
    const changes = new Map<string, Policy | undefined>(
      first.flatMap((policy, at): Array<[string, Policy | undefined]> =>
        at % 3 === 0
          ? [[policy.policyId, undefined]]
          : at % 3 === 1
            ? [[policy.policyId, { ...(others[at % others.length] as Policy), policyId: policy.policyId }]]
            : [],
      ),
    )
    for (const policy of added) changes.set(policy.policyId, policy)
    changes.set('never-held', undefined)
    const after = [
      ...first.filter(({ policyId }) => !changes.has(policyId)),
      ...[...changes.values()].flatMap((policy) => policy ?? []),
    ]
    const changed = list.changed(changes)
    same(t, changed, after, 'changed')
    same(t, new PlainPolicies(first).changed(changes), after, 'plain, changed')
    const again = await changed.repacked()
    same(t, again, after, 'packed again')
    t.equal(again.unpacked, 0)
    const back = new Map<string, Policy | undefined>([
      ...after.map(({ policyId }): [string, undefined] => [policyId, undefined]),
      ...first.map((policy): [string, Policy] => [policy.policyId, policy]),
    ])
    same(t, again.changed(back), first, 'and back')
    same(t, await (await again.changed(back).repacked()).repacked(), first, 'and back, packed twice')
    same(t, list, first, 'the list of the start, as a request in flight has it')
  }
})

t.test('many changes leave nothing behind for good', async (t) => {
  const first = generated(7, 10)
  let list = await packed(first.map((policy) => ({ ...policy, title: 'A title'.padEnd(50_000, '.') })))
  const { packedBytes } = list.counts
  for (let round = 0; round < 12; round++) {
    list = await list
      .changed(
        new Map(
          first.map((policy) => [
            policy.policyId,
            { ...policy, title: `Round ${round}`.padEnd(50_000, '.') },
          ]),
        ),
      )
      .repacked()
  }
  t.ok(list.counts.packedBytes < packedBytes * 3, `${packedBytes} bytes became ${list.counts.packedBytes}`)
  t.ok([...list].every(({ title }) => title.startsWith('Round 11.')))
})

t.test('asking adds nothing, and what is asked for often stays the same object', async (t) => {
  const policies = generated(11, 10)
  const list = await packed(policies)
  const [policy] = policies as [Policy]
  const code = policy.versions[0]?.rules[0]?.procedures[0]?.split('-')[0] ?? ''
  const before = list.counts.packedBytes
  for (let at = 0; at < 20_000; at++) list.naming(policy.policySetId, `X${at}`)
  list.naming(`set ${code}`, code)
  t.equal(list.counts.packedBytes, before)
  list.naming(policy.policySetId, code)
  const objects = list.naming(policy.policySetId, code)
  t.ok(objects.length > 0)
  t.ok(list.naming(policy.policySetId, code).every((one, at) => one === objects[at]))
})

t.test('the cache gives a policy for its own number only, and no more than its bound', async (t) => {
  const kept = (policyId: string, size = 10) => {
    const [policy] = generated(17, 1) as [Policy]
    return { policy: { ...policy, policyId }, ordered: { ...policy, policyId }, size }
  }
  const cache = new PolicyCache(4, 25)
  const keepTwice = (number: number, one: ReturnType<typeof kept>): void => {
    for (const _ of [1, 2]) cache.offer(number, one)
  }
  cache.offer(1, kept('one'))
  t.equal(cache.find(1), undefined, 'what is read once is not cached')
  cache.offer(1, kept('one'))
  t.equal(cache.find(1)?.policy.policyId, 'one')
  for (const other of [0, 5, 9, 2])
    t.equal(cache.find(other), undefined, `${other}, of the same place or not`)
  keepTwice(5, kept('five'))
  t.equal(cache.find(5)?.policy.policyId, 'five')
  t.equal(cache.find(1), undefined, 'it gave its place up')
  keepTwice(2, kept('two'))
  keepTwice(3, kept('three'))
  const left = [5, 2, 3].filter((number) => cache.find(number) !== undefined)
  t.ok(left.length === 2 && left.includes(3), `30 bytes are more than 25: ${left.join()} are left`)
  keepTwice(3, kept('three', 26))
  t.equal(cache.find(3), undefined, 'one that alone is too large is not cached')
})

t.test('rules that many policies share are one object', async (t) => {
  const [policy] = generated(13, 1) as [Policy]
  const copies = Array.from({ length: 40 }, (_, at): Policy => ({
    ...structuredClone(policy),
    policyId: `copy-${String(at).padStart(2, '0')}`,
  }))
  const list = [...(await packed(copies))]
  t.ok(
    list
      .slice(2)
      .every(({ versions }) => versions.every(({ rules }, at) => rules === list[2]?.versions[at]?.rules)),
    'from the third on: the first time nothing is known to recur',
  )
})

t.test('a list of numbers has all that were put in, however many', async (t) => {
  const numbers = new GrowingArray(2)
  for (let at = 0; at < 1_000; at++) numbers.push(at * 3)
  t.equal(numbers.length, 1_000)
  t.ok(Array.from({ length: 1_000 }, (_, at) => numbers.at(at)).every((number, at) => number === at * 3))
})
