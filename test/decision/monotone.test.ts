// Invariants 3 and 7: the date of service chooses, and more never becomes more lenient.
import fc from 'fast-check'
import t from 'tap'
import type { PolicyContent, Rule } from '../../src/decision/policy.js'
import { always, anyWorld, answer, runs } from './worlds.js'

t.test('a policy that ended before every date of service changes nothing', async t => {
  always(({ request, content }) => {
    const [first] = content.policies
    if (first === undefined) return
    const retired = { ...first, policyId: 'retired-long-ago', versions: first.versions.slice(0, 1).map(version => ({ ...version, from: '1990-01-01', to: '1990-02-01' })) }
    const before = JSON.stringify(answer(request, content))
    if (before !== JSON.stringify(answer(request, { ...content, policies: [...content.policies, retired] }))) throw new Error('a retired policy speaks')
  })
  t.pass(`${runs} worlds`)
})

t.test('a version that begins after every date of service changes nothing where an earlier one is in force', async t => {
  always(({ request, content }) => {
    const extended = content.policies.map(policy => {
      const last = policy.versions.at(-1)
      if (last === undefined || last.to !== undefined) return policy
      return { ...policy, versions: [...policy.versions.slice(0, -1), { ...last, to: '2080-01-01' }, { ...last, versionId: 'next', from: '2080-01-01', rules: last.rules.slice(0, 1) }] }
    })
    const plain = (policies: PolicyContent['policies']): string => JSON.stringify(answer(request, { ...content, policies }), (key, value: unknown) => key === 'effectiveTo' ? undefined : value)
    if (plain(content.policies) !== plain(extended)) throw new Error('a future version speaks')
  })
  t.pass(`${runs} worlds`)
})

t.test('adding a counted service never makes a frequency answer more lenient', async t => {
  const order = ['within-limit', 'indeterminate', 'too-soon', 'exceeds-limit']
  fc.assert(fc.property(anyWorld, fc.nat(400), ({ request, content }, daysAgo) => {
    const [line] = request.serviceLines
    // Conditions on history decide which rule applies; the property is about the rules that do.
    if (line === undefined || request.serviceHistory === undefined || JSON.stringify(content.policies).includes('previousService')) return
    const added = { procedureCode: line.procedureCode, dateOfService: `2027-${String(daysAgo % 12 + 1).padStart(2, '0')}-${String(daysAgo % 28 + 1).padStart(2, '0')}`, units: 1, claimStatus: 'paid' as const }
    const before = answer(request, content).lines
    const after = answer({ ...request, serviceHistory: [...request.serviceHistory, added] }, content).lines
    before.forEach(({ frequency }, at) => {
      const now = after[at]?.frequency.status ?? ''
      if (frequency.status.startsWith('within') ? false : isMoreLenient(frequency.status, now)) throw new Error(`${frequency.status} became ${now}`)
    })
  }), { numRuns: runs, seed: 20261124 })
  t.pass(`${runs} worlds`)

  function isMoreLenient (was: string, is: string): boolean {
    // Too soon and too often are both a no; which of the two is named does not matter here.
    return order.indexOf(is) < order.indexOf(was) && !(was === 'exceeds-limit' && is === 'too-soon')
  }
})

t.test('more units never turn exceeds into within', async t => {
  fc.assert(fc.property(anyWorld, fc.integer({ min: 1, max: 50 }), ({ request, content }, more) => {
    const lines = request.serviceLines.map(({ administeredDose: _, ...line }) => line)
    const plain = { ...content, policies: withoutUnitConditions(content.policies) }
    const before = answer({ ...request, serviceLines: lines }, plain).lines
    const after = answer({ ...request, serviceLines: lines.map(line => line.units === undefined ? line : { ...line, units: line.units + more }) }, plain).lines
    before.forEach(({ units }, at) => {
      if (units.status === 'exceeds-limit' && after[at]?.units.status !== 'exceeds-limit') throw new Error('more units are allowed than fewer')
      if (units.status === 'indeterminate' && after[at]?.units.status === 'within-limit') throw new Error('more units made it certain')
    })
  }), { numRuns: runs, seed: 20261124 })
  t.pass(`${runs} worlds`)
})

/** Conditions that ask for the number of units decide which limit applies; left out, as the property is about the limits. */
function withoutUnitConditions (policies: PolicyContent['policies']): PolicyContent['policies'] {
  const free = (rule: Rule): boolean => rule.when === undefined || !JSON.stringify(rule.when).includes('"units"')
  return policies.map(policy => ({ ...policy, versions: policy.versions.map(version => ({ ...version, rules: version.rules.filter(free) })) }))
}
