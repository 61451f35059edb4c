// Invariants 4, 5, 6, 8 and 10: every finding is cited; deterministic, total and pure; order does not matter; what was not checked is said; nothing is coached.
import fc from 'fast-check'
import t from 'tap'
import { Compile } from 'typebox/compile'
import { determinationComponents, LineDetermination, type Finding } from '../../src/decision/determination.js'
import type { PolicyContent } from '../../src/decision/policy.js'
import type { CheckRequest } from '../../src/decision/request.js'
import { displayDiagnosis, normalizeCode } from '../../src/decision/codes.js'
import { always, anyWorld, answer, frozen, runs, shuffled } from './worlds.js'

const valid = Compile(Object.fromEntries(determinationComponents.map(schema => [(schema as { $id?: string }).$id, schema])), LineDetermination)

t.test('the core does not write to what it is given, answers the same bytes twice, and never throws', async t => {
  always(({ request, content }) => {
    frozen(request)
    frozen(content)
    const first = JSON.stringify(answer(request, content))
    if (first !== JSON.stringify(answer(request, content))) throw new Error('two answers to one question')
  })
  t.pass(`${runs} worlds`)
})

t.test('every answer is valid against its schema', async t => {
  always(({ request, content }) => {
    for (const line of answer(request, content).lines) {
      if (!valid.Check(line)) throw new Error(JSON.stringify(valid.Errors(line).slice(0, 3)))
    }
  })
  t.pass(`${runs} worlds`)
})

t.test('every finding cites a rule, table or declaration that is there, with its text and grade', async t => {
  always(({ request, content }) => {
    const rules = new Set(content.policies.flatMap(policy => policy.versions.flatMap(version => version.rules.map(rule => `${policy.policyId} ${version.versionId} ${rule.ruleId}`))))
    for (const finding of answer(request, content).lines.flatMap(line => line.findings)) {
      const { ruleId, policyId, versionId, url, grade } = finding.citation
      if (url === '' || grade === undefined || finding.reason === '') throw new Error(`no source: ${JSON.stringify(finding)}`)
      if (ruleId !== undefined && !rules.has(`${policyId} ${versionId} ${ruleId}`)) throw new Error(`cites nothing: ${JSON.stringify(finding.citation)}`)
      if (ruleId === undefined && !speaksWithoutRule(finding)) throw new Error(`a ${finding.kind} finding without a rule`)
    }
  })
  t.pass(`${runs} worlds`)
})

/** Table rows, declarations and texts that cannot be used are cited as a whole. */
function speaksWithoutRule ({ kind, reasonCode, citation }: Finding): boolean {
  return kind === 'completeness' || citation.row !== undefined || ['policy-stale', 'version-not-held', 'applicability-unknown'].includes(reasonCode)
}

t.test('the order of policies, rules, history, results, documents and lines does not show in the answer', async t => {
  fc.assert(fc.property(anyWorld, fc.nat(), ({ request, content }, by) => {
    const plain = withoutPointers(answer(request, content))
    if (plain !== withoutPointers(answer(reordered(request, by), reorderedContent(content, by)))) throw new Error('order shows')
  }), { numRuns: runs, seed: 20261124 })
  t.pass(`${runs} worlds`)
})

// A pointer says where in the request a fact goes; it follows the line when lines are listed otherwise.
function withoutPointers (decision: ReturnType<typeof answer>): string {
  return JSON.stringify(decision, (key, value: unknown) => key === 'pointer' ? undefined : value)
}

function reordered (request: CheckRequest, by: number): CheckRequest {
  const mixed: Record<string, unknown> = { ...request, serviceLines: shuffled(request.serviceLines, by) }
  for (const key of ['serviceHistory', 'labResults', 'documentation', 'authorizations', 'plannedServices'] as const) {
    const list = request[key]
    if (list !== undefined) mixed[key] = shuffled<unknown>(list, by + 1)
  }
  return mixed as CheckRequest
}

function reorderedContent (content: PolicyContent, by: number): PolicyContent {
  return {
    ...content, payers: shuffled(content.payers, by), plans: shuffled(content.plans, by), codeSets: shuffled(content.codeSets, by), unitLimits: shuffled(content.unitLimits, by), policySets: shuffled(content.policySets, by),
    policies: shuffled(content.policies, by).map(policy => ({ ...policy, versions: shuffled(policy.versions, by).map(version => ({ ...version, rules: shuffled(version.rules, by) })) })),
    codeTables: content.codeTables.map(table => ({ ...table, rows: shuffled(table.rows, by) }))
  }
}

t.test('every answer says what it did not check, and names each edition it used that is behind the date', async t => {
  always(({ request, content }) => {
    for (const line of answer(request, content).lines) {
      const codes = line.notEvaluated.map(entry => entry.code)
      for (const code of ['eligibility', 'coordination-of-benefits', 'referral']) if (!codes.includes(code)) throw new Error(`${code} is not said`)
      const behind = line.findings.filter(finding => finding.kind !== 'completeness' && finding.outcome !== 'not-applicable' && finding.citation.coversThrough !== undefined && line.dateOfService > finding.citation.coversThrough && finding.reasonCode !== 'policy-stale' && finding.reasonCode !== 'version-not-held')
      if (behind.length > 0 && !codes.includes('edition-behind')) throw new Error('an edition behind the date is not said')
    }
  })
  t.pass(`${runs} worlds`)
})

t.test('no diagnosis is ever proposed: steps and requests for facts name only submitted codes and what a submitted header may stand for', async t => {
  always(({ request, content }) => {
    const decision = answer(request, content)
    const submitted = (request.diagnosisCodes ?? []).map(normalizeCode)
    const rest = decision.lines.flatMap(line => [...line.infoNeeded.map(info => info.text), line.medicalNecessity.reason, line.priorAuthorization.reason])
    const held = content.codeTables.filter(table => table.system === 'icd-10-cm').flatMap(table => table.rows.map(row => row.code))
    const foreign = held.filter(code => code.length > 3 && !submitted.some(sent => code.startsWith(sent)))
    for (const text of decision.nextSteps.map(step => step.text)) {
      for (const code of foreign) if (text.includes(displayDiagnosis(code)) && !describesRule(text, content, code)) throw new Error(`proposes ${code}: ${text}`)
    }
    if (rest.some(text => /add (a )?diagnos|use diagnos|bill with/i.test(text))) throw new Error('coaches')
  })
  t.pass(`${runs} worlds`)
})

// A rule that names a code in its own condition is quoted as what the document says, not offered as what to bill.
function describesRule (text: string, content: PolicyContent, code: string): boolean {
  return /does not meet the diagnosis rule|diagnosis /.test(text) && JSON.stringify(content.policies).includes(`"${code}"`)
}
