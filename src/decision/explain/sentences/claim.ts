import { displayNdc } from '../../facts/ndc.js'
import type {
  ClaimReason,
  DocumentationReason,
  PairCode,
  PairedService,
  PairReason,
} from '../../reasons/claim.js'
import { displayDiagnosis } from '../../shapes/codes.js'
import { withCondition } from '../wording.js'
import { documentName } from '../../shapes/source.js'
import type { SentencesOf } from './sentences-of.js'

const natures = {
  'external-cause': 'names an external cause',
  'adverse-effect': 'is the adverse effect of a drug',
  underdosing: 'is the underdosing of a drug',
  sequela: 'is a sequela',
}

const elsewhere = (reason: PairReason): string =>
  `${paidTogether(reason)} That service is not on this claim; who furnishes it is not known.`

const pairSentences: { readonly [C in PairCode]: (reason: PairReason) => string } = {
  'procedure-pair-with-modifier': (reason) =>
    `${paidTogether(reason)} The claim carries ${reason.modifiers}.`,
  'procedure-pair-not-paid-together': (reason) =>
    `${paidTogether(reason)} The pair denies ${reason.columnTwo}.`,
  'procedure-pair-needs-modifier': (reason) => `${paidTogether(reason)} Neither line has one that counts.`,
  'procedure-pair-modifiers-not-given': (reason) =>
    `${paidTogether(reason)} Not all modifiers of the two lines are given.`,
  'procedure-pair-provider-not-given': (reason) =>
    `${paidTogether(reason)} Whether one provider furnished both is not known: a line does not name its own.`,
  'date-span/pair': (reason) =>
    `${paidTogether(reason)} A line spans several dates, so whether both were on one day is not known.`,
  'procedure-pair-in-history': elsewhere,
  'procedure-pair-planned': elsewhere,
}

/** The sentences on claim lines. */
export const claimSentences: SentencesOf<ClaimReason> = {
  ...pairSentences,
  'diagnosis-repeated': ({ diagnosis }) =>
    `${displayDiagnosis(diagnosis)} stands twice on the claim, which is rejected.`,
  'pointer-repeated': ({ pointer }) => `The line points twice to diagnosis ${pointer}, which is rejected.`,
  'too-many-diagnoses': ({ most, count }) => `A claim has room for ${most} diagnoses; this one has ${count}.`,
  'too-many-pointers': ({ most, count }) =>
    `A line has room for ${most} diagnosis pointers; this one has ${count}.`,
  'diagnosis-never-first': ({ diagnosis, nature }) =>
    `${displayDiagnosis(diagnosis)} ${natures[nature]} and comes after another diagnosis, never first. The claim is likely to be rejected.`,
  'ndc-not-readable': () =>
    'The NDC is not one of 11 digits (5-4-2). Without dashes ten digits may be three different packages, and a claim with them is rejected.',
  'jw-beside-jz': () =>
    'JW says that a part of the drug was discarded, JZ that nothing was. A line carries one of them at most.',
  'discard-without-dose': ({ procedure }) =>
    `The line bills discarded ${procedure} (JW), and no line bills the dose that was given that day.`,
  'not-by-telehealth': ({ place, procedure }) =>
    `Place of service ${place} is telehealth, and ${procedure} cannot be given by video or telephone.`,
  'facility-bills-it': ({ place, procedure }) =>
    `At place of service ${place} the hospital bills ${procedure}, drugs and the staff who give them included. Medicare does not pay it on a professional claim.`,
  'facility-may-bill-it': ({ place, procedure }) =>
    `At place of service ${place} the facility may have to bill ${procedure}, and no rule of this plan on that is loaded.`,
  'claim-line-complete': ({ rule }, view) =>
    withCondition('The line carries what is required', rule.requires, view),
  'claim-line-incomplete': ({ rule }, view) =>
    withCondition('Required and not on the line', rule.requires, view),
  'claim-line-unknown': ({ rule }, view) =>
    withCondition('Not known whether the line carries what is required', rule.requires, view),
  'ndc-matches-code': ({ ndc, procedure, source }) =>
    `NDC ${displayNdc(ndc)} is a package of ${procedure} (${documentName(source)}).`,
  'ndc-of-another-code': ({ ndc, procedure, codes, source }) =>
    `NDC ${displayNdc(ndc)} is a package of ${codes.join(' or ')}, not of ${procedure} (${documentName(source)}).`,
  'rule-not-loaded/claim-line': () => 'No claim-line rule of this plan is loaded for the code.',
}

function otherOf({ columnOne, where }: PairReason): string {
  return `${columnOne} (${where.map(whereInWords).join(', ')})`
}

function whereInWords(where: PairedService): string {
  if (where.type === 'line') return `line ${where.lineNumber}`
  return where.type === 'serviceHistory' ? 'the service history' : 'the planned services'
}

function tableOf({ source, rationale }: PairReason): string {
  return ` (${documentName(source)}${rationale === undefined ? '' : `, rationale "${rationale}"`})`
}

/** What the table says of the pair, for one patient, day and provider. */
function paidTogether(reason: PairReason): string {
  const { columnTwo, indicator } = reason
  const [is, when] =
    indicator === 1
      ? ['is paid', 'only where a modifier says that the services were separate']
      : ['is not paid', 'whatever the modifiers']
  return `${columnTwo} ${is} beside ${otherOf(reason)} for the same patient, day and provider ${when}${tableOf(reason)}.`
}

/** The sentences on documentation. */
export const documentationSentences: SentencesOf<DocumentationReason> = {
  'documentation-present': ({ criteria }, view) =>
    withCondition('The record shows what is asked for', criteria, view),
  'documentation-missing': ({ criteria }, view) =>
    withCondition('The record does not show what is asked for', criteria, view),
  'documentation-not-given': ({ criteria }, view) =>
    withCondition('Not known whether the record shows what is asked for', criteria, view),
}
