// Two views of one verdict: the summary is the full answer without its optional parts, every source is cited and every citation has its
// source, and nothing is said twice.
import t from 'tap'
import { decide } from '../../src/decision/decide.js'
import { explainInFull, summarize, type FullDecision } from '../../src/decision/explain/explain.js'
import { checkKinds, askedBy } from '../../src/decision/explain/views.js'
import type { Decision, LineDetermination } from '../../src/decision/shapes/determination.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { starterContent } from '../../scripts/app-on-packs.js'
import { pairs } from '../oracle/generate.js'
import { aCheck } from '../protocols/requests.js'
import { workedVisits } from '../support/worked-visits.js'

const starter = await starterContent()
const worlds = [...pairs(40_000, 600)].map((pair) => ({ ...pair, verdict: decided(pair) }))

const answerParts = [
  'priorAuthorization',
  'medicalNecessity',
  'frequency',
  'units',
  'claimLine',
  'codeValidity',
] as const
// What the summary keeps of an answer, besides its status and the code of its reason.
const kept = ['consequence', 'nextEligibleDate', 'billedUnits', 'maximum']
const mostSteps = 5

/** The full answer without its optional parts, field by field. */
function projected({
  policyRevision,
  outcome,
  headline,
  nextSteps,
  lines,
  sourcesBehind,
}: FullDecision): object {
  return {
    policyRevision,
    ...(outcome === undefined ? {} : { outcome }),
    headline,
    nextSteps: nextSteps.slice(0, mostSteps),
    moreSteps: Math.max(0, nextSteps.length - mostSteps),
    lines: lines.map(projectedLine),
    sourcesBehind,
  }
}

function projectedLine(line: LineDetermination): object {
  const { lineNumber, procedureCode, outcome, headline, gaps } = line
  return {
    lineNumber,
    procedureCode,
    ...(outcome === undefined ? {} : { outcome }),
    headline,
    ...Object.fromEntries(
      answerParts
        .filter((part) => line[part] !== undefined)
        .map((part) => [
          part,
          Object.fromEntries(
            Object.entries(line[part]).filter(([name]) =>
              ['requirement', 'status', 'reasonCode', ...kept].includes(name),
            ),
          ),
        ]),
    ),
    gaps,
  }
}

function decided({ content, request }: { content: PolicyContent; request: CheckRequest }) {
  return decide(request, compilePolicyView(content, 1))
}

t.test('the summary is the full answer without its optional parts, of every kind of check', async (t) => {
  let steps = 0
  for (const { seed, verdict } of worlds) {
    for (const kind of checkKinds) {
      const full = explainInFull(verdict, askedBy(kind))
      const summary = summarize(verdict, askedBy(kind))
      if (JSON.stringify(summary) !== JSON.stringify(projected(full)))
        return t.strictSame(summary, projected(full), `seed ${seed}, ${kind}`)
      steps += summary.moreSteps
    }
  }
  t.ok(steps > 100, `${steps} steps were left out of summaries`)
})

t.test('every source is cited, and every citation has its source and rule', async (t) => {
  let citations = 0
  for (const { seed, verdict } of worlds) {
    const { lines, sources, sourcesBehind } = explainInFull(verdict)
    const ids = sources.map(({ source }) => source)
    if (new Set(ids).size !== ids.length) return t.fail(`seed ${seed}: two sources share an id: ${ids}`)
    const cited: Cited[] = [...citationsIn(lines), ...sourcesBehind.map((source) => ({ source }))]
    citations += cited.length
    for (const { source, ruleId } of cited) {
      const found = sources.find((one) => one.source === source)
      if (found === undefined) return t.fail(`seed ${seed}: ${source} is cited and is no source`)
      if (ruleId !== undefined && found.rules?.some((rule) => rule.ruleId === ruleId) !== true)
        return t.fail(`seed ${seed}: ${source} has no rule ${ruleId}`)
    }
    const uncited = ids.filter((id) => !cited.some(({ source }) => source === id))
    if (uncited.length > 0) return t.fail(`seed ${seed}: nothing cites ${uncited}`)
  }
  t.ok(citations > 5_000, `${citations} citations were followed`)
})

interface Cited {
  readonly source: string
  readonly ruleId?: string
}

function citationsIn(value: unknown): Cited[] {
  if (Array.isArray(value)) return value.flatMap(citationsIn)
  if (typeof value !== 'object' || value === null) return []
  if ('source' in value && typeof value.source === 'string' && !('question' in value)) return [value as Cited]
  return Object.values(value).flatMap(citationsIn)
}

t.test('no sentence stands twice in a line, nor in what is said of all lines', async (t) => {
  let sentences = 0
  for (const { seed, verdict } of worlds) {
    const { lines, sources, nextSteps } = explainInFull(verdict)
    // What documents say is not ours: two of them may say the same.
    const read = new Set(sentencesIn(sources))
    // A step of one code is said once; of two codes the words may be those of one document.
    const ofAll = [...read, ...new Set(nextSteps.map(({ text }) => text))]
    for (const line of lines) {
      const said = [...sentencesIn({ ...line, headline: '' }), ...ofAll]
      sentences += said.length
      const twice = said.filter((one, at) => said.indexOf(one) !== at)
      if (twice.length > 0) return t.fail(`seed ${seed}: said twice: ${twice.join(' | ')}`)
    }
  }
  t.ok(sentences > 10_000, `${sentences} sentences were compared`)
})

/** Texts that end as sentences do, each cut into its sentences. */
function sentencesIn(value: unknown): string[] {
  if (typeof value === 'string')
    return /[.?!]$/.test(value) && value.includes(' ') ? value.split(/(?<=[.?!]) (?=[A-Z0-9"])/) : []
  if (Array.isArray(value)) return value.flatMap(sentencesIn)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(sentencesIn) : []
}

t.test('a summary stays short, and a full answer says each thing once', async (t) => {
  const ask = (diagnosis: string): { summary: Decision; full: FullDecision } => {
    const verdict = decided({ content: starter, request: aCheck({ diagnosisCodes: [diagnosis] }) })
    return { summary: summarize(verdict), full: explainInFull(verdict) }
  }
  for (const diagnosis of ['E44.0', 'D51.0', 'D51', 'T50.995A']) {
    const { summary, full } = ask(diagnosis)
    const [short, long] = [summary, full].map((view) => Buffer.byteLength(JSON.stringify(view)))
    t.ok((short ?? 0) <= 1_450, `${diagnosis}: the summary has ${short} bytes`)
    t.ok((long ?? 0) <= 9_900, `${diagnosis}: the full answer has ${long} bytes`)
  }
  const verdict = decided({ content: starter, request: workedVisits['visit'] ?? aCheck() })
  const [short, long] = [summarize(verdict), explainInFull(verdict)].map((view) =>
    Buffer.byteLength(JSON.stringify(view)),
  )
  t.ok((short ?? 0) <= 3_600, `a visit of three lines: the summary has ${short} bytes`)
  t.ok((long ?? 0) <= 15_200, `a visit of three lines: the full answer has ${long} bytes`)
})
