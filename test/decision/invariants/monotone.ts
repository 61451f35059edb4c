// Invariants 3 and 7: the date of service chooses, and more never becomes more lenient.
import type { PolicyContent } from '../../../src/decision/shapes/policy.js'
import type { Rule } from '../../../src/decision/shapes/rule.js'
import type { Invariant } from '../worlds.js'

const retiredSilent: Invariant = async ({ request, content, baseText, answer }) => {
  const [first] = content.policies
  if (first === undefined) return
  const retired = {
    ...first,
    policyId: 'retired-long-ago',
    versions: first.versions
      .slice(0, 1)
      .map((version) => ({ ...version, from: '1990-01-01', to: '1990-02-01' })),
  }
  if (
    baseText !==
    JSON.stringify(await answer(request, { ...content, policies: [...content.policies, retired] }))
  )
    throw new Error('a retired policy speaks')
}

const futureSilent: Invariant = async ({ request, content, baseText, answer }) => {
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
  const after = JSON.stringify(await answer(request, { ...content, policies: extended }))
  if (baseText !== after && withoutEnds(baseText) !== withoutEnds(after))
    throw new Error('a future version speaks')
}

// The version in force now has an end, which its citations show.
function withoutEnds(decision: string): string {
  return decision.replaceAll(/,"effectiveTo":"[^"]*"/g, '')
}

const leniency = ['within-limit', 'indeterminate', 'too-soon', 'exceeds-limit']

const moreHistory: Invariant = async ({ request, content, base, policiesText, by, answer }) => {
  const [line] = request.serviceLines
  // Conditions on history decide which rule applies; the property is about the rules that do.
  if (line === undefined || request.serviceHistory === undefined || policiesText.includes('previousService'))
    return
  // So does a phase that follows from the number of services.
  if (request.treatment?.phase === undefined && policiesText.includes('"loading":{')) return
  const dateOfService = `2027-${String((by % 12) + 1).padStart(2, '0')}-${String((by % 28) + 1).padStart(2, '0')}`
  const added = { procedureCode: line.procedureCode, dateOfService, units: 1, claimStatus: 'paid' as const }
  const after = (await answer({ ...request, serviceHistory: [...request.serviceHistory, added] }, content))
    .lines
  base.lines.forEach(({ frequency: { status: was } }, at) => {
    const is = after[at]?.frequency.status ?? ''
    // Too soon and too often are both a no; which of the two is named does not matter here.
    if (leniency.indexOf(is) < leniency.indexOf(was) && !(was === 'exceeds-limit' && is === 'too-soon'))
      throw new Error(`${was} became ${is}`)
  })
}

const moreUnits: Invariant = async ({ request, content, by, answer }) => {
  // A dose or a quantity of the drug says units too; what agrees with more units only is no leniency.
  const lines = request.serviceLines.map(({ administeredDose: _dose, ndc: _ndc, ...line }) => line)
  const plain = { ...content, policies: withoutUnitConditions(content.policies) }
  const before = (await answer({ ...request, serviceLines: lines }, plain)).lines
  const after = (
    await answer(
      {
        ...request,
        serviceLines: lines.map((line) =>
          line.units === undefined ? line : { ...line, units: line.units + 1 + (by % 50) },
        ),
      },
      plain,
    )
  ).lines
  before.forEach(({ units }, at) => {
    if (units.status === 'exceeds-limit' && after[at]?.units.status !== 'exceeds-limit')
      throw new Error('more units are allowed than fewer')
    if (units.status === 'indeterminate' && after[at]?.units.status === 'within-limit')
      throw new Error('more units made it certain')
  })
}

/** A line more, of any code of the world, on the day of the first line: what conflicted conflicts still. */
const moreLines: Invariant = async ({ request, content, base, policiesText, by, answer }) => {
  const [line] = request.serviceLines
  // A companion, or units that now count, may decide whether a rule speaks; the property is about pairs.
  if (line === undefined || policiesText.includes('"companion"')) return
  const procedureCode = ['J3420', 'J3425', '96372'][by % 3] ?? 'J3420'
  const added = { ...line, lineNumber: 77, procedureCode, modifiers: by % 2 === 0 ? ['59'] : [] }
  const after = (await answer({ ...request, serviceLines: [...request.serviceLines, added] }, content)).lines
  base.lines.forEach(({ claimLine: { status: was } }, at) => {
    const is = after[at]?.claimLine.status
    if (was === 'conflicting' && is !== 'conflicting')
      throw new Error(`with a line more, conflicting became ${is}`)
  })
}

/**
 * Conditions that ask for the number of units decide which limit applies; left out, as the property is about the limits. A policy without
 * one stays the same object, which is compiled already.
 */
function withoutUnitConditions(policies: PolicyContent['policies']): PolicyContent['policies'] {
  return policies.map((policy) =>
    policy.versions.every((version) => version.rules.every(asksForNoUnits))
      ? policy
      : {
          ...policy,
          versions: policy.versions.map((version) => ({
            ...version,
            rules: version.rules.filter(asksForNoUnits),
          })),
        },
  )
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
