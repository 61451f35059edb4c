// What would change the answer: what must hold of it in every generated world, decided anew by the core itself.
import t from 'tap'
import { Compile } from 'typebox/compile'
import {
  changesComponents,
  WhatWouldChange,
  type LineChanges,
  type ProposedChange,
} from '../../../src/decision/advice/changes/answer.js'
import { changed, type Change } from '../../../src/decision/advice/changes/change.js'
import { flips, isWanting, passes, pressing } from '../../../src/decision/advice/changes/flips.js'
import { mostTrials } from '../../../src/decision/advice/changes/trials.js'
import { whatWouldChange } from '../../../src/decision/advice/changes/what-would-change.js'
import { decide } from '../../../src/decision/decide.js'
import { findingInWords, findingsOf } from '../../../src/decision/explain/findings.js'
import { standingAlone } from '../../../src/decision/explain/answers.js'
import { sourcesFrom, type Sources } from '../../../src/decision/explain/sources.js'
import type { LineVerdict } from '../../../src/decision/verdict/verdict.js'
import { determinationComponents } from '../../../src/decision/shapes/determination.js'
import { CheckRequest } from '../../../src/decision/shapes/request.js'
import { requestFaults } from '../../../src/decision/facts/request-faults.js'
import type { PolicyView } from '../../../src/decision/shapes/view.js'
import { compilePolicyView } from '../../../src/policies/loaded/compile.js'
import { pairOf } from '../../oracle/generate.js'
import { frozen, shuffled } from '../worlds.js'
import { worldsOf } from '../../support/short.js'

const runs = Number(process.env.PROPERTY_RUNS ?? worldsOf(800, 40))
const validAnswer = Compile(
  Object.fromEntries(
    [...determinationComponents, ...changesComponents].map((schema) => [
      (schema as { $id?: string }).$id,
      schema,
    ]),
  ),
  WhatWouldChange,
)
const validRequest = Compile(CheckRequest)

interface Asked {
  readonly request: CheckRequest
  readonly view: PolicyView
  readonly line: LineChanges
  readonly before: LineVerdict
  /** Of the whole answer, in which two sources of one name are told apart. */
  readonly sources: Sources
}

/** The line under some changes, decided by the core; the changed request must be one that a check takes, about the same patient and diagnoses. */
function under({ request, view, line }: Asked, changes: readonly ProposedChange[]): LineVerdict {
  const after = changed(request, changes as readonly Change[])
  if (!validRequest.Check(after))
    throw new Error(`no valid request: ${JSON.stringify(validRequest.Errors(after).slice(0, 2))}`)
  if (requestFaults(after).length > requestFaults(request).length)
    throw new Error(`contradicts itself: ${JSON.stringify(requestFaults(after))}`)
  if (untouchable(after) !== untouchable(request))
    throw new Error(`touches what is not to be chosen: ${JSON.stringify(changes)}`)
  const decided = decide(after, view).lines.find(({ facts }) => facts.line.lineNumber === line.lineNumber)
  if (decided === undefined) throw new Error('the line is gone')
  return decided
}

/** What no change may touch: diagnoses and pointers to them, patient, plan, the services and doses themselves. */
function untouchable({
  coverage: { planId, payerId, contractorNumber },
  patient,
  diagnosisCodes,
  serviceLines,
}: CheckRequest): string {
  return JSON.stringify([
    planId,
    payerId,
    contractorNumber,
    patient,
    diagnosisCodes,
    serviceLines.map((one) => [
      one.lineNumber,
      one.procedureCode,
      one.diagnosisPointers,
      one.administeredDose,
    ]),
  ])
}

const properties: Readonly<Record<string, (asked: Asked) => void>> = {
  'every finding that is not met or lacks evidence is there, once': ({ line, before, sources }) => {
    const expected = findingsOf(before)
      .filter(isWanting)
      .map((finding) => findingInWords(finding, { ...standingAlone(before.facts.view), sources }))
    if (JSON.stringify(line.findings.map(({ finding }) => finding)) !== JSON.stringify(expected))
      throw new Error('another list of findings')
  },
  'every suggestion flips its own finding, and no part of it can be left out': (asked) => {
    const open = findingsOf(asked.before).filter(isWanting)
    for (const [at, { suggestions }] of asked.line.findings.entries()) {
      const finding = open[at]
      if (finding === undefined) throw new Error('a finding that is not open')
      for (const { changes, lineOutcome, opens } of suggestions) {
        const after = under(asked, changes)
        if (!flips(finding, asked.before, after))
          throw new Error(
            `does not flip ${finding.question} ${finding.reason.code}: ${JSON.stringify(changes)}`,
          )
        if (after.outcome !== lineOutcome) throw new Error(`${lineOutcome} is ${after.outcome}`)
        if (
          opens.join() !==
          pressing(after)
            .filter((question) => passes(asked.before, question))
            .join()
        )
          throw new Error('opens other questions')
        if (changes.length > 1)
          changes.forEach((_, left) => {
            if (flips(finding, asked.before, under(asked, changes.toSpliced(left, 1))))
              throw new Error(`too much: ${JSON.stringify(changes)}`)
          })
      }
    }
  },
  'the joint set makes the line pass in what it claims, and fail again without any part': (asked) => {
    const {
      line: { together, leaves },
      before,
    } = asked
    if (together === undefined) return
    const after = under(asked, together.changes)
    if (
      !together.settles.every((question) => passes(after, question) && !passes(before, question)) ||
      together.settles.length === 0
    )
      throw new Error('does not settle what it claims')
    if (pressing(after).some((question) => passes(before, question))) throw new Error('makes something worse')
    if (after.outcome !== together.lineOutcome || (leaves.length === 0) !== (after.outcome === 'proceed'))
      throw new Error(`outcome ${after.outcome}`)
    if (leaves.map(({ question }) => question).join() !== pressing(after).join())
      throw new Error('leaves something else')
    together.changes.forEach((_, at) => {
      const fewer = under(asked, together.changes.toSpliced(at, 1))
      if (
        together.settles.every((question) => passes(fewer, question)) &&
        !pressing(fewer).some((question) => passes(before, question))
      )
        throw new Error(`too much: ${JSON.stringify(together.changes[at])}`)
    })
  },
  'what the record was said to say is never proposed to be otherwise': ({ request, line }) => {
    const changes = [
      ...line.findings.flatMap(({ suggestions }) => suggestions.flatMap((one) => one.changes)),
      ...(line.together?.changes ?? []),
    ]
    for (const { pointer, value } of changes) {
      if (
        pointer === '/documentation/-' &&
        (request.documentation ?? []).some(({ item }) => item === (value as { item: string }).item)
      )
        throw new Error(`said already: ${JSON.stringify(value)}`)
      if (pointer === '/serviceHistory' && request.serviceHistory !== undefined)
        throw new Error('takes the history away')
      if (
        pointer.endsWith('/units') &&
        !(Number(value) < (request.serviceLines[Number(pointer.split('/')[2])]?.units ?? Infinity))
      )
        throw new Error('more units')
      if (pointer.endsWith('/dateOfService') && !(String(value) > line.dateOfService))
        throw new Error('an earlier date')
      if (/diagnos|patient|procedureCode$/.test(pointer)) throw new Error(pointer)
    }
  },
}

t.test(`${runs} worlds`, async (t) => {
  const seen = { findings: 0, turned: 0, joint: 0, several: 0, proceed: 0, most: 0, truncated: 0 }
  const failures: string[] = []
  for (let seed = 1; seed <= runs && failures.length < 5; seed++) {
    const { request, content } = pairOf(seed)
    const view = compilePolicyView(content, 1)
    const answer = whatWouldChange(frozen(request), view)
    const before = decide(request, view).lines
    const sources = sourcesFrom([])
    if (!validAnswer.Check(answer))
      failures.push(`seed ${seed}: ${JSON.stringify(validAnswer.Errors(answer).slice(0, 2))}`)
    if (answer.evaluations > mostTrials(request.serviceLines.length))
      failures.push(`seed ${seed}: ${answer.evaluations} trials`)
    answer.lines.forEach((line, at) => {
      const decided = before[at]
      if (decided === undefined) return
      for (const [name, holds] of Object.entries(properties)) {
        try {
          holds({ request, view, line, before: decided, sources })
        } catch (error) {
          failures.push(
            `seed ${seed}, line ${line.lineNumber}: ${name}: ${error instanceof Error ? error.message : String(error)}`,
          )
        }
      }
      seen.findings += line.findings.length
      seen.turned += line.findings.filter(({ suggestions }) => suggestions.length > 0).length
      if (line.together !== undefined) seen.joint++
      if ((line.together?.changes.length ?? 0) > 1) seen.several++
      if (line.together?.lineOutcome === 'proceed') seen.proceed++
    })
    seen.most = Math.max(seen.most, answer.evaluations)
    if (answer.truncated) seen.truncated++
    if (JSON.stringify(sources.all()) !== JSON.stringify(answer.sources))
      failures.push(`seed ${seed}: other sources`)
    const again = whatWouldChange(reordered(request, seed), view)
    if (JSON.stringify(again) !== JSON.stringify(answer)) failures.push(`seed ${seed}: order shows`)
  }
  t.same(failures, [])
  t.comment(JSON.stringify(seen))
  t.ok(
    seen.turned > runs / 5 && seen.joint > runs / 20 && seen.several > 0 && seen.proceed > 0,
    'the worlds are not all hopeless',
  )
})

/** The same request with its lists in another order; the lines stay, since pointers name their places. */
function reordered(request: CheckRequest, by: number): CheckRequest {
  const mixed: Record<string, unknown> = { ...request }
  for (const key of [
    'serviceHistory',
    'labResults',
    'documentation',
    'authorizations',
    'plannedServices',
  ] as const) {
    const list = request[key]
    if (list !== undefined) mixed[key] = shuffled<unknown>(list, by)
  }
  return mixed as CheckRequest
}
