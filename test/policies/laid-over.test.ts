// A tenant's view, laid over the public one that is compiled once for all, decides as the same content compiled in one piece.
import t from 'tap'
import { decide } from '../../src/decision/decide.js'
import { emptyContent, type PolicyContent } from '../../src/decision/policy.js'
import { compilePolicyView } from '../../src/policies/compile.js'
import { laidOver, layersOf } from '../../src/store/overlay.js'
import { pairs } from '../oracle/generate.js'

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
  for (const { seed, request, content } of pairs(1, Number(process.env['OVERLAY_CASES'] ?? 1500))) {
    const { base, own } = divided(
      content,
      (id) => [...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), seed) % 3 === 0,
    )
    const together = laidOver(base, own)
    const inOnePiece = decide(request, compilePolicyView({ ...together }, 7))
    const layered = decide(request, compilePolicyView(together, 7))
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
