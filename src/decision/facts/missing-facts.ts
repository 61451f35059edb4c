import type { PlainDate } from '../shapes/codes.js'
import type { InfoNeeded } from '../shapes/finding.js'
import type { Question } from '../shapes/statuses.js'
import { memoizeByKey } from '../memoize.js'

/**
 * For each fact that can be missing, the text that asks for it and its place in the request (`line`: under
 * the service line).
 */
const facts: Readonly<Record<string, { readonly at: string; readonly line?: true; readonly text: string }>> =
  {
    planId: { at: '/coverage/planId', text: 'Say which plan: give coverage.planId.' },
    planYearStartMonth: {
      at: '/coverage/planYearStartMonth',
      text: "Say in which month the member's plan year begins (coverage.planYearStartMonth); the limit counts by plan years.",
    },
    claimType: {
      at: '/claimType',
      text: 'Say which claim form is used: professional, institutional or dme. It decides which Medicare contractor and which unit table apply.',
    },
    state: {
      at: '/coverage/state',
      text: 'Give the state (where a state is divided, the part) in which the service is furnished; local policy depends on it.',
    },
    contractorNumber: {
      at: '/coverage/contractorNumber',
      text: 'Give the 5-digit number of the Medicare contractor that processes the claim.',
    },
    diagnosisCodes: { at: '/diagnosisCodes', text: 'Give the diagnosis codes of the claim.' },
    diagnosisPointers: {
      at: '/diagnosisPointers',
      line: true,
      text: 'Say which diagnoses the line points to, the primary one first.',
    },
    placeOfService: {
      at: '/placeOfService',
      line: true,
      text: 'Give the 2-digit place of service (for a UB-04 claim of a hospital outpatient department: 22 on campus, 19 off campus).',
    },
    modifiers: {
      at: '/modifiers',
      line: true,
      text: 'Give the modifiers of the line, or an empty list if there are none.',
    },
    units: {
      at: '/units',
      line: true,
      text: 'Give the billed units, in agreement with the dose if both are given.',
    },
    vialType: {
      at: '/vialType',
      line: true,
      text: 'Say whether the drug came from a single-dose or a multi-dose vial.',
    },
    administeredDose: {
      at: '/administeredDose',
      line: true,
      text: 'Give the dose that was administered, with its concentration where it is given by volume.',
    },
    discardedDose: {
      at: '/discardedDose',
      line: true,
      text: 'Say how much of the drug in single-dose containers was discarded; 0 if nothing was.',
    },
    ndc: { at: '/ndc', line: true, text: 'Give the National Drug Code of the drug.' },
    'provider.npi': {
      at: '/provider/npi',
      line: true,
      text: 'Give the NPI of the rendering provider, so that services of the same day can be counted and compared and an authorization can be matched.',
    },
    'provider.networkStatus': {
      at: '/provider/networkStatus',
      line: true,
      text: 'Say whether the provider is in the network of this plan.',
    },
    'provider.taxonomyCode': {
      at: '/provider/taxonomyCode',
      line: true,
      text: "Give the provider's taxonomy code.",
    },
    'provider.goldCard': {
      at: '/provider/goldCard',
      line: true,
      text: 'Say whether the payer has exempted this provider from prior authorization.',
    },
    'treatment.phase': {
      at: '/treatment/phase',
      text: 'Say whether the treatment is in its loading or its maintenance phase.',
    },
    'treatment.startedOn': {
      at: '/treatment/startedOn',
      text: 'Say on which day the course of treatment began; the phase follows from it.',
    },
    'patient.ageYears': { at: '/patient/ageYears', text: 'Give the age of the patient in years.' },
    'patient.sex': { at: '/patient/sex', text: 'Give the sex of the patient.' },
    labResults: {
      at: '/labResults',
      text: 'Give a laboratory result that counts: right test, convertible unit, recent enough.',
    },
    plannedServices: {
      at: '/plannedServices',
      text: 'List the other services of the same date, or say that the claim is complete (claimIsComplete).',
    },
    serviceHistory: {
      at: '/serviceHistory',
      text: 'Give the earlier services with their dates and units; an empty list if none are known.',
    },
    serviceHistorySince: {
      at: '/serviceHistorySince',
      text: 'Say since when the service history is complete; it must reach back further.',
    },
    'authorizations.unitsUsed': {
      at: '/authorizations',
      text: 'Say how many units of the authorization are used already (unitsUsed), 0 if none.',
    },
    authorizations: {
      at: '/authorizations',
      text: 'Give the authorization with its codes, dates, approved and used units; for a voluntary program, say whether one was obtained.',
    },
  }

const ofModifiers = 'modifiers/'

/** The name of the missing fact that would tell whether the services of a day are one or several. */
export function modifiersOn(day: PlainDate): string {
  return `${ofModifiers}${day}`
}

/** The day in a name that `modifiersOn` made; undefined for any other fact. */
export function dayOfModifiers(fact: string): PlainDate | undefined {
  return fact.startsWith(ofModifiers) ? fact.slice(ofModifiers.length) : undefined
}

/** The entry for `infoNeeded`: where the request carries the fact and what to supply. An item of the chart is `documentation/<item>`. */
export function infoNeeded(
  fact: string,
  question: Question,
  lineIndex: number | undefined,
): InfoNeeded & { readonly text: string } {
  const day = dayOfModifiers(fact)
  if (day !== undefined)
    return {
      fact,
      pointer: lineIndex === undefined ? '/serviceHistory' : `/serviceLines/${lineIndex}/modifiers`,
      question,
      text: `Give the modifiers of the services on ${day} (an empty list where there are none), which tell whether they are one service or several.`,
    }
  const entry = facts[fact]
  if (entry !== undefined)
    return {
      fact,
      pointer: entry.line === true ? `/serviceLines/${lineIndex ?? 0}${entry.at}` : entry.at,
      question,
      text: entry.text,
    }
  const item = fact.replace(/^documentation\//, '')
  return {
    fact,
    pointer: '/documentation',
    question,
    text: `Say whether the record documents "${inWords(item)}" (present: true or false).`,
  }
}

/** Code of the next step that asks for a fact: `serviceHistory` becomes `give-service-history`. */
export function stepCodeFor(fact: string): `give-${string}` {
  if (fact.startsWith('documentation/')) return 'give-documentation'
  if (dayOfModifiers(fact) !== undefined) return 'give-modifiers'
  return `give-${named(stepNames, fact, () =>
    fact.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/\./g, '-'),
  )}`
}

/** The name of a fact as words for a sentence: `placeOfService` becomes `place of service`. */
export function factInWords(fact: string): string {
  if (fact.startsWith('documentation/'))
    return `"${inWords(fact.slice('documentation/'.length))}" in the record`
  const day = dayOfModifiers(fact)
  if (day !== undefined) return `modifiers of the services on ${day}`
  if (fact === 'plannedServices') return 'other services of the same date'
  if (fact === 'patient.ageYears') return 'age'
  if (fact === 'labResults') return 'laboratory result'
  if (fact === 'treatment.phase') return 'treatment phase'
  if (fact === 'treatment.startedOn') return 'first day of the treatment'
  if (fact === 'serviceHistorySince') return 'since when the history is complete'
  return fact
    .replace(/^.*\./, '')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace('npi', 'NPI')
}

/** A kebab-case name as words: `oral-trial-failed` becomes `oral trial failed`, `low-b12` becomes `low B12`. */
export function inWords(name: string): string {
  return named(names, name, () =>
    name.replace(/-/g, ' ').replace(/\b[a-z][0-9]+\b/g, (vitamin) => vitamin.toUpperCase()),
  )
}

// The names of facts and documented items come from policy, so there are only a few hundred.
const names = {}
const named = memoizeByKey<object, string>(1024)
const stepNames = {}
