// Random content: payers, plans, sets, policies with versions, unit limits and code tables.
import type { Area, Jurisdiction } from '../../src/decision/shapes/area.js'
import {
  emptyContent,
  type Completeness,
  type Plan,
  type Policy,
  type PolicyContent,
  type PolicySet,
} from '../../src/decision/shapes/policy.js'
import { decidedKinds } from '../../src/decision/shapes/rule-kinds.js'
import type { UnitLimitEdition } from '../../src/decision/shapes/tables.js'
import { ndcEditions, procedurePairs } from './generate-claim-tables.js'
import { codeTables } from './generate-codes.js'
import { source, versionSpans } from './generate-sources.js'
import { codeSets, rule, type Mood } from './generate-rules.js'
import { chance, maybe, pick, several, shuffled, some, whole, type Random } from './random.js'
import {
  boundaries,
  contractorNumbers,
  longAgo,
  procedureLists,
  procedures,
  stateLists,
} from './vocabulary.js'

// Chosen by the size of the world, so that no draw is spent on it.
const linesOfBusiness = ['medicare', 'medicare', 'medicare-advantage', 'not-stated'] as const

/** A small world. The first plan is the one that requests mostly ask about. */
export function content(random: Random, mood: Mood): PolicyContent {
  const { mess } = mood
  const payers = several(random, 1, 3, (position) => ({ payerId: `payer-${position + 1}`, name: 'A payer' }))
  const policySets = several(random, 1, mood.generous ? 2 : pick(random, [2, 3, 5]), (position) =>
    policySet(random, `set-${position + 1}`, mood),
  )
  const setIds = policySets.map((set) => set.policySetId)
  const plans = several(random, 1, 3, (position) =>
    plan(
      random,
      `plan-${position + 1}`,
      payers.map((one) => one.payerId),
      setIds,
      mess,
    ),
  )
  const policies = setIds.flatMap((setId) =>
    several(random, chance(random, 0.1 * mess) ? 0 : 1, chance(random, 0.3) ? 2 : 1, (position) =>
      policy(random, `${setId}-policy-${position + 1}`, setId, mood),
    ),
  )
  return {
    ...emptyContent,
    payers,
    plans,
    policySets,
    policies,
    codeSets: codeSets(random),
    unitLimits: setIds.filter(() => chance(random, 0.25)).flatMap((setId) => unitLimits(random, setId, mood)),
    procedurePairs: setIds
      .filter(() => chance(random, 0.6))
      .flatMap((setId) => procedurePairs(random, setId, mood)),
    ndcEditions: setIds
      .filter(() => chance(random, 0.25))
      .flatMap((setId) => ndcEditions(random, setId, mood)),
    codeTables: codeTables(random, mess),
  }
}

function plan(
  random: Random,
  planId: string,
  payerIds: readonly string[],
  setIds: readonly string[],
  mess: number,
): Plan {
  const followed = chance(random, 1 - 0.3 * mess) ? shuffled(random, setIds) : some(random, setIds, 0, 3)
  const roles = ['binding', 'governing', 'governing', 'fallback', 'fallback'] as const
  const firstRoles = ['governing', 'governing', 'governing', 'governing', 'fallback', 'binding'] as const
  return {
    planId,
    payerId: pick(random, payerIds),
    name: 'A plan',
    lineOfBusiness: linesOfBusiness[(setIds.length + Number(planId.at(-1)) + 2) % 4] ?? 'medicare',
    benefit: 'medical',
    ...maybe(random, 0.15 * mess, () => ({
      claimTypes: some(random, ['professional', 'institutional', 'dme'] as const, 1, 2),
    })),
    ...maybe(random, 0.3, () => ({ planYearStartMonth: pick(random, [1, 1, 4, 7]) })),
    follows: followed.map((policySetId, position) => ({
      policySetId,
      role: pick(random, position === 0 ? firstRoles : roles),
    })),
  }
}

function jurisdiction(random: Random): Jurisdiction {
  return chance(random, 0.65) ? area(random) : several(random, 1, 3, () => area(random))
}

function area(random: Random): Area {
  const types = ['mac-part-a', 'mac-part-b', 'dme-mac'] as const
  return {
    ...maybe(random, 0.6, () => ({ states: [...pick(random, stateLists)] })),
    ...maybe(random, 0.3, () => ({
      contractorTypes: chance(random, 0.6)
        ? ['mac-part-b' as const, ...some(random, ['mac-part-a', 'dme-mac'] as const, 0, 2)]
        : some(random, types, 1, 3),
    })),
    ...maybe(random, 0.3, () => ({ contractorNumbers: some(random, contractorNumbers, 1, 2) })),
  }
}

function policySet(random: Random, policySetId: string, mood: Mood): PolicySet {
  return {
    policySetId,
    title: 'A set',
    publisher: 'A publisher',
    speaksTo: chance(random, 0.5) ? [...decidedKinds] : some(random, decidedKinds, 1, 5),
    ...maybe(random, 0.85 - 0.4 * mood.mess, () => ({
      completeness: several(random, 1, 2, () => completeness(random, mood)),
    })),
  }
}

function completeness(random: Random, { mess, distrust }: Mood): Completeness {
  return {
    kinds: chance(random, 0.7) ? [...decidedKinds] : some(random, decidedKinds, 1, 4),
    procedures: chance(random, 0.8) ? ['A0000-Z9999', '00000-99999'] : [...pick(random, procedureLists)],
    ...maybe(random, 0.1 + 0.3 * mess, () => ({ jurisdiction: jurisdiction(random) })),
    from: chance(random, 0.8) ? longAgo : pick(random, boundaries),
    ...maybe(random, 0.2 * mess, () => ({ to: pick(random, boundaries) })),
    statement: 'It is all held.',
    source: source(random, distrust),
  }
}

function policy(random: Random, policyId: string, policySetId: string, mood: Mood): Policy {
  const { mess } = mood
  const policyKinds = chance(random, mood.generous ? 0.95 : 0.5)
    ? [...decidedKinds]
    : some(random, decidedKinds, 1, 4)
  return {
    policyId,
    policySetId,
    title: 'A policy',
    ...maybe(random, 0.1 + 0.35 * mess, () => ({ jurisdiction: jurisdiction(random) })),
    versions: versionSpans(random, mess).map((span, version) => ({
      versionId: `v${version + 1}`,
      ...span,
      ...maybe(random, 0.05 + 0.25 * mess, () => ({ jurisdiction: jurisdiction(random) })),
      source: source(random, mood.distrust),
      rules: policyKinds.flatMap((kind) =>
        several(random, 1, chance(random, 0.2) ? 2 : 1, (position) =>
          rule(random, kind, `${policyId}-${kind}-${version + 1}-${position + 1}`, mood),
        ),
      ),
    })),
  }
}

function unitLimits(random: Random, policySetId: string, { mess, distrust }: Mood): UnitLimitEdition[] {
  const settings = chance(random, 0.5)
    ? (['practitioner', 'outpatient-hospital', 'dme-supplier'] as const)
    : some(random, ['practitioner', 'outpatient-hospital', 'dme-supplier'] as const, 1, 2)
  return settings.flatMap((setting) =>
    versionSpans(random, mess).map((span, position) => ({
      policySetId,
      edition: `edition-${position + 1}`,
      setting,
      ...span,
      source: source(random, distrust),
      rows: some(random, procedures, 1, 3).map((procedureCode) => ({
        procedureCode,
        maximum: pick(random, [0, 1, 2, 2, 4]),
        adjudicationIndicator: whole(random, 1, 3),
      })),
    })),
  )
}
