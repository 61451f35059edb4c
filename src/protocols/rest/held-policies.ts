import type { CodeSet, Policy, PolicyContent } from '../../decision/policy.js'
import { byKey } from './paging.js'

/** Orders and names of one revision that reads need and deciding does not. */
export interface HeldPolicies {
  readonly sorted: readonly Policy[]
  readonly byId: ReadonlyMap<string, Policy>
  readonly codeSets: ReadonlyMap<string, CodeSet>
  /** Policies some version of which names the (normalized) diagnosis code, in a code set or by itself. */
  namingDiagnosis (code: string, isInCodeSet: (codeSetId: string) => boolean): Policy[]
}

const known = new WeakMap<PolicyContent, HeldPolicies>()

/** Indexes a revision once, when it is first read. */
export function heldPolicies (content: PolicyContent): HeldPolicies {
  const held = known.get(content) ?? index(content)
  known.set(content, held)
  return held
}

function index (content: PolicyContent): HeldPolicies {
  // Of a tenant's policy and a public one that took its id later, the tenant's is read, which stands second; both decide.
  const byId = new Map(content.policies.map(policy => [policy.policyId, { ...policy, versions: [...policy.versions].sort(byKey(version => version.from)) }]))
  const sorted = [...byId.values()].sort(byKey(policy => policy.policyId))
  const named = sorted.map(policy => ({ policy, ...namesIn(policy.versions.map(version => version.rules)) }))
  return {
    sorted,
    byId,
    codeSets: new Map(content.codeSets.map(set => [set.codeSetId, set])),
    namingDiagnosis: (code, isInCodeSet) => named
      .filter(({ codeSets, codes }) => [...codeSets].some(isInCodeSet) || [...codes].some(one => one === code || (one.endsWith('*') && code.startsWith(one.slice(0, -1)))))
      .map(({ policy }) => policy)
  }
}

interface Names { codeSets: Set<string>, codes: Set<string> }

/** Code sets and single diagnosis codes that some part of a rule names: `codeSet` and `codes` of conditions, `excluded` of a diagnosis rule. */
export function namesIn (part: unknown, into: Names = { codeSets: new Set(), codes: new Set() }): Names {
  if (typeof part !== 'object' || part === null) return into
  for (const [name, value] of Object.entries(part)) {
    if ((name === 'codeSet' || name === 'excluded') && typeof value === 'string') into.codeSets.add(value)
    else if (name === 'codes' && Array.isArray(value)) for (const code of value) into.codes.add(String(code))
    else namesIn(value, into)
  }
  return into
}
