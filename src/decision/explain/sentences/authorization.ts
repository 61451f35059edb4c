import { factInWords } from '../../facts/missing-facts.js'
import type { AuthorizationReason, Mismatch } from '../../reasons/authorization.js'
import type { ComposedAuthorizationReason } from '../../reasons/reason.js'
import type { Expression } from '../../shapes/expression.js'
import type { Rule } from '../../shapes/rule.js'
import { union } from '../../shapes/truth.js'
import type { PolicyView } from '../../shapes/view.js'
import { describe, describeBriefly, inShort, listed } from '../wording.js'
import { documentName } from '../../shapes/source.js'
import type { SentenceOf, SentencesOf } from './sentences-of.js'

type OfRule = Extract<AuthorizationReason, { readonly holding: unknown }>
type OfLists = Extract<AuthorizationReason, { code: 'version-not-held/lists' | 'policy-stale/lists' }>
type OfFacility = Extract<
  ComposedAuthorizationReason,
  { code: 'facility-authorization' | 'authorization-depends/facility' }
>

/** The sentences on prior authorization. */
export const authorizationSentences: SentencesOf<AuthorizationReason | ComposedAuthorizationReason> = {
  'authorization-required': ofRule('Prior authorization is required'),
  'authorization-not-required': ofRule('Prior authorization is not required'),
  'authorization-conditional': ofRule('Prior authorization is voluntary'),
  'authorization-silent': ofRule('This rule does not speak to the case'),
  'authorization-silent/list': () => 'This list does not speak to the case.',
  'authorization-depends/facts': () =>
    'Whether prior authorization is required depends on facts that were not given.',
  'authorization-depends': ({ missing, otherwise }, view, tell) =>
    `Whether prior authorization is required depends on what was not given${missing.length === 0 ? '' : ` (${inShort(missing.map(factInWords))})`}.${otherwise === undefined ? '' : ` Where that does not apply: ${tell(otherwise, view)}`}`,
  'as/lists-name-no-valid-code': ({ procedure, naming, reason }, view, tell) =>
    `${naming.length === 0 ? `The loaded lists do not name ${procedure}` : `The loaded lists name ${procedure} only ${inCertainCases(naming, view)}`}. That settles nothing: ${tell(reason, view)}`,
  'version-not-held/lists': ofLists,
  'policy-stale/lists': ofLists,
  'rule-not-loaded/listed-for-other-cases': ({ procedure, naming }, view) =>
    `The loaded lists name ${procedure} only ${inCertainCases(naming, view)}; whether another list asks for it is not known.`,
  'rule-not-loaded/authorization': () =>
    'No prior-authorization rule of this plan is loaded for the code, and no list that is complete for it.',
  'on-no-list': ({ procedure }) =>
    `No prior-authorization list of this plan asks for it for ${procedure} in this case, and the lists are complete for the code.`,
  'listed-for-other-cases': ({ procedure, naming }, view) =>
    `The prior-authorization lists of this plan name ${procedure} only ${inCertainCases(naming, view)}, and they are complete for the code.`,
  'authorization-on-file': ({ authorizationNumber }) =>
    `Authorization ${authorizationNumber} on file covers the code, date and units of this line. It says nothing on medical necessity.`,
  'authorization-uncertain': ({ reason, authorizationNumbers, onlyUnitsUsed }, view, tell) =>
    `${tell(reason, view)} Authorization ${authorizationNumbers.join(', ')} may cover the line, but ${onlyUnitsUsed ? 'how many of its units are used is not given' : 'parts of it are not known'}.`,
  'as/authorization-mismatch': ({ reason, tried }, view, tell) =>
    [
      tell(reason, view),
      'What is on file is not for this line.',
      ...tried.map(
        ({ authorizationNumber, mismatches }) =>
          `${authorizationNumber} ${listed(mismatches.map(mismatchInWords), 'and')}.`,
      ),
    ].join(' '),
  'facility-authorization': ofFacility,
  'authorization-depends/facility': ofFacility,
  'facility-authorization/finding': ({ reason }, view, tell) =>
    `On the hospital's claim: ${tell(reason, view)}`,
}

function ofRule(said: string): (reason: OfRule, view: PolicyView) => string {
  return ({ holding }, view) =>
    `${said}${holding === undefined ? '' : `: ${holding.map((part) => describeBriefly(part, view)).join(' and ')}`}.`
}

function ofLists({ source, from, until, date }: OfLists): string {
  return `The edition that is loaded, ${documentName(source)}, is for dates of service from ${from}${until === undefined ? '' : ` to ${until}`}, not for ${date}.`
}

function ofFacility(
  { code, isNeeded, hospital, own }: OfFacility,
  view: PolicyView,
  tell: SentenceOf,
): string {
  const where =
    code === 'facility-authorization'
      ? "The hospital's own claim for this service"
      : "The place of service is not given. At 19 or 22, the hospital's own claim for this service"
  const itself = own === undefined ? '' : ` For this claim itself: ${tell(own, view)}`
  return `${where} ${isNeeded ? 'needs' : 'may need'} prior authorization, and claims related to it may be denied where the hospital has none. For the hospital: ${tell(hospital, view)}${itself}`
}

function mismatchInWords(mismatch: Mismatch): string {
  switch (mismatch.type) {
    case 'status':
      return `is ${mismatch.status}`
    case 'procedure':
      return `does not list ${mismatch.procedure}`
    case 'begins-later':
      return `begins on ${mismatch.date}`
    case 'ended':
      return `ended on ${mismatch.date}`
    case 'ends-within-line':
      return `ends on ${mismatch.date}, before the last day of the line`
    case 'another-provider':
      return 'is for another provider'
    case 'another-place':
      return `is for place of service ${mismatch.places.join(', ')}`
    case 'units-left':
      return `has ${mismatch.units} units left`
  }
}

const mostCharacters = 120

/** In which cases lists name a code: their own conditions where these are short. Where it is open whether they hold, that is true as well. */
function inCertainCases(naming: readonly Rule[], view: PolicyView): string {
  const conditions = union(
    naming.map((rule) => {
      const whole = [...(rule.when === undefined ? [] : [rule.when]), ...casesOf(rule)]
      return whole.length === 0 ? undefined : describe({ all: whole }, view)
    }),
  )
  const text = listed(
    conditions.map((condition) => condition ?? ''),
    'or',
    true,
  )
  return conditions.length === 0 || conditions.includes(undefined) || text.length > mostCharacters
    ? 'in certain settings, kinds of claim or cases'
    : `in certain cases (${text})`
}

/** What the cases of a rule ask for; nothing where one of them holds always. */
function casesOf(rule: Rule): Expression[] {
  if (rule.kind !== 'prior-authorization') return []
  const whens = rule.cases.flatMap(({ when }) => when ?? [])
  return whens.length < rule.cases.length ? [] : [{ any: whens }]
}
