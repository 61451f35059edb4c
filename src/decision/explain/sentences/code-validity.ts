import type { CodesReason, CodeSystem, EditionGap } from '../../reasons/code-validity.js'
import { addDays } from '../../shapes/plain-date.js'
import { inShort } from '../wording.js'
import type { SentencesOf } from './sentences-of.js'

const names: Record<CodeSystem, string> = { 'icd-10-cm': 'ICD-10-CM', hcpcs: 'HCPCS' }

const firstDayOfIcd10 = '2015-10-01'

/** The sentences on codes. */
export const codeValiditySentences: SentencesOf<CodesReason> = {
  'codes-valid': () => 'All codes are valid for billing on the date of service.',
  'diagnosis-not-given/codes': () => 'No diagnosis codes were given, so none were checked.',
  'code-table-not-held': ({ system, shown }) =>
    `No ${names[system]} table is loaded, so ${shown} was not checked.`,
  'before-icd-10-cm': ({ shown }) =>
    `Claims for services before ${firstDayOfIcd10} took ICD-9-CM codes, which are not loaded, so ${shown} was not checked.`,
  'not-icd-10-cm': ({ shown }) =>
    `${shown} is not an ICD-10-CM code: those begin with a letter. It may be an ICD-9-CM code, which claims for services from ${firstDayOfIcd10} do not take: a claim with it is rejected.`,
  // Level II codes begin with a letter; what begins with a digit is a CPT number, whose table is licensed and not loaded.
  'code-not-held': ({ system, shown }) =>
    system === 'hcpcs' && /^[0-9]/.test(shown)
      ? `${shown} is a CPT number; CPT numbers are not loaded, so it was not checked.`
      : `${shown} is not among the ${names[system]} codes that are loaded, so it was not checked.`,
  'code-valid': ({ shown, date }) => `${shown} is valid for billing on ${date}.`,
  'not-a-code': ({ system, shown, date }) => `${shown} is not a code of ${names[system]} on ${date}.`,
  'edition-behind': ({ system, shown, date }) =>
    `${shown} is not in the ${names[system]} edition that is loaded, which is older than ${date}; a newer one may have it.`,
  'between-editions': ({ system, shown, date, added, gap }) =>
    `${shown} is valid on ${date}: it was added on ${added} and is in the ${names[system]} editions before and after that day. ${notHeldThen(system, gap)}`,
  'not-yet-valid': ({ shown, date, from }) =>
    `${shown} exists only from ${from}, so it is not valid on ${date}.`,
  'not-in-edition': ({ system, shown, date, from, gap }) =>
    `${shown} is not in the ${names[system]} edition of ${date}; it is in those from ${from} on.${gap === undefined ? '' : ` ${notHeldThen(system, gap)} It may have begun then.`}`,
  'no-longer-valid': ({ shown, date, to }) =>
    `${shown} was valid until the day before ${to ?? ''} and is not on ${date}.`,
  'no-longer-valid/in-gap': ({ shown, date, gap }) =>
    `${shown} is not valid on ${date}. It was at least until the day before ${gap.from}, and ended by ${gap.to}; no edition in between is loaded.`,
  'header-code': ({ shown, billableDescendants }) =>
    `${shown} is a header, not a billable code: a claim with it is rejected.${billableDescendants.length === 0 ? '' : ` The billable codes under it are ${inShort(billableDescendants)}.`}`,
  'version-not-held/code-table': ({ system, shown, date }) =>
    `No ${names[system]} edition for ${date} is loaded, so ${shown} was not checked.`,
  'policy-stale/code-table': ({ system, shown, date }) =>
    `The ${names[system]} edition that is loaded is too old for ${date}, so ${shown} was not checked.`,
  'edition-gap': ({ system, shown, gap }) => `${notHeldThen(system, gap)} ${shown} was not checked.`,
  'date-span/code': ({ first, turn }, view, tell) =>
    `The days of this line do not agree. On ${first.day}: ${tell(first.reason, view)} On ${turn.day}: ${tell(turn.reason, view)}`,
}

function notHeldThen(system: CodeSystem, { from, to }: EditionGap): string {
  return `No ${names[system]} edition for ${from} to ${addDays(to, -1)} is loaded.`
}
