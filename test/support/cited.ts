import type { CitedRule, CitedSource } from '../../src/decision/shapes/cited-source.js'
import type { Decision } from '../../src/decision/shapes/determination.js'
import type { SourceReference } from '../../src/decision/shapes/finding.js'

/** What a part of an answer cites: the source, the rule of it, and both as the place in the policy content. */
export interface Cited {
  readonly source: CitedSource
  readonly rule?: CitedRule
  readonly policyId: string | undefined
  readonly versionId: string | undefined
  readonly ruleId: string | undefined
}

/** Reads what a finding, a record item or a code of an answer cites in its `sources`; throws where that is not there, or there twice. */
export function cited(
  { sources = [] }: Pick<Decision, 'sources'>,
  { citation }: { readonly citation?: SourceReference },
): Cited {
  if (citation === undefined) throw new Error('cites nothing')
  const [source, another] = sources.filter((one) => one.source === citation.source)
  if (source === undefined || another !== undefined)
    throw new Error(`${source === undefined ? 'no source' : 'two sources'} ${citation.source}`)
  const { policyId, versionId } = source
  const { ruleId } = citation
  if (ruleId === undefined) return { source, policyId, versionId, ruleId }
  const [rule, other] = (source.rules ?? []).filter((one) => one.ruleId === ruleId)
  if (rule === undefined || other !== undefined)
    throw new Error(`${rule === undefined ? 'no rule' : 'two rules'} ${ruleId} in ${citation.source}`)
  return { source, rule, policyId, versionId, ruleId }
}
