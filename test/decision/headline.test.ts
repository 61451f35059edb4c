// A headline is the one line that a front desk reads: at most 160 characters, and never false of its answer.
import t from 'tap'
import { decide } from '../../src/decision/decide.js'
import { headlineOf, headlineOfLine } from '../../src/decision/explain/headline.js'
import { askedBy, checkKinds } from '../../src/decision/explain/views.js'
import { outcomes, type Outcome, type Requirement } from '../../src/decision/shapes/statuses.js'
import type { LineVerdict } from '../../src/decision/verdict/verdict.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { pairs } from '../oracle/generate.js'

const verdicts = [...pairs(60_000, 800)].map(({ seed, content, request }) => ({
  seed,
  verdict: decide(request, compilePolicyView(content, 1)),
}))
const whole = askedBy('authorization')

/** What a headline says of prior authorization, and the requirements of which it is true. */
const ofAuthorization: ReadonlyArray<readonly [RegExp, readonly Requirement[]]> = [
  [/needs prior authorization before the service\./, ['required']],
  [/It needs prior authorization too\./, ['required']],
  [/No prior authorization is needed\./, ['not-required']],
  [/Its prior authorization is on file\./, ['satisfied']],
  [/Whether prior authorization is needed depends on facts\./, ['conditional']],
  [/Prior authorization is not settled\./, ['indeterminate']],
]

/** How the headline of a line begins, by its outcome. */
const beginnings: Record<Outcome, RegExp> = {
  'expect-denial': /^\S+ would be denied: /,
  'obtain-authorization': /^\S+ needs prior authorization before the service\./,
  'complete-information': /^\S+ is not settled: /,
  indeterminate: /^\S+ is not settled: /,
  'proceed-with-gaps': /^\S+ may go ahead, with gaps\./,
  proceed: /^\S+ may go ahead\./,
}

/** What a headline says that would be false of a line; undefined where nothing is. */
function falsehood(headline: string, { outcome, answers }: LineVerdict): string | undefined {
  if (!beginnings[outcome].test(headline)) return `does not say ${outcome}`
  const { requirement } = answers['prior-authorization'].answer
  const wrong = ofAuthorization.find(([says, of]) => says.test(headline) && !of.includes(requirement))
  if (wrong !== undefined) return `says ${String(wrong[0])} of ${requirement}`
  const { status } = answers['medical-necessity'].answer
  if (/ support(s)? it/.test(headline.replace(/not support/g, '')) && !['met', 'not-met'].includes(status))
    return `says that something supports it: ${status}`
  if (/(do|does) not support it|alone does not support it/.test(headline) && status !== 'not-met')
    return `says that the diagnoses do not support it: ${status}`
  const { frequency, units } = answers
  if (/too soon/.test(headline) && frequency.answer.status !== 'too-soon') return 'says that it is too soon'
  if (/its units are over/.test(headline) && units.answer.status !== 'exceeds-limit')
    return 'says too many units'
  return undefined
}

t.test('every line has a headline that fits and is true of it', async (t) => {
  const seen = new Map<Outcome, number>()
  for (const { seed, verdict } of verdicts)
    for (const line of verdict.lines) {
      const headline = headlineOfLine(line, whole)
      seen.set(line.outcome, (seen.get(line.outcome) ?? 0) + 1)
      if (headline.length === 0 || headline.length > 160 || !headline.endsWith('.'))
        return t.fail(`seed ${seed}: ${headline.length} characters: ${headline}`)
      const wrong = falsehood(headline, line)
      if (wrong !== undefined) return t.fail(`seed ${seed}: ${wrong}: ${headline}`)
    }
  for (const outcome of outcomes.filter((one) => one !== 'proceed-with-gaps'))
    t.ok((seen.get(outcome) ?? 0) > 20, `${outcome}: ${seen.get(outcome)} headlines`)
})

t.test('of many lines it says how many come to the most pressing outcome', async (t) => {
  let many = 0
  for (const { seed, verdict } of verdicts) {
    const headline = headlineOf(verdict, whole)
    if (headline.length > 160) return t.fail(`seed ${seed}: ${headline}`)
    if (verdict.lines.length === 1) continue
    many++
    const count = verdict.lines.filter(({ outcome }) => outcome === verdict.outcome).length
    const all = verdict.lines.length
    const said = count < all ? `${count} of ${all} lines ` : all === 2 ? 'Both lines ' : `All ${all} lines `
    if (!headline.startsWith(said)) return t.fail(`seed ${seed}: ${headline}, not ${said}`)
  }
  t.ok(many > 100, `${many} requests have several lines`)
})

t.test('a check of one question has a headline of that question alone', async (t) => {
  for (const kind of checkKinds)
    for (const { seed, verdict } of verdicts.slice(0, 300)) {
      const headline = headlineOf(verdict, askedBy(kind))
      if (headline.length === 0 || headline.length > 160) return t.fail(`seed ${seed}, ${kind}: ${headline}`)
      if (kind !== 'authorization' && /prior authorization/.test(headline))
        return t.fail(`seed ${seed}, ${kind}: ${headline}`)
    }
  t.pass('each kind was asked')
})
