// Lists of policies at their edges: two lists as one, a list that grows until it is packed, very many lists of codes, and texts of every size.
import t from 'tap'
import type { Policy } from '../../src/decision/shapes/policy.js'
import { inFixedOrder } from '../../src/policies/lists/fixed-order.js'
import { withChanges } from '../../src/policies/lists/build-list.js'
import { MergedPolicies } from '../../src/policies/lists/merged-list.js'
import { CodeLists } from '../../src/policies/lists/packed/code-lists.js'
import { Decoder } from '../../src/policies/lists/packed/decode.js'
import { Dictionary } from '../../src/policies/lists/packed/dictionary.js'
import { Encoder } from '../../src/policies/lists/packed/encode.js'
import { PackedBuilder } from '../../src/policies/lists/packed/packed-builder.js'
import { PackedList } from '../../src/policies/lists/packed/packed-list.js'
import { RepeatedTexts } from '../../src/policies/lists/packed/repeated-texts.js'
import { PlainPolicies } from '../../src/policies/lists/plain-list.js'
import type { PolicyList } from '../../src/policies/lists/policy-list.js'
import { aPolicy, aVersion } from '../store/sample.js'

const policy = (policyId: string, title = policyId): Policy => ({
  ...aPolicy(policyId, aVersion('1', '2024-01-01')),
  title,
})
/** A policy of another set, for another procedure. */
function elsewhere(policyId: string): Policy {
  const one = policy(policyId)
  const [version] = one.versions
  if (version === undefined) throw new Error('a version is missing')
  const rules = version.rules.map((rule) => ({ ...rule, procedures: ['J3425'] }))
  return { ...one, policySetId: 'own', versions: [{ ...version, rules }] }
}
const titles = (policies: Iterable<Policy>): string[] => [...policies].map(({ title }) => title)

async function packed(...policies: readonly Policy[]): Promise<PackedList> {
  const builder = new PackedBuilder()
  for (const one of policies) builder.addForeign(one)
  return new PackedList(await builder.finish())
}

t.test('public policies and those of a tenant, as one list', async (t) => {
  const list = new MergedPolicies(
    new PlainPolicies([policy('a'), policy('b', 'public b'), policy('d')]),
    new PlainPolicies([policy('b', 'own b'), policy('c'), elsewhere('e')]),
  )
  t.strictSame(titles(list), ['a', 'public b', 'own b', 'c', 'd', 'e'])
  t.strictSame(titles(list.naming('cms-mcd', 'J3420')), ['a', 'public b', 'own b', 'c', 'd'], 'of both')
  t.strictSame(titles(list.naming('own', 'J3425')), ['e'], 'of the tenant alone')
  t.strictSame(titles(list.naming('own', 'J3420')), [], 'of neither')
  t.equal(list.byId('b')?.title, 'own b', 'the tenant has it otherwise')
  t.equal(list.byId('d')?.title, 'd')
  t.equal(list.byId('nobody'), undefined)
  t.strictSame(titles(list.after('b')), ['c', 'd', 'e'])
  t.strictSame(titles(list.after(undefined)), titles(list))
  const without = new MergedPolicies(new PlainPolicies([policy('a')]), new PlainPolicies([]))
  t.strictSame(titles(without.naming('cms-mcd', 'J3420')), ['a'], 'of the public alone')
  const changed = list.changed(
    new Map([
      ['a', undefined],
      ['b', undefined],
    ]),
  )
  t.strictSame(titles(changed), ['a', 'public b', 'c', 'd', 'e'], 'only its own are the tenant’s to change')
})

t.test('asked for what comes after no id, a list gives all', async (t) => {
  const all = [policy('a'), policy('b')]
  const lists: readonly PolicyList[] = [new PlainPolicies(all), await packed(...all)]
  for (const list of lists) t.strictSame(titles(list.after(undefined)), ['a', 'b'])
})

t.test('a plain list that grows past its bound by changes is packed, and says the same', async (t) => {
  const list = new PlainPolicies([policy('b'), policy('d')])
  const few = await withChanges(list, new Map([['a', policy('a')]]), 3)
  t.ok(few instanceof PlainPolicies)
  const many = await withChanges(few, new Map([['c', policy('c')]]), 3)
  t.ok(many instanceof PackedList)
  t.strictSame(
    [...many],
    [policy('a'), policy('b'), policy('c'), policy('d')],
    'all of them, in the order of their ids',
  )
})

t.test(
  'rules are ordered by id; a version whose rules are in order stays the object that it is',
  async (t) => {
    const [first, second] = [aVersion('1', '2024-01-01', '2025-01-01'), aVersion('2', '2025-01-01')]
    const [rule] = first.rules
    if (rule === undefined) throw new Error('a rule is missing')
    const mixed = { ...first, rules: [{ ...rule, ruleId: 'r2' }, rule] }
    const { versions } = inFixedOrder(aPolicy('a', mixed, second))
    t.strictSame(
      versions[0]?.rules.map(({ ruleId }) => ruleId),
      ['r1', 'r2'],
    )
    t.equal(versions[1], second)
  },
)

t.test('more lists of codes than are told apart: each still says its own codes', async (t) => {
  const lists = new CodeLists()
  const codesOf = (at: number): string[] => ['J3420', `X${at}`]
  const numbers = Array.from({ length: 70_000 }, (_, at) => lists.add(codesOf(at)))
  const read = (number: number): string[] =>
    Array.from(
      { length: lists.lengthOf(number) },
      (_, at) => lists.codes[lists.codeAt(number, at)] ?? 'no code',
    )
  t.ok(
    numbers.every((number, at) => read(number).join() === codesOf(at).join()),
    'every list reads back',
  )
  t.equal(lists.add(codesOf(0)), numbers[0], 'a list of the first is known again')
  t.strictSame(read(lists.add(codesOf(69_999))), codesOf(69_999), 'one of the last is held twice')
})

t.test('a record may be larger than the room that is there for it', async (t) => {
  const dictionary = new Dictionary()
  const encoder = new Encoder(dictionary)
  const values = ['Ā'.repeat(200_000), 'short', 'y'.repeat(700_000)]
  const record = Buffer.from(encoder.record(values))
  t.strictSame(new Decoder(dictionary).open(record, 0).value(), values)
})

t.test('a text whose digest is zero is not taken for one that was here', async (t) => {
  const digestZero = '\u00cc$1\u00c4' // FNV-1a of these four is 0, which an empty place holds too
  const texts = new RepeatedTexts()
  t.strictSame([texts.wasHere(digestZero), texts.wasHere(digestZero)], [false, true])
})
