import { findingInWords, findingsOf } from '../../explain/findings.js'
import { standingAlone } from '../../explain/answers.js'
import { inWords } from '../../explain/sentences/sentence.js'
import { sourcesFrom, type Sources } from '../../explain/sources.js'
import type { LineVerdict } from '../../verdict/verdict.js'
import type { Question } from '../../shapes/statuses.js'
import { engineVersion } from '../../engine-version.js'
import { mostPressing } from '../../shapes/outcome.js'
import type { CheckRequest } from '../../shapes/request.js'
import type { PolicyView } from '../../shapes/view.js'
import { inOneGo, type Steps } from '../../steps.js'
import type {
  ChangeSuggestion,
  FindingChanges,
  LineChanges,
  ProposedChange,
  WhatWouldChange,
} from './answer.js'
import type { Way } from './change.js'
import { passes, pressing } from './flips.js'
import { jointSet } from './joint.js'
import { openLine, type OpenFinding, type OpenLine } from './open-findings.js'
import { suggest, type Suggested, type Verified } from './suggest.js'
import { trialsOf, type Trials } from './trials.js'

const note =
  'This is advice on what the loaded rules would accept, not a determination: it is not recorded and has no id. Send only what is true of the patient, the record and the claim, and check again. ' +
  'A diagnosis is never proposed: ask the clinician what the record supports.'

/**
 * For each finding of a check that is not met or lacks evidence, the smallest changes of facts that are the caller's to choose or supply and
 * that turn it, each one decided by the engine; and for each line one set that settles what can be settled. Pure, total and bounded:
 * docs/use/advice.md.
 */
export function whatWouldChange(request: CheckRequest, view: PolicyView): WhatWouldChange {
  return inOneGo(whatWouldChangeInSteps(request, view))
}

/** The same, with a pause after each line that is decided or advised on. */
export function* whatWouldChangeInSteps(request: CheckRequest, view: PolicyView): Steps<WhatWouldChange> {
  const trials = yield* trialsOf(request, view)
  const sources = sourcesFrom([])
  const {
    choice: { plan },
    lines,
  } = trials.asked
  const answered: LineChanges[] = []
  for (const { facts } of lines) {
    yield
    const open = openLine(trials.asked, facts.line.lineNumber)
    if (open !== undefined) answered.push(yield* changesFor(open, trials, sources))
  }
  return {
    policyRevision: view.policyRevision,
    engineVersion,
    ...(plan === undefined ? {} : { planId: plan.planId }),
    ...(request.claimType === undefined ? {} : { claimType: request.claimType }),
    outcome: mostPressing(lines.map((line) => line.outcome)),
    note,
    lines: answered,
    sources: sources.all(),
    evaluations: trials.count(),
    truncated:
      trials.ranOut() || answered.some(({ findings }) => findings.some(({ truncated }) => truncated)),
  }
}

function* changesFor(open: OpenLine, trials: Trials, sources: Sources): Steps<LineChanges> {
  const { decided, findings } = open
  const { lineNumber, sent } = decided.facts.line
  const suggested: Suggested[] = []
  for (const one of findings) suggested.push(yield* suggest(one, decided, trials))
  const joint = pressing(decided).length === 0 ? undefined : yield* jointSet(open, suggested, trials)
  const after = joint?.after ?? decided
  return {
    lineNumber,
    procedureCode: sent.procedureCode,
    dateOfService: sent.dateOfService,
    outcome: decided.outcome,
    findings: findings.map((one, at) =>
      findingChanges(one, { ...standingAlone(decided.facts.view), sources }, suggested[at]),
    ),
    ...(joint === undefined
      ? {}
      : {
          together: {
            changes: proposed(joint.way),
            settles: [...joint.settles],
            lineOutcome: joint.after.outcome,
          },
        }),
    leaves: pressing(after).map((question) => ({ question, ...reasonOf(after, question) })),
  }
}

function findingChanges(
  { finding, options }: OpenFinding,
  writing: Parameters<typeof findingInWords>[1],
  { verified, cut }: Suggested = { verified: [], cut: false },
): FindingChanges {
  return {
    finding: findingInWords(finding, writing),
    suggestions: verified.map(suggestion),
    notProposed: [...options.refused],
    truncated: cut,
  }
}

function suggestion({ way, after, opens }: Verified): ChangeSuggestion {
  return { changes: proposed(way), lineOutcome: after.outcome, opens: [...opens] }
}

function proposed(way: Way): ProposedChange[] {
  return way.map(({ kind, pointer, value, example, text }) => ({ kind, pointer, value, example, text }))
}

function reasonOf(line: LineVerdict, question: Question): { reasonCode: string; reason: string } {
  const { answers, facts } = line
  if (question !== 'documentation') return inWords(answers[question].answer.reason, facts.view)
  // Documentation has no answer of its own: what goes with the claim and is not there stands among its findings.
  const finding = passes(line, question)
    ? undefined
    : findingsOf(line).find((one) => one.question === question && one.outcome !== 'met')
  return finding === undefined
    ? {
        reasonCode: 'documentation-missing',
        reason: 'Documentation that goes with the claim is not there.',
      }
    : inWords(finding.reason, facts.view)
}
