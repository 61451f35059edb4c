// A tenant's view, laid over the public one that is compiled once for all, decides as the same content compiled in one piece.
import t from 'tap'
import { determine } from '../../src/decision/determine.js'
import { emptyContent, type PolicyContent } from '../../src/decision/shapes/policy.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { laidOverLookUps } from '../../src/policies/loaded/laid-over.js'
import { laidOver, layersOf } from '../../src/store/tables/overlay.js'
import { pairs } from '../oracle/generate.js'
import { worldsOf } from '../support/short.js'

/** Divides a content in two by what `isOwn` says of the ids: sets with all that is in them, plans, payers and code sets. */
function divided(
  content: PolicyContent,
  isOwn: (id: string) => boolean,
): { base: PolicyContent; own: PolicyContent } {
  const part = (wanted: boolean): PolicyContent => ({
    ...emptyContent,
    payers: content.payers.filter(({ payerId }) => isOwn(payerId) === wanted),
    plans: content.plans.filter(({ planId }) => isOwn(planId) === wanted),
    policySets: content.policySets.filter(({ policySetId }) => isOwn(policySetId) === wanted),
    policies: content.policies.filter(({ policySetId }) => isOwn(policySetId) === wanted),
    codeSets: content.codeSets.filter(({ codeSetId }) => isOwn(codeSetId) === wanted),
    unitLimits: content.unitLimits.filter(({ policySetId }) => isOwn(policySetId) === wanted),
    procedurePairs: content.procedurePairs.filter(({ policySetId }) => isOwn(policySetId) === wanted),
    ndcEditions: content.ndcEditions.filter(({ policySetId }) => isOwn(policySetId) === wanted),
    codeTables: wanted ? [] : content.codeTables, // these are always public
  })
  return { base: part(false), own: part(true) }
}

t.test('generated policy, divided at random between the public and a tenant', async (t) => {
  let compared = 0
  let mixed = 0
  for (const { seed, request, content } of pairs(
    1,
    Number(process.env['OVERLAY_CASES'] ?? worldsOf(1500, 120)),
  )) {
    const { base, own } = divided(
      content,
      (id) => [...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), seed) % 3 === 0,
    )
    const together = laidOver(base, own)
    const inOnePiece = determine(request, compilePolicyView({ ...together }, 7))
    const layered = determine(request, compilePolicyView(together, 7))
    if (JSON.stringify(layered) !== JSON.stringify(inOnePiece))
      return t.strictSame(layered, inOnePiece, `seed ${seed}`)
    compared++
    if (layersOf(together) !== undefined && base.policySets.length > 0 && own.policySets.length > 0) mixed++
  }
  t.ok(
    compared >= 100 && mixed > compared / 3,
    `${compared} compared, ${mixed} of them with sets on both sides`,
  )
})

const cited = {
  publisher: 'A publisher',
  title: 'A document',
  url: 'https://example.org/',
  retrievedOn: '2026-10-01',
  grade: 'primary' as const,
}

/** A set of policy and a code set of the same name, and a rule that supports by the one and excludes by the other. */
function named(ids: readonly string[], code: (id: string) => string): PolicyContent {
  return {
    ...emptyContent,
    policySets: ids.map((policySetId) => ({
      policySetId,
      title: policySetId,
      publisher: 'A publisher',
      speaksTo: ['diagnosis' as const],
    })),
    codeSets: ids.map((codeSetId) => ({ codeSetId, title: codeSetId, codes: [code(codeSetId)] })),
    policies: ids.map((policySetId) => ({
      policyId: `${code(policySetId)}-policy`,
      policySetId,
      title: policySetId,
      versions: [
        {
          versionId: '1',
          from: '2024-01-01',
          source: cited,
          rules: [
            {
              kind: 'diagnosis' as const,
              ruleId: 'r',
              procedures: ['J3420'],
              statement: 'What it says.',
              supports: { diagnosis: { codeSet: policySetId } },
              excluded: policySetId,
              others: 'unknown' as const,
            },
          ],
        },
      ],
    })),
  }
}

/** The codes of the lists that the policies of a view name, policy by policy: those that support, those that are excluded. */
function listsRead({ policies, codeSets }: PolicyContent): Record<string, readonly unknown[]> {
  const codesOf = (name: unknown): readonly string[][] =>
    codeSets.filter(({ codeSetId }) => codeSetId === name).map(({ codes }) => codes)
  return Object.fromEntries(
    policies.map(({ policyId, versions }) => {
      const [rule] = versions[0]?.rules ?? []
      if (rule?.kind !== 'diagnosis' || !('diagnosis' in (rule.supports ?? {}))) return [policyId, []]
      const { diagnosis } = rule.supports as { diagnosis: { codeSet?: string } }
      return [policyId, [codesOf(diagnosis.codeSet), codesOf(rule.excluded)]]
    }),
  )
}

t.test('a rule of the tenant reads its own lists, what supports and what is excluded', async (t) => {
  const view = laidOver(
    named(['g1'], () => 'D511'),
    named(['g1'], () => 'D510'),
  )
  t.strictSame(listsRead(view), {
    'D510-policy': [[['D510']], [['D510']]],
    'D511-policy': [[['D511']], [['D511']]],
  })
})

t.test('policies of one id, public and the tenant’s own, both speak, the public one first', async (t) => {
  const [publicView, own, sets] = [
    named(['g1'], () => 'D511'),
    named(['g1'], () => 'D511'),
    named(['g1', 'a', 'z'], (id) => (id === 'g1' ? 'D511' : id)),
  ].map((content) => compilePolicyView(content, 1))
  if (publicView === undefined || own === undefined || sets === undefined)
    throw new Error('a view is missing')
  const asOwn = (policies: ReturnType<typeof own.policies>) =>
    policies.map((policy) => ({ ...policy, title: `own ${policy.policyId}` }))
  const view = laidOverLookUps(
    {
      ...publicView,
      policies: () =>
        [
          ...sets.policies('a', 'J3420'),
          ...sets.policies('g1', 'J3420'),
          ...sets.policies('z', 'J3420'),
        ].sort((a, b) => (a.policyId < b.policyId ? -1 : 1)),
    },
    { ...own, policies: (...of) => asOwn(own.policies(...of)) },
  )
  t.strictSame(
    view.policies('g1', 'J3420').map(({ policyId, title }) => `${policyId}: ${title}`),
    ['D511-policy: g1', 'D511-policy: own D511-policy', 'a-policy: a', 'z-policy: z'],
  )
})

t.test('the other name of a set is not one that another set has', async (t) => {
  const ids = ['g1', 'own.g1', 'own.own.g1']
  const codes = new Map(ids.map((id, at) => [id, `D51${at}`]))
  for (const [base, own] of [
    [['g1'], ids],
    [ids, ids],
    [['g1', 'own.g1'], ['g1']],
  ] as const) {
    const view = laidOver(
      named(base, () => 'K900'),
      named(own, (id) => codes.get(id) ?? ''),
    )
    const names = view.codeSets.map(({ codeSetId }) => codeSetId)
    t.equal(new Set(names).size, names.length, `${base.join()} below ${own.join()}: each name once`)
    const sets = view.policySets.map(({ policySetId }) => policySetId)
    t.equal(new Set(sets).size, sets.length)
    const read = listsRead(view)
    for (const id of own)
      t.strictSame(read[`${codes.get(id)}-policy`], [[[codes.get(id)]], [[codes.get(id)]]], id)
  }
})

t.test('names of code sets are any text: even one with a colon is left to its owner', async (t) => {
  const list = (codeSetId: string, code: string) => ({ codeSetId, title: codeSetId, codes: [code] })
  const view = laidOver(
    { ...emptyContent, codeSets: [list('g1', 'K900')] },
    {
      ...emptyContent,
      codeSets: [list('g1', 'D510'), list('own.g1', 'D511'), list('own:g1', 'D512')],
    },
  )
  t.strictSame(
    view.codeSets.map(({ codeSetId, codes }) => `${codeSetId} ${codes.join()}`),
    ['g1 K900', 'own.g1 D511', 'own::g1 D510', 'own:g1 D512'],
  )
})
