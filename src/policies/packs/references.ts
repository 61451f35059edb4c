import { atomsAt, conditionsAt } from '../../decision/conditions/walk.js'
import type { Expression } from '../../decision/shapes/expression.js'
import type { Completeness, PolicyContent } from '../../decision/shapes/policy.js'
import { kindDecidedBy } from '../../decision/shapes/rule.js'
import type { Source } from '../../decision/shapes/source.js'
import type { PackProblem, ValidPack } from './format.js'
import { rangeProblems } from './ranges.js'

type Report = (path: string, reason: string) => void
interface Place {
  readonly file: string
  readonly path: string
}
type Known = Record<
  'payer' | 'plan' | 'policy set' | 'policy' | 'code set' | 'pack',
  Map<string, Place | undefined>
>

/** The tables that belong to a policy set, each with the kind of rule that its rows count as. */
const tableFamilies = [
  ['unitLimits', 'units'],
  ['procedurePairs', 'claim-line'],
  ['ndcEditions', 'claim-line'],
] as const

const isFictional = (id: string) => id.startsWith('test-')

/**
 * Runs the checks that need more than one object: names, references, dates and grades, over all packs
 * and over `inForce`.
 */
export function referenceProblems(packs: readonly ValidPack[], inForce?: PolicyContent): PackProblem[] {
  const problems: PackProblem[] = []
  const known = namesOf(packs, inForce, problems)
  const speaksTo = new Map(
    [...(inForce?.policySets ?? []), ...packs.flatMap((pack) => pack.content.policySets)].map((set) => [
      set.policySetId,
      set.speaksTo,
    ]),
  )
  const ofOriginalMedicare = new Set(
    [...(inForce?.policySets ?? []), ...packs.flatMap((pack) => pack.content.policySets)]
      .filter((set) => set.originalMedicareOnly === true)
      .map(({ policySetId }) => policySetId),
  )
  for (const pack of packs) {
    const report: Report = (path, reason) => {
      problems.push({ file: pack.file, path, reason })
    }
    const need = (kind: keyof Known, id: string, path: string) => {
      if (!known[kind].has(id)) report(path, `unknown ${kind} ${id}: no pack defines it`)
    }
    checkPlans(pack, need, report)
    checkAdvantagePlans(pack, ofOriginalMedicare, report)
    checkSets(pack, report)
    checkPolicies(pack, need, speaksTo, report)
    checkCodeSets(pack, report)
    for (const [family, kind] of tableFamilies) {
      for (const [i, table] of pack.content[family].entries()) {
        const at = `/${family}/${i}`
        need('policy set', table.policySetId, `${at}/policySetId`)
        checkGrade(table.policySetId, table.source, `${at}/source`, report)
        if (speaksTo.get(table.policySetId)?.includes(kind) === false)
          report(`${at}/policySetId`, `policy set ${table.policySetId} does not list ${kind} in speaksTo`)
      }
    }
    for (const [i, table] of pack.content.codeTables.entries())
      checkGrade(pack.pack.packId, table.source, `/codeTables/${i}/source`, report)
  }
  return [...problems, ...rangeProblems(packs)]
}

function namesOf(
  packs: readonly ValidPack[],
  inForce: PolicyContent | undefined,
  problems: PackProblem[],
): Known {
  const known: Known = {
    payer: new Map(),
    plan: new Map(),
    'policy set': new Map(),
    policy: new Map(),
    'code set': new Map(),
    pack: new Map(),
  }
  const add = (kind: keyof Known, id: string, file: string, path: string) => {
    const first = known[kind].get(id)
    if (first !== undefined)
      problems.push({
        file,
        path,
        reason: `duplicate ${kind} ${id}: ${first.file} defines it at ${first.path}`,
      })
    else known[kind].set(id, { file, path })
  }
  for (const payer of inForce?.payers ?? []) known.payer.set(payer.payerId, undefined)
  for (const plan of inForce?.plans ?? []) known.plan.set(plan.planId, undefined)
  for (const set of inForce?.policySets ?? []) known['policy set'].set(set.policySetId, undefined)
  for (const set of inForce?.codeSets ?? []) known['code set'].set(set.codeSetId, undefined)
  for (const { file, pack, content } of packs) {
    add('pack', pack.packId, file, '/packId')
    content.payers.forEach((payer, i) => add('payer', payer.payerId, file, `/payers/${i}/payerId`))
    content.plans.forEach((plan, i) => add('plan', plan.planId, file, `/plans/${i}/planId`))
    content.policySets.forEach((set, i) =>
      add('policy set', set.policySetId, file, `/policySets/${i}/policySetId`),
    )
    content.policies.forEach((policy, i) => add('policy', policy.policyId, file, `/policies/${i}/policyId`))
    content.codeSets.forEach((set, i) => add('code set', set.codeSetId, file, `/codeSets/${i}/codeSetId`))
  }
  return known
}

function checkPlans(
  { content }: ValidPack,
  need: (kind: keyof Known, id: string, path: string) => void,
  report: Report,
): void {
  for (const [i, plan] of content.plans.entries()) {
    need('payer', plan.payerId, `/plans/${i}/payerId`)
    if (isFictional(plan.planId) !== isFictional(plan.payerId)) {
      report(
        `/plans/${i}/payerId`,
        `plan ${plan.planId} of payer ${plan.payerId}: a fictional payer (test-…) has fictional plans only, and the other way round`,
      )
    }
    for (const [j, { policySetId }] of plan.follows.entries()) {
      const path = `/plans/${i}/follows/${j}/policySetId`
      need('policy set', policySetId, path)
      if (plan.follows.findIndex((other) => other.policySetId === policySetId) < j)
        report(path, `the plan follows ${policySetId} twice`)
      if (isFictional(policySetId) && !isFictional(plan.planId))
        report(
          path,
          `plan ${plan.planId} is not fictional and may not follow the fictional policy set ${policySetId}`,
        )
    }
  }
}

/**
 * Reports Medicare Advantage plans that follow lists or tables of fee-for-service Medicare. Those do
 * not bind them: a code absent there would wrongly count as needing no authorization from the plan.
 */
function checkAdvantagePlans(
  { content }: ValidPack,
  ofOriginalMedicare: ReadonlySet<string>,
  report: Report,
): void {
  for (const [i, plan] of content.plans.entries()) {
    if (plan.lineOfBusiness !== 'medicare-advantage') continue
    for (const [j, { policySetId }] of plan.follows.entries())
      if (ofOriginalMedicare.has(policySetId))
        report(
          `/plans/${i}/follows/${j}/policySetId`,
          `plan ${plan.planId} is Medicare Advantage and may not follow ${policySetId}, which holds for Original Medicare only: load the plan's own list`,
        )
  }
}

function checkSets({ content }: ValidPack, report: Report): void {
  for (const [i, set] of content.policySets.entries()) {
    for (const [j, declaration] of (set.completeness ?? []).entries()) {
      const path = `/policySets/${i}/completeness/${j}`
      checkGrade(set.policySetId, declaration.source, `${path}/source`, report)
      for (const kind of declaration.kinds)
        if (!set.speaksTo.includes(kind))
          report(`${path}/kinds`, `${kind} is not among the kinds in speaksTo of ${set.policySetId}`)
      checkSilence(declaration, path, report)
    }
  }
}

/** Reports a meaning of silence that the kinds cannot have: only limits can be said not to exist. */
function checkSilence({ kinds, silenceMeans }: Completeness, path: string, report: Report): void {
  if (silenceMeans === undefined) return
  const without = ['frequency', 'units', ...(silenceMeans === 'no-limit' ? [] : ['diagnosis', 'claim-line'])]
  for (const kind of kinds)
    if (!without.includes(kind))
      report(
        `${path}/silenceMeans`,
        `${silenceMeans} cannot be said of ${kind}; declare ${kind} apart, without silenceMeans`,
      )
}

function checkPolicies(
  { content }: ValidPack,
  need: (kind: keyof Known, id: string, path: string) => void,
  speaksTo: Map<string, readonly string[]>,
  report: Report,
): void {
  for (const [p, policy] of content.policies.entries()) {
    need('policy set', policy.policySetId, `/policies/${p}/policySetId`)
    for (const [v, version] of policy.versions.entries()) {
      const at = `/policies/${p}/versions/${v}`
      checkGrade(policy.policySetId, version.source, `${at}/source`, report)
      const ruleIds = new Set<string>()
      for (const [r, rule] of version.rules.entries()) {
        const path = `${at}/rules/${r}`
        if (ruleIds.has(rule.ruleId))
          report(
            `${path}/ruleId`,
            `duplicate rule ${rule.ruleId} in version ${version.versionId} of ${policy.policyId}`,
          )
        ruleIds.add(rule.ruleId)
        const kind = kindDecidedBy(rule)
        if (speaksTo.get(policy.policySetId)?.includes(kind) === false)
          report(path, `policy set ${policy.policySetId} does not list ${kind} in speaksTo`)
        for (const [suffix, condition] of conditionsAt(rule))
          checkDiagnosisAtoms(condition, path + suffix, need, report)
        if (rule.kind === 'diagnosis' && rule.excluded !== undefined)
          need('code set', rule.excluded, `${path}/excluded`)
      }
    }
  }
}

function checkDiagnosisAtoms(
  condition: Expression,
  path: string,
  need: (kind: keyof Known, id: string, path: string) => void,
  report: Report,
): void {
  for (const [at, atom] of atomsAt(condition, path)) {
    if (!('diagnosis' in atom)) continue
    const { codeSet, codes } = atom.diagnosis
    if (codeSet !== undefined) need('code set', codeSet, `${at}/diagnosis/codeSet`)
    if (codeSet === undefined && codes === undefined)
      report(`${at}/diagnosis`, 'a diagnosis condition names a codeSet or codes')
  }
}

function checkCodeSets({ content }: ValidPack, report: Report): void {
  for (const [i, { codes }] of content.codeSets.entries()) {
    for (const [j, code] of codes.entries()) {
      const before = codes[j - 1]
      if (before !== undefined && before >= code)
        report(
          `/codeSets/${i}/codes/${j}`,
          before === code ? `${code} is listed twice` : `codes are sorted: ${code} stands after ${before}`,
        )
    }
  }
}

function checkGrade(owner: string, source: Source, path: string, report: Report): void {
  if ((source.grade === 'fictional') === isFictional(owner)) return
  report(
    `${path}/grade`,
    source.grade === 'fictional'
      ? `grade fictional is for sets and packs named test-…, not for ${owner}`
      : `${owner} is fictional (test-…), so the grade of its sources is fictional, not ${source.grade}`,
  )
}
