import { setImmediate } from 'node:timers/promises'
import { atomsOf, codeSetsOfRule, conditionsOf, diagnosesIn } from '../../../decision/conditions/walk.js'
import type { CodeSet, Policy } from '../../../decision/shapes/policy.js'
import { memoize } from '../../../decision/memoize.js'
import type { Rule } from '../../../decision/shapes/rule.js'
import type { LoadedContent, PolicyList } from '../../../policies/lists/policy-list.js'
import { byKey } from '../lists/paging.js'

const longestMs = 8

/** The policy of an id as reads show it, with its versions by date. */
export function policyOfId({ policies }: LoadedContent, policyId: string): Policy | undefined {
  const policy = policies.byId(policyId)
  return policy === undefined
    ? undefined
    : { ...policy, versions: [...policy.versions].sort(byKey((version) => version.from)) }
}

/**
 * A page of the policies that match, in the order of their ids. It may have to look at all
 * policies, so it lets the event loop turn. Where public policy has taken the id of a tenant's
 * policy, reads show the tenant's, which comes second; decisions use both.
 */
export async function findPolicies(
  policies: PolicyList,
  isWanted: (policy: Policy) => boolean,
  { after, atMost = Infinity }: { after?: string | undefined; atMost?: number } = {},
): Promise<Policy[]> {
  const found: Policy[] = []
  let since = performance.now()
  for (const policy of lastOfEach(policies.after(after))) {
    if (performance.now() - since > longestMs) {
      await setImmediate()
      since = performance.now()
    }
    if (isWanted(policy) && found.push(policy) >= atMost) break
  }
  return found
}

function* lastOfEach(policies: Iterable<Policy>): Generator<Policy> {
  let last: Policy | undefined
  for (const policy of policies) {
    if (last !== undefined && last.policyId !== policy.policyId) yield last
    last = policy
  }
  if (last !== undefined) yield last
}

/**
 * Policies with a version that names the (normalized) diagnosis code, directly or in a code set.
 */
export async function namingDiagnosis(
  policies: PolicyList,
  code: string,
  isInCodeSet: (codeSetId: string) => boolean,
): Promise<Policy[]> {
  const names = (rules: readonly Rule[]): boolean => {
    const { codeSets, codes } = namesOf(rules)
    return (
      [...codeSets].some(isInCodeSet) ||
      [...codes].some((one) => one === code || (one.endsWith('*') && code.startsWith(one.slice(0, -1))))
    )
  }
  const known = new Map<object, boolean>()
  return await findPolicies(policies, ({ versions }) =>
    versions.some(({ rules }) => {
      const answer = known.get(rules) ?? names(rules)
      // Cache of rules that policies share; bounded, because most rules belong to one policy.
      if (known.size < 10_000) known.set(rules, answer)
      return answer
    }),
  )
}

/** The named code sets of a content, by name. */
export function codeSetsNamed({ codeSets }: LoadedContent, names: ReadonlySet<string>): CodeSet[] {
  return codeSets.filter(({ codeSetId }) => names.has(codeSetId)).sort(byKey(({ codeSetId }) => codeSetId))
}

interface Names {
  readonly codeSets: ReadonlySet<string>
  readonly codes: ReadonlySet<string>
}

const namesOf = memoize((rules: readonly Rule[]): Names => {
  const codes = rules.flatMap((rule) => [
    ...diagnosesIn(conditionsOf(rule).flatMap(atomsOf)).flatMap((atom) => atom.codes ?? []),
    ...(rule.kind === 'diagnosis' ? (rule.conditionalCodes ?? []).flatMap((entry) => entry.codes) : []),
  ])
  return { codeSets: new Set(rules.flatMap(codeSetsOfRule)), codes: new Set(codes) }
})
