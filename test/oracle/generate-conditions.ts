// Random conditions: every atom and connective, nested to depth 3, over the shared vocabulary.
import type { Atom, Expression } from '../../src/decision/shapes/expression.js'
import { chance, maybe, pick, several, some, whole, type Random } from './random.js'
import {
  diagnosisPatterns,
  items,
  loincs,
  modifiers,
  places,
  procedureLists,
  stateLists,
  taxonomies,
} from './vocabulary.js'

/** A condition of at most this depth. */
export function condition(random: Random, depth = 3): Expression {
  if (depth <= 1 || chance(random, 0.6)) return atom(random)
  const parts = () => several(random, 1, 3, () => condition(random, depth - 1))
  switch (whole(random, 0, 4)) {
    case 0:
      return { all: parts() }
    case 1:
      return { not: condition(random, depth - 1) }
    case 2: {
      const of = parts()
      return { atLeast: { n: whole(random, 1, of.length + (chance(random, 0.1) ? 1 : 0)), of } }
    }
    default:
      return { any: parts() }
  }
}

/** An atom over a diagnosis, by code set, by codes or by both. */
export function diagnosisAtom(random: Random): Atom {
  const bySet = chance(random, 0.6)
  return {
    diagnosis: {
      ...(bySet ? { codeSet: pick(random, ['group-1', 'group-1', 'group-2']) } : {}),
      ...(!bySet || chance(random, 0.2) ? { codes: some(random, diagnosisPatterns, 1, 4) } : {}),
      ...maybe(random, 0.15, () => ({
        position: pick(random, ['primary', 'primary', 'secondary'] as const),
      })),
    },
  }
}

export function labAtom(random: Random): Atom {
  return {
    lab: {
      loincCodes: some(random, loincs, 1, 2),
      is: pick(random, ['below', 'at-most', 'above', 'at-least'] as const),
      value: pick(random, [150, 200, 203.3055]),
      unit: pick(random, ['pg/mL', 'pg/mL', 'ng/L', 'pmol/L']),
      ...maybe(random, 0.5, () => ({ molarMass: 1355.37 })),
      ...maybe(random, 0.4, () => ({ maximumAgeDays: pick(random, [0, 30, 90]) })),
      ...maybe(random, 0.4, () => ({ which: pick(random, ['latest', 'any'] as const) })),
    },
  }
}

export function documentedAtom(random: Random): Atom {
  return { documented: pick(random, items) }
}

const atomMakers: readonly ((random: Random) => Atom)[] = [
  diagnosisAtom,
  diagnosisAtom,
  diagnosisAtom,
  labAtom,
  labAtom,
  documentedAtom,
  documentedAtom,
  (random) => ({ procedureCode: [...pick(random, procedureLists)] }),
  (random) => ({ placeOfService: some(random, places, 1, 2) }),
  (random) => ({ claimType: some(random, ['professional', 'institutional', 'dme'] as const, 1, 2) }),
  (random) => ({ state: [...pick(random, stateLists)] }),
  (random) => ({ modifier: some(random, modifiers, 1, 3) }),
  (random) => ({ modifierOnOtherLine: some(random, modifiers, 1, 3) }),
  (random) => ({ networkStatus: [pick(random, ['in-network', 'out-of-network'] as const)] }),
  (random) => ({ taxonomyCode: some(random, taxonomies, 1, 2) }),
  (random) => ({ vialType: [pick(random, ['single-dose', 'multi-dose'] as const)] }),
  (random) => ({ treatmentPhase: [pick(random, ['loading', 'maintenance'] as const)] }),
  (random) => ({ sex: [pick(random, ['female', 'male'] as const)] }),
  (random) => ({ ageYears: pick(random, [{ minimum: 18 }, { maximum: 64 }, { minimum: 65, maximum: 70 }]) }),
  (random) => ({ discardedUnits: { over: pick(random, [0, 0, 1]) } }),
  (random) => ({ units: { over: pick(random, [0, 1, 1.5, 2]) } }),
  () => ({ goldCard: true }),
  () => ({ ndcGiven: true }),
  (random) => ({
    previousService: {
      procedureCodes: [...pick(random, procedureLists)],
      within: pick(random, [{ days: 1 }, { days: 30 }, { months: 1 }, { months: 2 }]),
    },
  }),
  (random) => ({ companion: { procedureCodes: [...pick(random, procedureLists)] } }),
]

/** Any atom; those over diagnoses, labs and documents more often. */
export function atom(random: Random): Atom {
  return pick(random, atomMakers)(random)
}
