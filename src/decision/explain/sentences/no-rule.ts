import type { KindWithoutRule, NoRuleReason } from '../../reasons/no-rule.js'
import type { Completeness } from '../../shapes/policy.js'
import { documentName } from '../../shapes/source.js'
import { union } from '../../shapes/truth.js'
import { listed } from '../wording.js'
import type { SentencesOf } from './sentences-of.js'

const rulesOf: Record<KindWithoutRule | 'authorization', string> = {
  authorization: 'a prior-authorization rule',
  diagnosis: 'a rule on diagnoses',
  frequency: 'a frequency limit',
  units: 'a unit limit',
  'claim-line': 'a rule on the claim line',
}

const noneIs: Record<KindWithoutRule, string> = {
  diagnosis: 'names diagnoses for the code',
  frequency: 'limits how often the code may be billed',
  units: 'limits the units of the code',
  'claim-line': 'says what the claim line of the code needs',
}

const publishesNo: Record<'frequency' | 'units' | 'claim-line', string> = {
  frequency: 'no limits on how often a service is covered',
  units: 'no unit limits',
  'claim-line': 'no rules on the claim line',
}

/** The sentences on questions that no rule decides. */
export const noRuleSentences: SentencesOf<NoRuleReason> = {
  'rule-not-loaded/set': ({ kind, notLoaded }) =>
    `The plan follows ${listed(notLoaded, 'and')}, which ${notLoaded.length === 1 ? 'is' : 'are'} not loaded and may have ${rulesOf[kind]}.`,
  'rule-not-loaded/table': ({ set, date }) => `The table of ${set.title} is not loaded for ${date}.`,
  'policy-stale/declaration': ofDeclaration,
  'version-not-held/declaration': ofDeclaration,
  'no-rule-published': ({ kind, declarations }) =>
    `No document of this plan ${noneIs[kind]}; all of them are loaded (${named(declarations)}).${kind === 'diagnosis' ? ' The record must show why the service was needed.' : ''}`,
  'no-limit-in-document': ({ kind, declarations }) =>
    `${named(declarations)} was read whole, and nothing in it ${noneIs[kind]}.`,
  'no-rule-published/payer': ({ statement: { kind, asOf, how } }) =>
    `This payer publishes ${publishesNo[kind]} that we know of; looked for on ${asOf}: ${how}`,
  'policy-stale/payer': ({ statement: { kind, asOf }, until }) =>
    `That this payer publishes ${publishesNo[kind]} was looked for on ${asOf}, which counts until ${until}.`,
  'no-limit-stated': ({ kind, declaration }) =>
    `${documentName(declaration.source)} states that nothing ${noneIs[kind]}.`,
}

function ofDeclaration({
  kind,
  source,
  from,
  until,
  date,
}: Extract<NoRuleReason, { code: 'policy-stale/declaration' | 'version-not-held/declaration' }>): string {
  const when =
    date < from ? `from ${from} on` : until === undefined ? 'for earlier dates only' : `until ${until}`
  return `${documentName(source)} tells ${when} whether there is ${rulesOf[kind]}; for ${date} that is not known.`
}

function named(declarations: readonly Completeness[]): string {
  return listed(union(declarations.map(({ source }) => documentName(source))), 'and')
}
