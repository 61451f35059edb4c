// Invariants 4, 5, 6, 8 and 10: every finding is cited; deterministic, total and pure; order does not matter; what was not checked is said; nothing is coached.
import { Compile } from 'typebox/compile'
import { normalizeCode } from '../../../src/decision/shapes/codes.js'
import { Decision, determinationComponents } from '../../../src/decision/shapes/determination.js'
import type { Finding } from '../../../src/decision/shapes/finding.js'
import type { PolicyContent } from '../../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../../src/decision/shapes/request.js'
import { CitedRule } from '../../../src/decision/shapes/cited-source.js'
import { cited } from '../../support/cited.js'
import { shuffled, type Invariant } from '../worlds.js'

const valid = Compile(
  Object.fromEntries(determinationComponents.map((schema) => [(schema as { $id?: string }).$id, schema])),
  Decision,
)

const pure: Invariant = async ({ request, content, text, textOf }) => {
  if (text !== (await textOf(request, content))) throw new Error('two answers to one question')
}

const fitsItsSchema: Invariant = async ({ base }) => {
  if (!valid.Check(base)) throw new Error(JSON.stringify(valid.Errors(base).slice(0, 3)))
}

const isCited: Invariant = async ({ content, base }) => {
  const rules = new Set(
    content.policies.flatMap((policy) =>
      policy.versions.flatMap((version) =>
        version.rules.map((rule) => `${policy.policyId} ${version.versionId} ${rule.ruleId}`),
      ),
    ),
  )
  for (const finding of base.lines.flatMap((line) => line.findings)) {
    const { ruleId, policyId, versionId, source } = cited(base, finding)
    if (source.url === '' || source.grade === undefined || finding.reason === '')
      throw new Error(`no source: ${JSON.stringify(finding)}`)
    if (ruleId !== undefined && !rules.has(`${policyId} ${versionId} ${ruleId}`))
      throw new Error(`cites nothing: ${JSON.stringify(finding.citation)}`)
    if (ruleId === undefined && !speaksWithoutRule(finding))
      throw new Error(`a ${finding.kind} finding without a rule`)
  }
  for (const line of base.lines) {
    for (const entry of line.documentation) cited(base, entry)
    for (const code of line.codeValidity.codes) if (code.citation !== undefined) cited(base, code)
    for (const citation of (line.notices ?? []).flatMap(({ citations }) => citations))
      cited(base, { citation })
  }
}

/** Table rows, declarations and texts that cannot be used are cited as a whole. */
function speaksWithoutRule({ kind, reasonCode, citation }: Finding): boolean {
  return (
    kind === 'completeness' ||
    /^claim-format(\.\d+)?$/.test(citation.source) ||
    citation.row !== undefined ||
    ['policy-stale', 'version-not-held', 'claim-type-not-given'].includes(reasonCode)
  )
}

const orderDoesNotShow: Invariant = async ({ request, content, text, textOf, by }) => {
  const after = await textOf(reordered(request, by), reorderedContent(content, by))
  if (text !== after && withoutPointers(text) !== withoutPointers(after)) throw new Error('order shows')
}

// A pointer says where in the request a fact goes; it follows the line when lines are listed otherwise.
function withoutPointers(decision: string): string {
  return decision.replaceAll(/,"pointer":"[^"]*"/g, '')
}

function reordered(request: CheckRequest, by: number): CheckRequest {
  const mixed: Record<string, unknown> = { ...request, serviceLines: shuffled(request.serviceLines, by) }
  for (const key of [
    'serviceHistory',
    'labResults',
    'documentation',
    'authorizations',
    'plannedServices',
  ] as const) {
    const list = request[key]
    if (list !== undefined) mixed[key] = shuffled<unknown>(list, by + 1)
  }
  return mixed as CheckRequest
}

function reorderedContent(content: PolicyContent, by: number): PolicyContent {
  return {
    ...content,
    payers: shuffled(content.payers, by),
    plans: shuffled(content.plans, by),
    codeSets: shuffled(content.codeSets, by),
    unitLimits: shuffled(content.unitLimits, by),
    procedurePairs: shuffled(content.procedurePairs, by).map((edition) => ({
      ...edition,
      lists: shuffled(edition.lists, by),
    })),
    ndcEditions: shuffled(content.ndcEditions, by).map((edition) => ({
      ...edition,
      rows: shuffled(edition.rows, by),
    })),
    policySets: shuffled(content.policySets, by),
    policies: shuffled(content.policies, by).map((policy) => ({
      ...policy,
      versions: shuffled(policy.versions, by).map((version) => ({
        ...version,
        rules: shuffled(version.rules, by),
      })),
    })),
    codeTables: content.codeTables.map((table) => ({ ...table, rows: shuffled(table.rows, by) })),
  }
}

const saysWhatItDidNotCheck: Invariant = async ({ base }) => {
  for (const line of base.lines) {
    const codes = line.notEvaluated.map((entry) => entry.code)
    for (const code of ['eligibility', 'coordination-of-benefits', 'referral'])
      if (!codes.includes(code)) throw new Error(`${code} is not said`)
    const behind = line.findings.filter((finding) => {
      const { coversThrough } = cited(base, finding).source
      return (
        finding.outcome !== 'not-applicable' &&
        finding.kind !== 'completeness' &&
        !['policy-stale', 'version-not-held', 'claim-type-not-given'].includes(finding.reasonCode) &&
        coversThrough !== undefined &&
        line.dateOfService > coversThrough
      )
    })
    for (const { citation } of behind)
      if (!base.sourcesBehind.includes(citation.source))
        throw new Error(`an edition behind the date is not said: ${citation.source}`)
  }
}

const neverCoaches: Invariant = async ({ request, base, policiesText }) => {
  const submitted = (request.diagnosisCodes ?? []).map(normalizeCode)
  const texts = [
    ...base.nextSteps.flatMap(({ text, questions = [] }) => [text, ...questions.map((one) => one.text)]),
    ...base.lines.flatMap((line) => line.infoNeeded.flatMap((info) => info.text ?? [])),
    ...[base, ...base.lines].map(({ headline }) => headline),
  ]
  for (const [text] of texts.flatMap((words) => [
    ...words.matchAll(/\b[A-TV-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4}\b/g),
  ])) {
    const code = normalizeCode(text)
    if (!submitted.some((sent) => code.startsWith(sent)) && !policiesText.includes(`"${code}"`))
      throw new Error(`proposes ${text}`)
  }
  if (!JSON.stringify(CitedRule).includes('ask the clinician what the record supports'))
    throw new Error('the lists of diagnoses have no note')
}

/** Invariants 4, 5, 6, 8 and 10, by name. */
export const purity: Readonly<Record<string, Invariant>> = {
  'does not write to what it is given, answers the same bytes twice, never throws': pure,
  'every answer fits its schema': fitsItsSchema,
  'every finding cites a rule, row or declaration that is there, with link and grade': isCited,
  'the order of policies, rules, history, results, documents and lines does not show': orderDoesNotShow,
  'says what it did not check, and when an edition is behind the date': saysWhatItDidNotCheck,
  'never proposes a diagnosis: texts name only what was submitted, what a submitted header may stand for, and what a rule itself says':
    neverCoaches,
}
