// Invariants 3 and 7: the date of service chooses, and more never becomes more lenient.
import type { PolicyContent } from '../../../src/decision/shapes/policy.js'
import type { Rule } from '../../../src/decision/shapes/rule.js'
import type { Invariant } from '../worlds.js'

const retiredSilent: Invariant = async ({ request, content, text, textOf }) => {
  const [first] = content.policies
  if (first === undefined) return
  const retired = {
    ...first,
    policyId: 'retired-long-ago',
    versions: first.versions
      .slice(0, 1)
      .map((version) => ({ ...version, from: '1990-01-01', to: '1990-02-01' })),
  }
  if (text !== (await textOf(request, { ...content, policies: [...content.policies, retired] })))
    throw new Error('a retired policy speaks')
}

const futureSilent: Invariant = async ({ request, content, text, textOf }) => {
  const extended = content.policies.map((policy) => {
    const last = policy.versions.at(-1)
    if (last === undefined || last.to !== undefined) return policy
    return {
      ...policy,
      versions: [
        ...policy.versions.slice(0, -1),
        { ...last, to: '2080-01-01' },
        { ...last, versionId: 'next', from: '2080-01-01', rules: last.rules.slice(0, 1) },
      ],
    }
  })
  const after = await textOf(request, { ...content, policies: extended })
  if (text !== after && withoutEnds(text) !== withoutEnds(after)) throw new Error('a future version speaks')
}

// The version in force now has an end, which its citations show.
function withoutEnds(decision: string): string {
  return decision.replaceAll(/,"effectiveTo":"[^"]*"/g, '')
}

const leniency = ['within-limit', 'indeterminate', 'too-soon', 'exceeds-limit']

const moreHistory: Invariant = async ({ request, content, base, policiesText, by, statuses }) => {
  const [line] = request.serviceLines
  // Conditions on history decide which rule applies; the property is about the rules that do.
  if (line === undefined || request.serviceHistory === undefined || policiesText.includes('previousService'))
    return
  // So does a phase that follows from the number of services.
  if (request.treatment?.phase === undefined && policiesText.includes('"loading":{')) return
  const dateOfService = `2027-${String((by % 12) + 1).padStart(2, '0')}-${String((by % 28) + 1).padStart(2, '0')}`
  const added = { procedureCode: line.procedureCode, dateOfService, units: 1, claimStatus: 'paid' as const }
  const after = await statuses({ ...request, serviceHistory: [...request.serviceHistory, added] }, content)
  base.lines.forEach(({ frequency: { status: was } }, at) => {
    const is = after[at]?.frequency.status ?? ''
    // Too soon and too often are both a no; which of the two is named does not matter here.
    if (leniency.indexOf(is) < leniency.indexOf(was) && !(was === 'exceeds-limit' && is === 'too-soon'))
      throw new Error(`${was} became ${is}`)
  })
}

const moreUnits: Invariant = async ({ request, content, base, by, statuses }) => {
  // A dose or a quantity of the drug says units too; what agrees with more units only is no leniency.
  const says = request.serviceLines.some(
    (line) => line.administeredDose !== undefined || line.ndc !== undefined,
  )
  const lines = says
    ? request.serviceLines.map(({ administeredDose: _dose, ndc: _ndc, ...line }) => line)
    : request.serviceLines
  // Without units on any line there are no more units.
  if (lines.every((line) => line.units === undefined)) return
  const policies = withoutUnitConditions(content.policies)
  const plain = policies === content.policies ? content : { ...content, policies }
  const before =
    says || plain !== content ? await statuses({ ...request, serviceLines: lines }, plain) : base.lines
  const more = lines.map((line) =>
    line.units === undefined ? line : { ...line, units: line.units + 1 + (by % 50) },
  )
  const after = await statuses({ ...request, serviceLines: more }, plain)
  before.forEach(({ units }, at) => {
    if (units.status === 'exceeds-limit' && after[at]?.units.status !== 'exceeds-limit')
      throw new Error('more units are allowed than fewer')
    if (units.status === 'indeterminate' && after[at]?.units.status === 'within-limit')
      throw new Error('more units made it certain')
  })
}

/** A line more, of any code of the world, on the day of the first line: what conflicted conflicts still. */
const moreLines: Invariant = async ({ request, content, base, policiesText, by, statuses }) => {
  const [line] = request.serviceLines
  // A companion, or units that now count, may decide whether a rule speaks; the property is about pairs.
  if (line === undefined || policiesText.includes('"companion"')) return
  const procedureCode = ['J3420', 'J3425', '96372'][by % 3] ?? 'J3420'
  const added = { ...line, lineNumber: 77, procedureCode, modifiers: by % 2 === 0 ? ['59'] : [] }
  const after = await statuses({ ...request, serviceLines: [...request.serviceLines, added] }, content)
  base.lines.forEach(({ claimLine: { status: was } }, at) => {
    const is = after[at]?.claimLine.status
    if (was === 'conflicting' && is !== 'conflicting')
      throw new Error(`with a line more, conflicting became ${is}`)
  })
}

/** Conditions that ask for the number of units decide which limit applies; left out, as the property is about the limits. Policies without one stay the same objects, which are compiled already. */
function withoutUnitConditions(policies: PolicyContent['policies']): PolicyContent['policies'] {
  const asks = (policy: PolicyContent['policies'][number]): boolean =>
    policy.versions.some((version) => !version.rules.every(asksForNoUnits))
  return policies.some(asks)
    ? policies.map((policy) =>
        asks(policy)
          ? {
              ...policy,
              versions: policy.versions.map((version) => ({
                ...version,
                rules: version.rules.filter(asksForNoUnits),
              })),
            }
          : policy,
      )
    : policies
}

function asksForNoUnits(rule: Rule): boolean {
  return rule.when === undefined || !JSON.stringify(rule.when).includes('"units"')
}

/** Invariants 3 and 7, by name. */
export const monotone: Readonly<Record<string, Invariant>> = {
  'a policy that ended before every date of service changes nothing': retiredSilent,
  'a version that begins after every date of service changes nothing where an earlier one is in force':
    futureSilent,
  'adding a counted service never makes a frequency answer more lenient': moreHistory,
  'a line more never takes a conflict away': moreLines,
  'more units never turn exceeds into within': moreUnits,
}
