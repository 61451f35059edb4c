import type { PolicyReason } from '../../reasons/policy.js'
import type { ComposedPolicyReason } from '../../reasons/reason.js'
import type { ExclusionBasis } from '../../shapes/rule.js'
import { union } from '../../shapes/truth.js'
import { documentName } from '../../shapes/source.js'
import type { SentencesOf } from './sentences-of.js'

const grounds = {
  statutory: ' by statute',
  'benefit-category': ' because it is outside the benefit',
  'reasonable-and-necessary': ' as not reasonable and necessary',
  'not-stated': '',
} satisfies Record<ExclusionBasis, string>

type Review = Extract<PolicyReason, { code: 'condition-text-not-held' | 'text-unread' }>

function mustBeRead({ source, rule }: Review): string {
  return `A person must read ${documentName(source)}${rule.section === undefined ? '' : ` (${rule.section})`}: its text is not turned into a rule.`
}

/** The sentences on texts that settle nothing by themselves, and on several reasons as one. */
export const policySentences: SentencesOf<PolicyReason | ComposedPolicyReason> = {
  'policy-stale': ({ source }) =>
    `${documentName(source)} may be used until ${source.usableThrough ?? ''}; it may have changed since.`,
  'version-not-held': ({ source, from }) =>
    `The version that was in force on that date is not loaded; the earliest one is ${documentName(source)}, from ${from}.`,
  'claim-type-not-given/table': ({ source }) =>
    `${documentName(source)} has a table for each kind of claim, and the kind is not given.`,
  'condition-text-not-held': mustBeRead,
  'text-unread': mustBeRead,
  excluded: ({ rule }) => `Excluded from coverage${grounds[rule.basis]}.`,
  'applicability-unknown': ({ otherwise }, view, tell) =>
    `If this applies, which is not known: ${tell(otherwise, view)}`,
  'secondary-source-only': ({ reason }, view, tell) =>
    `${tell(reason, view)} This was not read at the publisher itself, so confirm it with the payer.`,
  'as/together': ({ reasons }, view, tell) => union(reasons.map((reason) => tell(reason, view))).join(' '),
  'date-span/too-many-days': ({ mostDays }) =>
    `The line covers more than ${mostDays} days, so its days were not judged. Bill one line for each month at most.`,
  'date-span/days-disagree': ({ days }, view, tell) =>
    `The days of this line do not agree. ${days
      .map(({ day, reason }) => `On ${day}: ${tell(reason, view)}`)
      .join(' ')} Bill one line for each part to have it decided.`,
}
