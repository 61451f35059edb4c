// What the sentences of an answer say is so: lists by the rule and the request, dates and numbers by the verdict, codes by the request.
import t from 'tap'
import { decide } from '../../src/decision/decide.js'
import { summarize } from '../../src/decision/explain/explain.js'
import { headlineOfLine } from '../../src/decision/explain/headline.js'
import { askedBy } from '../../src/decision/explain/views.js'
import { findingsOf } from '../../src/decision/explain/findings.js'
import { sentenceOf } from '../../src/decision/explain/sentences/sentence.js'
import { displayDiagnosis, normalizeCode } from '../../src/decision/shapes/codes.js'
import type { LineVerdict } from '../../src/decision/verdict/verdict.js'
import { atomsOf } from '../../src/decision/conditions/walk.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { isNamedBy } from '../oracle/conditions.js'
import { pairs } from '../oracle/generate.js'
import { worldsOf } from '../support/short.js'

const worlds = [...pairs(130_000, worldsOf(2_000, 150))].map((pair) => ({
  ...pair,
  verdict: decide(pair.request, compilePolicyView(pair.content, 1)),
}))
const everyLine = worlds.flatMap((world) => world.verdict.lines.map((line) => ({ ...world, line })))

const diagnosis = /\b[A-TV-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?(?![\w.*-])/g
const codesIn = (text: string): string[] =>
  (text.replace(/"[^"]*"/g, '').match(diagnosis) ?? []).map(normalizeCode)

/** Whether a condition has a part that must not hold: what stands there is no list of what supports. */
function isNegated(condition: object): boolean {
  return JSON.stringify(condition).includes('"not":')
}

const ofDiagnoses = new Set([
  'ask-payer',
  'check-diagnosis-pointers',
  'correct-code',
  'review-claim-line',
  'review-medical-necessity',
  'verify-code',
])

/** The diagnoses of a list such as "D51.0, D51.1 and E53.8". */
const namesIn = (text: string): string[] => text.split(/, | and /).map(normalizeCode)
const whole = askedBy('authorization')
const headlineIn = (line: LineVerdict): string => headlineOfLine(line, whole)

t.test(
  'a diagnosis is said to be listed where the rule names it, and not to be where it does not',
  async (t) => {
    const seen = { listed: 0, unlisted: 0, failed: 0 }
    for (const { seed, request, content, line } of everyLine) {
      const asked = request.serviceLines.find(({ lineNumber }) => lineNumber === line.facts.line.lineNumber)
      if (asked === undefined) throw new Error(`seed ${seed}: no such line`)
      for (const { ground, reason, diagnosis: facts } of findingsOf(line, ['medical-necessity'])) {
        if (ground.type !== 'provision' || ground.provision.type !== 'rule') continue
        const { rule } = ground.provision
        if (rule.kind !== 'diagnosis' || rule.supports === undefined) continue
        const { supports } = rule
        const atoms = atomsOf(supports).flatMap((atom) => ('diagnosis' in atom ? [atom.diagnosis] : []))
        const isListed = (code: string): boolean =>
          atoms.some((atom) => isNamedBy(atom, code, { request, content, line: asked }))
        const sentence = sentenceOf(reason, line.facts.view)
        const [, denied] =
          /(?:^|: )(?:None of )?([A-Z][\w., ]*?) (?:is|are) (?:not )?among /.exec(sentence) ?? []
        const isDenied = /None of |(?:is|are) not among /.test(sentence)
        if (denied !== undefined && isDenied && reason.code !== 'diagnosis-not-excluded') {
          seen.unlisted++
          const wrong = namesIn(denied).filter((code) => !isNegated(supports) && isListed(code))
          if (wrong.length > 0) t.fail(`seed ${seed}: ${wrong} stand in a list: ${sentence}`)
        }
        const [, named = isDenied ? undefined : denied] =
          /(?:^|: )([A-Z][\w., ]*?) (?:is|are) listed by /.exec(sentence) ?? []
        if (named !== undefined) {
          seen.listed++
          const wrong = namesIn(named).filter((code) => !isListed(code))
          if (wrong.length > 0) t.fail(`seed ${seed}: ${named} stands in no list: ${sentence}`)
        }
        if (/ listed by .*, but (?:only (?!under conditions)|not as)/.test(sentence)) {
          seen.failed++
          if (facts?.condition !== 'failed') t.fail(`seed ${seed}: no condition failed: ${sentence}`)
        }
      }
    }
    for (const [what, count] of Object.entries(seen)) t.ok(count > worldsOf(20, 1), `${what}: ${count}`)
  },
)

t.test('units and limits in a sentence are those of the answer', async (t) => {
  let seen = 0
  for (const { seed, line } of everyLine) {
    const { reason, maximum, billedUnits } = line.answers.units.answer
    const sentence = sentenceOf(reason, line.facts.view)
    const [, limit] = /^At most ([\d.]+) units? may be billed/.exec(sentence) ?? []
    const [, billed] = /(?:; | )(?:at least )?([\d.]+) (?:is|are) billed\./.exec(sentence) ?? []
    if (limit !== undefined) seen++
    if (limit !== undefined && Number(limit) !== maximum)
      t.fail(`seed ${seed}: the limit is ${maximum}: ${sentence}`)
    if (sentence.startsWith('No unit is payable') && maximum !== 0)
      t.fail(`seed ${seed}: ${maximum}: ${sentence}`)
    if (billed !== undefined && billedUnits !== undefined && Number(billed) < billedUnits)
      t.fail(`seed ${seed}: ${billedUnits} are billed: ${sentence}`)
    const said = headlineIn(line)
    for (const [, of] of said.matchAll(/units are over the limit of ([\d.]+)/g))
      if (Number(of) !== maximum) t.fail(`seed ${seed}: the limit is ${maximum}: ${said}`)
  }
  t.ok(seen > worldsOf(300, 20), `${seen} limits`)
})

t.test('dates and counts of a schedule are those of the answer', async (t) => {
  const seen = { next: 0, used: 0 }
  for (const { seed, request, line } of everyLine) {
    const { reason, nextEligibleDate, used, status } = line.answers.frequency.answer
    const sentence = sentenceOf(reason, line.facts.view)
    if (reason.code === 'interval-too-short' || reason.code === 'limit-reached') {
      const [, next] = /so the next may be given from (\S+?)\.$/.exec(sentence) ?? []
      if (next !== undefined) seen.next++
      // The answer has the first date within every limit; its sentence is of one of them.
      if (next !== undefined && nextEligibleDate !== undefined && next > nextEligibleDate)
        t.fail(`seed ${seed}: ${nextEligibleDate} is the next date: ${sentence}`)
    }
    if (reason.code === 'interval-too-short') {
      const [, last = ''] = /the last was on (\S+?),/.exec(sentence) ?? []
      const given = [...(request.serviceHistory ?? []), ...request.serviceLines]
      if (!given.some(({ dateOfService }) => dateOfService === last))
        t.fail(`seed ${seed}: nothing was given on ${last}: ${sentence}`)
    }
    if ((reason.code === 'limit-kept' || reason.code === 'limit-reached') && used !== undefined) {
      seen.used++
      const [, counted] = /: ([\d.]+) already counted/.exec(sentence) ?? []
      if (counted !== undefined && Number(counted) !== used)
        t.fail(`seed ${seed}: ${used} are counted: ${sentence}`)
    }
    if (
      /the next date is/.test(headlineIn(line)) &&
      !headlineIn(line).includes(`the next date is ${nextEligibleDate}`)
    )
      t.fail(`seed ${seed}: ${nextEligibleDate} is the next date: ${headlineIn(line)}`)
    if (status === 'within-limit' && /too soon|limit of its schedule is reached/.test(headlineIn(line)))
      t.fail(`seed ${seed}: on schedule: ${headlineIn(line)}`)
  }
  t.ok(seen.next > worldsOf(30, 1) && seen.used > worldsOf(30, 1), `${seen.next} dates, ${seen.used} counts`)
})

t.test(
  'no step names a diagnosis that the request does not have, but billable codes under a header',
  async (t) => {
    let named = 0
    for (const { seed, request, verdict } of worlds) {
      const { headline, nextSteps } = summarize(verdict)
      const sent = (request.diagnosisCodes ?? []).map(normalizeCode)
      const under = verdict.lines.flatMap(({ answers }) =>
        answers['code-validity'].answer.codes.flatMap(({ billableDescendants = [] }) =>
          billableDescendants.map(normalizeCode),
        ),
      )
      const said = [
        headline,
        ...nextSteps
          .filter(({ code }) => ofDiagnoses.has(code))
          .flatMap(({ text, questions = [] }) => [text, ...questions.map((one) => one.text)])
          // What the record should show stands there in the words of the rule.
          .filter((text) => !text.includes('Asked for: ')),
      ]
      for (const text of said)
        for (const code of codesIn(text)) {
          if (verdict.lines.some(({ facts }) => facts.line.code === code)) continue
          named++
          if (!sent.includes(code) && !under.includes(code))
            t.fail(`seed ${seed}: ${displayDiagnosis(code)} is not of the request: ${text}`)
        }
    }
    t.ok(named > worldsOf(300, 20), `${named} diagnoses are named`)
  },
)
