// Random requests over the shared vocabulary; `mess` says how often a fact is left out or awkward.
import type {
  Authorization,
  CheckRequest,
  HistoryEntry,
  LabResult,
  ServiceLine,
} from '../../src/decision/shapes/request.js'
import { addDays, addMonths } from './dates.js'
import { chance, maybe, pick, several, shuffled, some, whole, type Random } from './random.js'
import {
  awkward,
  billable,
  contractorNumbers,
  items,
  loincs,
  modifiers,
  neverFirst,
  npis,
  otherForm,
  pairModifiers,
  places,
  placesOfLines,
  placesOfTidyLines,
  procedures,
  serviceDates,
  spelledNdcs,
  states,
  taxonomies,
  unknownProcedure,
} from './vocabulary.js'

/** A request to a plan or a payer of the world. */
export function request(
  random: Random,
  world: { planIds: readonly string[]; payerIds: readonly string[] },
  mess: number,
): CheckRequest {
  const given = 0.97 - 0.35 * mess
  const date = pick(random, serviceDates)
  const diagnoses = diagnosesOf(random, mess)
  const history = () => {
    const entries = several(random, 0, chance(random, 0.5) ? 0 : 5, () => historyEntry(random, date, mess))
    const [first] = entries
    // Sessions of several lines, and the wastage beside a dose, are several entries of one day.
    return first !== undefined && chance(random, 0.3)
      ? [...entries, { ...historyEntry(random, date, mess), dateOfService: first.dateOfService }]
      : entries
  }
  return {
    coverage: coverage(random, world, mess),
    ...maybe(random, given, () => ({
      claimType: pick(random, [
        'professional',
        'professional',
        'professional',
        'institutional',
        'dme',
      ] as const),
    })),
    ...maybe(random, 0.97, () => ({
      patient: {
        ...maybe(random, given, () => ({ ageYears: pick(random, [0, 17, 64, 65, 70, 70.5]) })),
        ...maybe(random, given, () => ({ sex: pick(random, ['female', 'male'] as const) })),
      },
    })),
    ...maybe(random, 0.98 - 0.1 * mess, () => ({ diagnosisCodes: diagnoses })),
    serviceLines: withWastage(random, lines(random, date, diagnoses.length, mess)),
    ...maybe(random, 0.7 - 0.3 * mess, () => ({ claimIsComplete: !chance(random, 0.1) })),
    ...maybe(random, given, () => ({ serviceHistory: history() })),
    ...maybe(random, given, () => ({ serviceHistorySince: since(random, date, mess) })),
    ...maybe(random, 0.3, () => ({ serviceHistoryScope: pick(random, ['practice', 'payer'] as const) })),
    ...maybe(random, given, () => ({
      labResults: several(random, 1, 4, () => labResult(random, date, mess)),
    })),
    ...maybe(random, given, () => ({ documentation: documentation(random, mess) })),
    ...maybe(random, given, () => ({
      treatment: {
        ...maybe(random, given * 0.8, () => ({ phase: pick(random, ['loading', 'maintenance'] as const) })),
        ...maybe(random, 0.3, () => ({ startedOn: near(random, date) })),
      },
    })),
    ...maybe(random, 0.75, () => ({
      authorizations: several(random, 1, 3, () => authorization(random, date, mess)),
    })),
    ...maybe(random, 0.3, () => ({
      plannedServices: several(random, 0, 2, () => ({
        procedureCode: pick(random, procedures),
        dateOfService: near(random, date),
      })),
    })),
  }
}

function coverage(
  random: Random,
  world: { planIds: readonly string[]; payerIds: readonly string[] },
  mess: number,
): CheckRequest['coverage'] {
  const who = !chance(random, 0.12 * mess)
    ? { planId: pick(random, world.planIds) }
    : pick<() => CheckRequest['coverage']>(random, [
        () => ({ payerId: pick(random, world.payerIds) }),
        () => ({ payerId: pick(random, world.payerIds) }),
        () => ({}),
        () => ({ planId: 'plan-unheard-of' }),
        () => ({ payerId: 'payer-unheard-of' }),
        () => ({ planId: pick(random, world.planIds), payerId: pick(random, world.payerIds) }),
      ])()
  const state = pick(random, chance(random, 0.5) ? ['FL'] : states)
  return {
    ...who,
    ...maybe(random, 0.95 - 0.3 * mess, () => ({ state: chance(random, 0.1) ? state.toLowerCase() : state })),
    ...maybe(random, 0.5, () => ({ planYearStartMonth: pick(random, [1, 1, 2, 4, 7, 12]) })),
    ...maybe(random, 0.4, () => ({ contractorNumber: pick(random, contractorNumbers) })),
  }
}

/** Each code once, but for now and then; some that never come first, in any place; and too many now and then. */
function diagnosesOf(random: Random, mess: number): string[] {
  const codes = several(random, 1, chance(random, 0.5) ? 1 : 3, () => diagnosis(random, mess))
  if (chance(random, 0.01 + 0.2 * mess))
    codes.splice(whole(random, 0, codes.length), 0, pick(random, neverFirst))
  if (chance(random, 0.05 * mess)) codes.push(...many)
  const plain = codes.map((code) => code.replaceAll('.', '').trim().toUpperCase())
  return chance(random, 0.02 + 0.3 * mess)
    ? codes
    : codes.filter((_, at) => plain.indexOf(plain[at] ?? '') === at)
}

const many = Array.from({ length: 12 }, (_, at) => `Z${at + 10}9`)

/** Dots, blanks and lower case as callers write them. */
function spelled(random: Random, code: string, dot: boolean): string {
  const dotted = dot && code.length > 3 && chance(random, 0.5) ? `${code.slice(0, 3)}.${code.slice(3)}` : code
  return chance(random, 0.1) ? ` ${dotted.toLowerCase()} ` : dotted
}

function diagnosis(random: Random, mess: number): string {
  return spelled(random, pick(random, chance(random, 0.03 + 0.2 * mess) ? awkward : billable), true)
}

function procedure(random: Random, mess: number): string {
  if (chance(random, 0.005 + 0.05 * mess)) return otherForm
  return spelled(random, chance(random, 0.04 * mess) ? unknownProcedure : pick(random, procedures), false)
}

/** The date itself or one near it, where months, intervals and windows end. */
function near(random: Random, date: string): string {
  return pick(random, [
    () => date,
    () => addDays(date, -1),
    () => addDays(date, 1),
    () => addDays(date, -30),
    () => addDays(date, -31),
    () => addMonths(date, -1),
    () => addDays(addMonths(date, -1), -1),
    () => addDays(addMonths(date, -1), 1),
    () => addMonths(date, -2),
    () => addMonths(date, -12),
    () => pick(random, serviceDates),
  ])()
}

function since(random: Random, date: string, mess: number): string {
  if (!chance(random, 0.05 + 0.3 * mess)) return '1920-01-01'
  return pick(random, [
    () => addMonths(date, -1),
    () => addDays(addMonths(date, -1), 1),
    () => addMonths(date, -3),
    () => addDays(date, 1),
    () => addDays(date, 40),
    () => `${date.slice(0, 8)}01`,
    () => addMonths(date, -12 * 71),
    () => '2027-01-01',
  ])()
}

function lines(random: Random, date: string, diagnosisCount: number, mess: number): ServiceLine[] {
  const numbers = shuffled(random, [1, 2, 3, 10])
  const count = chance(random, 0.45) ? 1 : whole(random, 2, 3)
  const sameCode = procedure(random, mess)
  return numbers
    .slice(0, count)
    .map((lineNumber) =>
      line(
        random,
        lineNumber,
        chance(random, 0.5) ? sameCode : procedure(random, mess),
        chance(random, 0.85) ? date : near(random, date),
        diagnosisCount,
        mess,
      ),
    )
}

/** Now and then the wastage of a line stands beside it, before or after it. */
function withWastage(random: Random, some: readonly ServiceLine[]): ServiceLine[] {
  const [dose] = some
  if (dose === undefined || !chance(random, 0.08)) return [...some]
  const lineNumber = pick(random, [4, 5, 20])
  const units = pick(random, [1, 1, 2])
  // Now and then the line says of itself that nothing was thrown away; no draw is spent on it.
  const modifiers = lineNumber === 20 && units === 2 ? ['JW', 'JZ'] : ['JW']
  const wastage = { ...dose, lineNumber, modifiers, units }
  const plain = chance(random, 0.7) ? { ...dose, modifiers: [] } : dose
  return [plain, ...some.slice(1), wastage]
}

function line(
  random: Random,
  lineNumber: number,
  procedureCode: string,
  dateOfService: string,
  diagnosisCount: number,
  mess: number,
): ServiceLine {
  const given = 0.97 - 0.35 * mess
  const pointers = Array.from({ length: diagnosisCount }, (_, position) => position + 1)
  const dosed = chance(random, 0.15)
  return {
    lineNumber,
    procedureCode,
    dateOfService,
    ...maybe(random, 0.04 + 0.15 * mess, () => ({
      dateOfServiceEnd: addDays(dateOfService, pick(random, [0, 1, 1, 2, 2, 3, 30, 31])),
    })),
    ...maybe(random, dosed ? 0.3 : given, () => ({ units: pick(random, [1, 1, 1, 1, 2, 3, 0.5, 5]) })),
    ...maybe(random, dosed ? 1 : 0.02, () => ({
      administeredDose: pick(random, [
        { value: 1000, unit: 'ug' },
        { value: 1, unit: 'mg' },
        { value: 1001, unit: 'ug' },
        { value: 0.3, unit: 'mg' },
        { value: 1.1, unit: 'mg' },
        { value: 2.5, unit: 'mL' },
        { value: 0.5, unit: 'mL', concentration: { value: 1000, unit: 'ug/mL' } },
        { value: 1.5, unit: 'mL', concentration: { value: 1, unit: 'mg/mL' } },
        { value: 0.3, unit: 'mL', concentration: { value: 5, unit: 'no-unit' } },
        { value: 5, unit: 'ML', concentration: { value: 1000, unit: 'MCG/ML' } },
        { value: 1, unit: 'MG' },
        { value: 1, unit: 'MU' },
      ]),
    })),
    ...maybe(random, dosed ? 0.7 : 0.1, () => ({
      discardedDose: pick(random, [
        { value: 0, unit: 'ug' },
        { value: 0, unit: 'no-unit' },
        { value: 700, unit: 'ug' },
        { value: 0.5, unit: 'mL' },
        { value: 2, unit: 'mg' },
        { value: 1, unit: 'no-unit' },
      ]),
    })),
    ...maybe(random, given, () => ({
      modifiers: [
        ...some(random, chance(random, 0.02 + 0.2 * mess) ? modifiers : modifiers.slice(1), 0, 2),
        ...(chance(random, 0.25) ? some(random, pairModifiers, 1, 2) : []),
      ].map((one) => (chance(random, 0.1) ? one.toLowerCase() : one)),
    })),
    ...maybe(random, 0.7, () => ({
      ndc: {
        code: chance(random, mess === 0 ? 0.95 : 0.6) ? '00517-0031-25' : pick(random, spelledNdcs),
        ...maybe(random, 0.6, () => ({ unit: pick(random, ['ML', 'ML', 'ML', 'UN', 'GR', 'F2'] as const) })),
        ...maybe(random, 0.15, () => ({ quantity: pick(random, [1, 1, 0.5, 2]) })),
      },
    })),
    ...maybe(random, given, () => ({ vialType: pick(random, ['single-dose', 'multi-dose'] as const) })),
    ...maybe(random, given, () => ({
      diagnosisPointers: chance(random, 0.05 * mess)
        ? [diagnosisCount + 1]
        : chance(random, 0.005 + 0.1 * mess)
          ? [1, 1]
          : some(random, pointers, 1, chance(random, 0.05) ? 5 : 3),
    })),
    ...maybe(random, given, () => ({
      placeOfService: pick(random, mess === 0 ? placesOfTidyLines : placesOfLines),
    })),
    ...maybe(random, 0.97, () => ({ provider: provider(random, given) })),
  }
}

function provider(random: Random, given: number): NonNullable<ServiceLine['provider']> {
  return {
    ...maybe(random, given, () => ({ npi: pick(random, [npis[0], npis[0], npis[1]]) })),
    ...maybe(random, given, () => ({
      taxonomyCode: chance(random, 0.2) ? taxonomies[0].toLowerCase() : pick(random, taxonomies),
    })),
    ...maybe(random, given, () => ({
      networkStatus: pick(random, ['in-network', 'out-of-network'] as const),
    })),
    ...maybe(random, given, () => ({ goldCard: chance(random, 0.5) })),
  }
}

function historyEntry(random: Random, date: string, mess: number): HistoryEntry {
  return {
    procedureCode: spelled(random, pick(random, procedures), false),
    dateOfService: chance(random, 0.1) ? date : near(random, date),
    ...maybe(random, 0.95 - 0.4 * mess, () => ({ units: pick(random, [1, 1, 2, 0.5]) })),
    ...maybe(random, 0.6, () => ({ claimStatus: pick(random, ['paid', 'pending', 'denied'] as const) })),
    ...maybe(random, 0.8 - 0.4 * mess, () => ({
      modifiers: chance(random, 0.6) ? [] : some(random, ['JW', 'jw', '76', 'XS', 'LT', '26'], 1, 2),
    })),
  }
}

function labResult(random: Random, date: string, mess: number): LabResult {
  const unit = chance(random, 0.2 * mess)
    ? pick(random, ['mm[Hg]', 'not-a-unit', 'pmol/L'])
    : pick(random, ['pg/mL', 'ng/L', 'pg/mL', 'PG/ML'])
  return {
    loincCode: pick(random, loincs),
    value: pick(random, [100, 150, 200, 250]),
    unit,
    observedOn: near(random, date),
  }
}

/** Each item once or not at all; now and then both ways. */
function documentation(random: Random, mess: number): { item: string; present: boolean }[] {
  const entries = items
    .filter(() => chance(random, 0.95 - 0.3 * mess))
    .map((item) => ({ item, present: chance(random, 0.85) }))
  return chance(random, 0.1 * mess)
    ? [...entries, { item: pick(random, items), present: chance(random, 0.5) }]
    : entries
}

/** Mostly one that fits; the parts are left out or do not fit now and then, and numbers are shared. */
function authorization(random: Random, date: string, mess: number): Authorization {
  const given = 0.97 - 0.3 * mess
  return {
    authorizationNumber: pick(random, ['A1', 'A1', 'B2', 'C3']),
    status: pick(random, [
      'approved',
      'approved',
      'approved',
      'approved',
      'approved',
      'approved',
      'pended',
      'denied',
      'cancelled',
    ] as const),
    ...maybe(random, given, () => ({
      procedureCodes: chance(random, 0.6)
        ? [...procedures]
        : some(random, procedures, 1, 2).map((code) => spelled(random, code, false)),
    })),
    ...maybe(random, given, () => ({
      from: pick(random, ['2027-01-01', '2027-01-01', date, addDays(date, 1), '2028-02-29']),
    })),
    ...maybe(random, given, () => ({
      to: pick(random, ['2029-01-01', '2028-12-31', date, addDays(date, -1), '2028-02-29']),
    })),
    ...maybe(random, given, () => ({ unitsApproved: pick(random, [0, 1, 2, 4, 12, 12]) })),
    ...maybe(random, given, () => ({ unitsUsed: pick(random, [0, 0, 0, 1, 3]) })),
    ...maybe(random, 0.2, () => ({ providerNpi: pick(random, npis) })),
    ...maybe(random, 0.2, () => ({ placesOfService: some(random, places, 1, 2) })),
  }
}
