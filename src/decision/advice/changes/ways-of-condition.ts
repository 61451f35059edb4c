import { isState, treatmentPhases, claimTypes } from '../../shapes/codes.js'
import { match } from '../../conditions/walk.js'
import { namesDiagnosis, evaluate, type ConditionalCodes } from '../../conditions/evaluate.js'
import type { Atom, AtomArgument, AtomName, Expression } from '../../shapes/expression.js'
import type { Facts } from '../../facts/facts.js'
import { waysForDetail } from './facts/claim-detail.js'
import { waysForCompanion } from './facts/companion.js'
import { waysForDocumented } from './facts/documented.js'
import { waysForPreviousService } from './facts/history.js'
import { waysForLab } from './facts/lab-result.js'
import { waysForModifier } from './facts/modifiers.js'
import { waysForNdc } from './facts/ndc.js'
import { waysForPlaceOfService } from './facts/setting.js'
import { waysForUnits } from './facts/units.js'
import { anyOption, asItIs, everyOption, refuse, someOptions, type Options } from './options.js'

/**
 * The ways in which a condition may be made true, or false, by facts that are the caller's to choose or supply. They are candidates:
 * whether one does it, the engine says.
 */
export function waysTo(
  wanted: boolean,
  expression: Expression,
  facts: Facts,
  conditional: readonly ConditionalCodes[] = [],
): Options {
  if (evaluate(expression, facts, conditional).truth === String(wanted)) return asItIs
  const parts = (of: readonly Expression[]): Options[] =>
    of.map((part) => waysTo(wanted, part, facts, conditional))
  return match(expression, {
    all: (all) => (wanted ? everyOption(parts(all)) : anyOption(parts(all))),
    any: (any) => (wanted ? anyOption(parts(any)) : everyOption(parts(any))),
    not: (part) => waysTo(!wanted, part, facts, conditional),
    // Not at least n of m is so when m - n + 1 are false.
    atLeast: ({ n, of }) => someOptions(wanted ? n : of.length - n + 1, parts(of)),
    atom: (atom) => {
      if ('diagnosis' in atom)
        return wanted ? conditionsOfListed(atom.diagnosis, facts, conditional) : askTheClinician
      const [name] = Object.keys(atom) as [Exclude<AtomName, 'diagnosis'>]
      return waysForAtom(name, atom, wanted, facts)
    },
  })
}

type WaysFor = {
  readonly [K in Exclude<AtomName, 'diagnosis'>]: (
    argument: AtomArgument<K>,
    wanted: boolean,
    facts: Facts,
  ) => Options
}

// One entry per atom, those included of which nothing is ever proposed; a new atom without an entry does not compile.
const waysFor: WaysFor = {
  procedureCode: () => refuse('given-otherwise', 'Another service is not proposed.'),
  sex: () => patientFact,
  ageYears: () => patientFact,
  documented: waysForDocumented,
  lab: waysForLab,
  previousService: waysForPreviousService,
  companion: waysForCompanion,
  units: ({ over }, wanted, facts) => waysForUnits(over, wanted, facts),
  modifier: waysForModifier,
  modifierOnOtherLine: () =>
    refuse(
      'given-otherwise',
      'Another line with the modifier is not proposed; what was discarded is as it was.',
    ),
  placeOfService: waysForPlaceOfService,
  discardedUnits: () =>
    refuse(
      'depends-on-what-was-done',
      'What was discarded is as it was; it follows from the dose and the vials, which are not proposed to be others.',
    ),
  ndcGiven: (_, wanted, facts) => waysForNdc(wanted, facts),
  claimType: (values, wanted, { claimType }) =>
    waysForDetail(
      { what: 'the claim form', pointer: '/claimType', given: claimType },
      wanted,
      values,
      without(claimTypes, values),
    ),
  state: (values, wanted, { state }) =>
    waysForDetail(
      {
        what: 'the state in which the service is furnished',
        pointer: '/coverage/state',
        given: state !== undefined && isState(state) ? state : undefined,
      },
      wanted,
      values,
      [],
    ),
  networkStatus: (values, wanted, { line }) =>
    waysForDetail(
      {
        what: 'the network status of the provider',
        pointer: `/serviceLines/${line.index}/provider/networkStatus`,
        given: line.sent.provider?.networkStatus,
      },
      wanted,
      values,
      without(['in-network', 'out-of-network'], values),
    ),
  taxonomyCode: (values, wanted, { line }) =>
    waysForDetail(
      {
        what: "the provider's taxonomy code",
        pointer: `/serviceLines/${line.index}/provider/taxonomyCode`,
        given: line.sent.provider?.taxonomyCode,
      },
      wanted,
      values,
      [],
    ),
  goldCard: (_, wanted, { line }) =>
    waysForDetail<boolean>(
      {
        what: 'the exemption of this provider from prior authorization (goldCard)',
        pointer: `/serviceLines/${line.index}/provider/goldCard`,
        given: line.sent.provider?.goldCard,
      },
      wanted,
      [true],
      [false],
    ),
  vialType: (values, wanted, { line }) =>
    waysForDetail(
      { what: 'the vial', pointer: `/serviceLines/${line.index}/vialType`, given: line.sent.vialType },
      wanted,
      values,
      without(['single-dose', 'multi-dose'], values),
    ),
  treatmentPhase: (values, wanted, { sent }) =>
    waysForDetail(
      {
        what: 'the phase of the treatment',
        pointer: '/treatment/phase',
        given: sent.treatment?.phase,
        kind: 'treatment-phase',
      },
      wanted,
      values,
      without(treatmentPhases, values),
    ),
}

function waysForAtom<K extends Exclude<AtomName, 'diagnosis'>>(
  name: K,
  expression: Atom,
  wanted: boolean,
  facts: Facts,
): Options {
  return waysFor[name]((expression as unknown as Record<K, AtomArgument<K>>)[name], wanted, facts)
}

function without<T>(all: readonly T[], some: readonly T[]): T[] {
  return all.filter((value) => !some.includes(value))
}

/** A diagnosis is never offered; only what a listed code that stands on the claim is conditional on can be supplied. */
function conditionsOfListed(
  atom: AtomArgument<'diagnosis'>,
  facts: Facts,
  conditional: readonly ConditionalCodes[],
): Options {
  const linked = 'value' in facts.linkedDiagnoses ? facts.linkedDiagnoses.value : []
  const listed = linked.filter((code) => namesDiagnosis(atom, code, facts))
  const ways = listed.map((code) =>
    everyOption(
      conditional
        .filter((entry) => entry.codes.includes(code))
        .map(({ condition }) =>
          condition === undefined
            ? refuse('no-change-known', 'The text of the footnote is not loaded: ask the payer.')
            : waysTo(true, condition, facts),
        ),
    ),
  )
  return anyOption([...ways.filter((option) => option.ways.every((way) => way.length > 0)), askTheClinician])
}

const askTheClinician = refuse(
  'ask-the-clinician',
  'A diagnosis is never proposed: ask the clinician what the record supports.',
)
const patientFact = refuse(
  'patient-fact',
  'Age and sex of the patient are what they are; where they were not given, give them.',
)
