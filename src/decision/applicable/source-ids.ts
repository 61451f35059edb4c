import type { SourceRead } from './behind.js'

/**
 * The id by which an answer cites a source: policy or policy set, and version (`a57755@18`, `icd-10-cm`). It is made of the source alone, so
 * that every view names it alike; two sources of one id are told apart within an answer.
 */
export function sourceIdOf({ policySetId, policyId, versionId }: SourceRead): string {
  const name = policyId ?? policySetId
  return versionId === undefined ? name : `${name}@${versionId.toLowerCase()}`
}
