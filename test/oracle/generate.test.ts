// The generated pairs: valid, the same for the same seed, and spread over every status.
import t from 'tap'
import { ruleKinds } from '../../src/decision/shapes/rule-kinds.js'
import { distributionOf } from './distribution.js'
import { naiveDetermination } from './evaluate.js'
import { pairOf, pairs, type Pair } from './generate.js'
import { printPair, shrink } from './shrink.js'
import { faultsOf, isValidPair } from './valid.js'

/** Statuses that every question must reach, and the smallest share of lines that is enough. */
const statuses: Record<string, readonly string[]> = {
  outcome: ['expect-denial', 'obtain-authorization', 'complete-information', 'indeterminate', 'proceed'],
  requirement: ['required', 'not-required', 'conditional', 'satisfied', 'indeterminate'],
  necessity: ['met', 'not-met', 'insufficient-evidence', 'indeterminate'],
  frequency: ['within-limit', 'exceeds-limit', 'too-soon', 'indeterminate'],
  units: ['within-limit', 'exceeds-limit', 'indeterminate'],
  claimLine: ['clean', 'conflicting', 'incomplete', 'insufficient-evidence', 'indeterminate', 'not-checked'],
  codeValidity: ['valid', 'invalid', 'indeterminate'],
}
const smallestShare = (status: string) => (status === 'satisfied' || status === 'conflicting' ? 0.01 : 0.02)

t.test('every pair is valid', async (t) => {
  for (const pair of pairs(1, 1500)) {
    const faults = faultsOf(pair)
    if (faults.length > 0) t.fail(`seed ${pair.seed}: ${faults.join(', ')}`)
  }
  t.pass('1500 pairs')
})

t.test('the same seed gives the same pair, another seed another one', async (t) => {
  for (const seed of [1, 77, 4_000_000_000]) t.strictSame(pairOf(seed), pairOf(seed))
  t.strictSame([...pairs(10, 3)], [pairOf(10), pairOf(11), pairOf(12)])
  t.not(JSON.stringify(pairOf(1).content), JSON.stringify(pairOf(2).content))
})

t.test('every status of every question is reached often', async (t) => {
  const distribution = distributionOf(pairs(500_000, 3000))
  for (const [question, ofQuestion] of Object.entries(statuses)) {
    for (const status of ofQuestion) {
      const share = distribution[question]?.[status] ?? 0
      t.ok(share >= smallestShare(status), `${question} ${status} ${(100 * share).toFixed(1)} %`)
    }
  }
})

t.test('every connective, atom, rule kind, limit, role and grade is generated', async (t) => {
  const text = [...pairs(1, 400)].map((pair) => JSON.stringify(pair)).join('\n')
  const properties = [
    'all',
    'any',
    'not',
    'atLeast',
    'diagnosis',
    'procedureCode',
    'placeOfService',
    'claimType',
    'state',
    'modifier',
    'modifierOnOtherLine',
    'whenUnknown',
    'networkStatus',
    'taxonomyCode',
    'vialType',
    'treatmentPhase',
    'sex',
    'ageYears',
    'units',
    'goldCard',
    'ndcGiven',
    'lab',
    'documented',
    'previousService',
    'companion',
    'conditionalCodes',
    'excluded',
    'exemptWhen',
    'countsTogether',
    'phases',
    'usableThrough',
    'coversThrough',
    'jurisdiction',
    'completeness',
    'dosePerUnit',
    'dateOfServiceEnd',
    'columnOne',
    'ndc',
  ]
  const words = [
    'minimum-interval',
    'full-months-after',
    'rolling-window',
    'calendar-period',
    'lifetime',
    'binding',
    'governing',
    'fallback',
    'primary',
    'secondary',
    'fictional',
    'practitioner',
    'outpatient-hospital',
    'dme-supplier',
    '00517003125',
    '59',
  ]
  for (const property of properties) t.ok(text.includes(`"${property}":`), property)
  for (const word of words) t.ok(text.includes(`"${word}"`), word)
  for (const kind of ruleKinds) t.ok(text.includes(`"kind":"${kind}"`), kind)
})

t.test('the order of lines, rules and history does not matter to the oracle', async (t) => {
  for (const { request, content } of pairs(9000, 200)) {
    const turned = {
      ...request,
      serviceLines: request.serviceLines.toReversed(),
      ...(request.serviceHistory === undefined
        ? {}
        : { serviceHistory: request.serviceHistory.toReversed() }),
    }
    const turnedContent = {
      ...content,
      policies: content.policies.toReversed().map((policy) => ({
        ...policy,
        versions: policy.versions.map((version) => ({ ...version, rules: version.rules.toReversed() })),
      })),
    }
    t.strictSame(naiveDetermination(turned, turnedContent), naiveDetermination(request, content))
  }
})

/** Stands for any failure that a comparison may find. */
function isSatisfied(pair: Pair): boolean {
  return (
    isValidPair(pair) &&
    naiveDetermination(pair.request, pair.content).lines.some((line) => line.requirement === 'satisfied')
  )
}

t.test('a failing pair shrinks to a small valid one', async (t) => {
  const found = [...pairs(1, 500)].find(isSatisfied)
  if (found === undefined) return t.fail('no satisfied pair')
  const small = shrink(found, isSatisfied)
  t.ok(isSatisfied(small))
  t.ok(printPair(small).length < printPair(found).length / 3)
  t.equal(small.request.serviceLines.length, 1)
})
