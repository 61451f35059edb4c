// What a generated pair must be, beyond its types: the schemas, and the rules that the schemas only state in words.
import { Compile } from 'typebox/compile'
import { Expression } from '../../src/decision/shapes/expression.js'
import { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { Rule } from '../../src/decision/shapes/rule.js'
import { unpackPairs } from '../../src/decision/shapes/procedure-pairs.js'
import { CheckRequest } from '../../src/decision/shapes/request.js'
import type { Pair } from './generate.js'

const requestCheck = Compile(CheckRequest)
const contentCheck = Compile({ Expression }, PolicyContent)

/** Everything that is wrong with a pair; nothing for a valid one. */
export function faultsOf({ request, content }: Pair): string[] {
  const faults: string[] = []
  if (!requestCheck.Check(request)) return ['request does not fit its schema']
  if (!contentCheck.Check(content)) return ['content does not fit its schema']
  const unique = (what: string, names: readonly (string | number)[]) => {
    if (new Set(names).size !== names.length) faults.push(`${what} is not unique`)
  }
  unique(
    'lineNumber',
    request.serviceLines.map((line) => line.lineNumber),
  )
  unique(
    'planId',
    content.plans.map((plan) => plan.planId),
  )
  unique(
    'payerId',
    content.payers.map((payer) => payer.payerId),
  )
  unique(
    'policySetId',
    content.policySets.map((set) => set.policySetId),
  )
  unique(
    'policyId',
    content.policies.map((policy) => policy.policyId),
  )
  unique(
    'codeSetId',
    content.codeSets.map((set) => set.codeSetId),
  )
  unique(
    'code system',
    content.codeTables.map((table) => table.system),
  )
  const versions = content.policies.flatMap((policy) => policy.versions)
  unique(
    'ruleId',
    versions.flatMap((version) => version.rules.map((rule) => rule.ruleId)),
  )
  for (const rule of versions.flatMap((version) => version.rules)) faults.push(...ruleFaults(rule))
  for (const policy of content.policies) faults.push(...spanFaults(policy.policyId, policy.versions))
  for (const table of content.codeTables) faults.push(...spanFaults(table.system, table.held))
  faults.push(...referenceFaults(content), ...editionFaults(content), ...codeSetFaults(content))
  return faults
}

export function isValidPair(pair: Pair): boolean {
  return faultsOf(pair).length === 0
}

function ruleFaults(rule: Rule): string[] {
  const faults =
    rule.from !== undefined && rule.to !== undefined && rule.from >= rule.to
      ? [`${rule.ruleId}: its dates are empty`]
      : []
  if (rule.kind !== 'frequency') return faults
  const phases = rule.phases?.map((entry) => entry.phase) ?? []
  if ((rule.limits === undefined) === (rule.phases === undefined))
    faults.push(`${rule.ruleId}: not exactly one of limits and phases`)
  if (rule.loading !== undefined && rule.phases === undefined)
    faults.push(`${rule.ruleId}: loading without phases`)
  return new Set(phases).size === phases.length ? faults : [...faults, `${rule.ruleId}: a phase twice`]
}

/** Spans are in order, not empty, and only the last may be open. */
function spanFaults(name: string, spans: readonly { from: string; to?: string }[]): string[] {
  const bad = spans.some((span, position) => {
    const next = spans[position + 1]
    return (
      (span.to !== undefined && span.from >= span.to) ||
      (next !== undefined && (span.to === undefined || span.to > next.from))
    )
  })
  return bad ? [`${name}: its spans overlap or are out of order`] : []
}

function editionFaults({ unitLimits, procedurePairs, ndcEditions }: PolicyContent): string[] {
  const crosswalksOf = [...new Set(ndcEditions.map((edition) => edition.policySetId))]
  return [
    ...[...new Set(unitLimits.map(tableOf))].flatMap((table) =>
      spanFaults(
        table,
        unitLimits.filter((edition) => tableOf(edition) === table),
      ),
    ),
    ...crosswalksOf.flatMap((setId) =>
      spanFaults(
        `crosswalk of ${setId}`,
        ndcEditions.filter((edition) => edition.policySetId === setId),
      ),
    ),
    ...ndcEditions.flatMap(({ policySetId, edition, rows }) =>
      twice(
        `crosswalk ${policySetId} ${edition}`,
        rows.map((row) => `${row.ndc} ${row.procedureCode}`),
      ),
    ),
    ...twice('pairs', procedurePairs.map(tableOf)),
    ...procedurePairs.flatMap(pairFaults),
  ]
}

function tableOf({ policySetId, setting }: { policySetId: string; setting: string }): string {
  return `${policySetId} ${setting}`
}

/** One list for each column-one code; the rows of one pair follow one another, and only a withdrawn one may be empty. */
function pairFaults({
  policySetId,
  setting,
  rationales,
  lists,
}: PolicyContent['procedurePairs'][number]): string[] {
  return [
    ...twice(
      `pairs of ${policySetId} ${setting}`,
      lists.map((list) => list.columnOne),
    ),
    ...lists.flatMap(({ columnOne, pairs }) => {
      const rows = unpackPairs(pairs, rationales)
      const codes = [...new Set(rows.map((row) => row.columnTwo))]
      if (codes.includes(columnOne)) return [`${columnOne} is a pair with itself`]
      return codes.flatMap((code) =>
        spanFaults(
          `${columnOne} ${code}`,
          rows.filter(
            (row) => row.columnTwo === code && !(row.modifierIndicator === 9 && row.to === row.from),
          ),
        ),
      )
    }),
  ]
}

function twice(what: string, names: readonly string[]): string[] {
  return names.filter((name, at) => names.indexOf(name) < at).map((name) => `${what}: ${name} twice`)
}

function codeSetFaults({ codeSets }: PolicyContent): string[] {
  return codeSets
    .filter((set) => set.codes.join() !== [...new Set(set.codes)].sort().join())
    .map((set) => `${set.codeSetId}: not sorted or not unique`)
}

/** Every set, payer and code set that is named must be there. */
function referenceFaults(content: PolicyContent): string[] {
  const setIds = content.policySets.map((set) => set.policySetId)
  const named = [
    ...content.policies,
    ...content.unitLimits,
    ...content.procedurePairs,
    ...content.ndcEditions,
    ...content.plans.flatMap((plan) => plan.follows),
  ].map((one) => one.policySetId)
  const faults = named.filter((id) => !setIds.includes(id)).map((id) => `no set ${id}`)
  const payerIds = content.payers.map((payer) => payer.payerId)
  faults.push(
    ...content.plans
      .filter((plan) => !payerIds.includes(plan.payerId))
      .map((plan) => `no payer ${plan.payerId}`),
  )
  const text = JSON.stringify(content.policies)
  const codeSetNames = [...text.matchAll(/"(?:codeSet|excluded)":"([^"]+)"/g)].map((match) => match[1])
  const codeSetIds = content.codeSets.map((set) => set.codeSetId)
  return [
    ...faults,
    ...codeSetNames
      .filter((name) => name !== undefined && !codeSetIds.includes(name))
      .map((name) => `no code set ${name}`),
  ]
}
