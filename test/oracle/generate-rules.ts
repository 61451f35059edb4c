// Random rules of every kind, in the mood of the world they belong to.
import type { Expression } from '../../src/decision/shapes/expression.js'
import type { FrequencyLimit, LoadingPhase } from '../../src/decision/shapes/frequency-limit.js'
import { exclusionBases, type Rule } from '../../src/decision/shapes/rule.js'
import type { DecidedKind } from '../../src/decision/shapes/rule-kinds.js'
import { condition, diagnosisAtom, documentedAtom, labAtom } from './generate-conditions.js'
import { chance, maybe, pick, several, shuffled, some, whole, type Random } from './random.js'
import { awkward, billable, boundaries, longAgo, procedureLists } from './vocabulary.js'

const wide = ['A0000-Z9999', '00000-99999']

/**
 * How a world leans. `mess` (places, dates, conditions) and `distrust` (sources), in [0, 1], say how likely everything is that
 * makes an answer unsure; `generous` worlds have rules that are easy to meet.
 */
export interface Mood {
  mess: number
  distrust: number
  generous: boolean
}

/** A rule of this kind, or now and then a review rule that stands in for one. */
export function rule(random: Random, kind: DecidedKind, ruleId: string, mood: Mood): Rule {
  const { mess, generous } = mood
  const base = {
    ruleId,
    procedures: chance(random, generous ? 0.9 : 0.6) ? wide : [...pick(random, procedureLists)],
    ...maybe(random, 0.3 * mess, () => interval(random)),
    ...maybe(random, kind === 'coverage-exclusion' ? 0.95 : 0.1 + 0.3 * mess, () => ({
      when: kind === 'coverage-exclusion' ? rareCondition(random, generous) : condition(random),
    })),
    statement: 'What the document says.',
  }
  if (chance(random, 0.08 * mess)) {
    return {
      kind: 'review',
      ...base,
      about: kind,
      reasonCode: pick(random, ['condition-text-not-held', 'text-not-interpreted'] as const),
    }
  }
  switch (kind) {
    case 'prior-authorization':
      return { kind, ...base, cases: cases(random, mood) }
    // The ground follows the name of the rule, so that no draw is spent on it.
    case 'coverage-exclusion':
      return {
        kind,
        ...base,
        basis:
          exclusionBases[
            [...ruleId].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % exclusionBases.length
          ] ?? 'statutory',
      }
    case 'diagnosis':
      return { kind, ...base, ...diagnoses(random, mood) }
    case 'documentation':
      return {
        kind,
        ...base,
        purpose: pick(random, [
          'decides-necessity',
          'decides-necessity',
          'with-pa',
          'with-claim',
          'retain',
        ] as const),
        criteria: generous ? documentedAtom(random) : criteria(random),
      }
    case 'frequency':
      return { kind, ...base, ...frequency(random, generous) }
    case 'units':
      return {
        kind,
        ...base,
        maximum: pick(random, generous ? [2, 4, 6, 6] : [0, 1, 2, 2, 3, 4]),
        adjudicationIndicator: whole(random, 1, 3),
      }
    case 'claim-line':
      return {
        kind,
        ...base,
        requires: generous ? easyCondition(random) : condition(random, 2),
        effect: chance(random, 0.75) ? 'reject' : 'advise',
        ...maybe(random, 0.3, () => ({ whenUnknown: 'advise' as const })),
        remedy: 'What to do.',
      }
  }
}

/** A half-open range with at least one end, between two boundaries. */
export function interval(random: Random): { from?: string; to?: string } {
  const [from, to] = some(random, boundaries, 2, 2).sort()
  if (from === undefined || to === undefined) return { from: longAgo }
  return pick(random, [{ from }, { to }, { from, to }])
}

/** A condition that mostly does not hold. */
function rareCondition(random: Random, generous: boolean) {
  return { all: several(random, generous ? 4 : 2, 4, () => condition(random, 2)) }
}

/** A condition that mostly holds. */
function easyCondition(random: Random) {
  return { any: several(random, 2, 3, () => condition(random, 2)) }
}

function cases(random: Random, { mess, generous }: Mood) {
  const requirements = generous
    ? (['not-required', 'not-required', 'not-required', 'required'] as const)
    : (['required', 'required', 'required', 'not-required', 'not-required', 'conditional'] as const)
  return several(random, 1, 3, () => ({
    ...maybe(random, 0.4 + 0.3 * mess, () => ({ when: condition(random) })),
    requirement: pick(random, requirements),
    ...maybe(random, 0.5, () => ({
      consequence: pick(random, ['denial', 'prepayment-review', 'penalty', 'unknown'] as const),
    })),
  }))
}

function diagnoses(random: Random, { mess, generous }: Mood) {
  const conditional = shuffled(random, ['T50991A', 'D510', 'D519', 'E538']).slice(0, whole(random, 1, 3))
  return {
    ...maybe(random, 0.85, () => ({
      supports: generous ? { any: [diagnosisAtom(random), diagnosisAtom(random)] } : supports(random),
    })),
    ...maybe(random, 0.1 + 0.4 * mess, () => ({
      conditionalCodes: conditional.map((code) => ({
        codes: [code],
        ...maybe(random, 0.7, () => ({ condition: condition(random, 2) })),
        note: 'A footnote.',
      })),
    })),
    ...maybe(random, generous ? 0.1 : 0.3, () => ({
      excluded: pick(random, ['group-2', 'excluded', 'excluded']),
    })),
    others: chance(random, generous ? 0.2 : 0.35)
      ? ('deny' as const)
      : chance(random, 0.3)
        ? ('not-denied' as const)
        : ('unknown' as const),
  }
}

function supports(random: Random): Expression {
  if (chance(random, 0.6)) return diagnosisAtom(random)
  const one = diagnosisAtom(random)
  return pick<() => Expression>(random, [
    () => ({ any: [one, diagnosisAtom(random)] }),
    () => ({ all: [one, { any: [diagnosisAtom(random), diagnosisAtom(random)] }] }),
    () => ({ all: [one, documentedAtom(random)] }),
    () => ({ all: [one, diagnosisAtom(random)] }),
    () => ({ all: [one, pick<Expression>(random, [{ sex: ['female'] }, { ageYears: { minimum: 18 } }])] }),
    () => ({ not: one }),
    () => condition(random),
  ])()
}

function criteria(random: Random): Expression {
  return pick<() => Expression>(random, [
    () => documentedAtom(random),
    () => documentedAtom(random),
    () => labAtom(random),
    () => ({ any: [documentedAtom(random), labAtom(random)] }),
    () => ({ all: [documentedAtom(random), condition(random, 2)] }),
    () => condition(random, 2),
    () => ({ atLeast: { n: 2, of: [documentedAtom(random), labAtom(random), condition(random, 2)] } }),
  ])()
}

function frequency(random: Random, generous: boolean) {
  const limits = () =>
    several(random, chance(random, 0.1) ? 0 : 1, generous ? 1 : 2, () => limit(random, generous))
  return {
    counting: pick(random, ['services', 'units'] as const),
    ...maybe(random, 0.3, () => ({ countsTogether: [...pick(random, procedureLists)] })),
    ...(chance(random, generous ? 0.8 : 0.65)
      ? { limits: limits() }
      : {
          phases: some(random, ['loading', 'maintenance'] as const, 1, 2).map((phase) => ({
            phase,
            limits: limits(),
          })),
          ...maybe(random, 0.5, () => ({ loading: loadingPhase(random) })),
        }),
    ...maybe(random, 0.2, () => ({ exemptWhen: condition(random, 2) })),
    ...maybe(random, 0.5, () => ({ curableBy: some(random, ['authorization'] as const, 0, 1) })),
    ...maybe(random, 0.5, () => ({
      onExceed: pick(random, ['medical-review', 'medical-review', 'deny'] as const),
    })),
  }
}

/** The words of a document on how long the loading phase lasts. */
function loadingPhase(random: Random): LoadingPhase {
  const first = pick<() => LoadingPhase['first']>(random, [
    () => ({ services: whole(random, 1, 3) }),
    () => ({ services: whole(random, 1, 3) }),
    () => ({ days: pick(random, [1, 30, 60]) }),
    () => ({ weeks: pick(random, [1, 4, 9]) }),
  ])()
  return {
    first,
    ...maybe(random, 0.7, () => ({
      newCourseAfter: pick<() => NonNullable<LoadingPhase['newCourseAfter']>>(random, [
        () => ({ days: pick(random, [30, 31, 90]) }),
        () => ({ months: pick(random, [1, 2, 12]) }),
      ])(),
    })),
  }
}

/** A limit of any type, narrow enough to fail and wide enough to hold. */
export function limit(random: Random, generous: boolean): FrequencyLimit {
  const maximum = pick(random, generous ? [2, 4, 6, 8] : [0, 1, 2, 3, 4, 6])
  return pick<() => FrequencyLimit>(random, [
    () => ({ type: 'minimum-interval', days: pick(random, [1, 7, 28, 30, 31, 60]) }),
    () => ({ type: 'minimum-interval', months: pick(random, [1, 1, 2, 12]) }),
    () => ({ type: 'full-months-after', months: pick(random, [1, 2, 11]) }),
    () => ({ type: 'rolling-window', days: pick(random, [1, 30, 31, 90]), maximum }),
    () => ({ type: 'rolling-window', months: pick(random, [1, 2, 3]), maximum }),
    () => ({ type: 'calendar-period', period: pick(random, ['month', 'quarter', 'year'] as const), maximum }),
    () => ({
      type: 'calendar-period',
      period: 'plan-year',
      ...maybe(random, 0.3, () => ({ startMonth: pick(random, [1, 2, 4, 7]) })),
      maximum,
    }),
    () => ({ type: 'lifetime', maximum }),
  ])()
}

/** The code sets that diagnosis atoms and rules refer to. */
export function codeSets(random: Random) {
  const codes = [...billable, ...awkward]
  return [
    {
      codeSetId: 'group-1',
      title: 'Covered.',
      codes: [...new Set(['D510', ...some(random, billable, 2, 5), ...some(random, codes, 0, 5)])].sort(),
    },
    { codeSetId: 'group-2', title: 'Other.', codes: some(random, codes, 1, 4).sort() },
    { codeSetId: 'excluded', title: 'Excluded.', codes: some(random, codes, 1, 3).sort() },
  ]
}
