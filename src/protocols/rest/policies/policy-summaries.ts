import type { Policy, PolicyVersion } from '../../../decision/shapes/policy.js'
import type { PolicySummary, PolicyVersionSummary } from './policy-schemas.js'

type Described = Omit<PolicySummary, 'versionCount' | 'latestVersion'> & { versions: PolicyVersionSummary[] }

/** A policy in the form of lists. */
export function summaryOf(policy: Policy): PolicySummary {
  const { versions, ...rest } = describe(policy)
  return { ...rest, versionCount: versions.length, latestVersion: versions.at(-1) as PolicyVersionSummary }
}

/** A policy with its versions, without their rules. */
export function describe({ policyId, policySetId, title, jurisdiction, versions }: Policy): Described {
  const procedures = [
    ...new Set(versions.flatMap((version) => version.rules.flatMap((rule) => rule.procedures))),
  ].sort()
  return {
    policyId,
    policySetId,
    title,
    ...(jurisdiction === undefined ? {} : { jurisdiction }),
    procedures,
    versions: versions.map(versionSummary),
  }
}

/** A version without its rules. */
export function versionSummary({ versionId, from, to, source, rules }: PolicyVersion): PolicyVersionSummary {
  const ruleKinds = [...new Set(rules.map((rule) => rule.kind))].sort()
  return { versionId, from, ...(to === undefined ? {} : { to }), source, ruleKinds, ruleCount: rules.length }
}
