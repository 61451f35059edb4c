import type { FindingVerdict } from '../verdict/finding.js'
import { collect } from '../collect.js'
import { memoize } from '../memoize.js'
import { questions } from '../shapes/statuses.js'
import type { LineVerdict } from '../verdict/verdict.js'
import { displayDiagnosis } from '../shapes/codes.js'
import type { DiagnosisFacts, Finding } from '../shapes/finding.js'
import { usedBy, type UsedFact } from '../shapes/truth.js'
import type { PolicyView } from '../shapes/view.js'
import { codeOf } from '../reasons/reason.js'
import { citeCompleteness, citeProvision, citeTable } from './citation.js'
import { phaseGroundInWords } from './sentences/frequency.js'
import { sentenceOf } from './sentences/sentence.js'

/** The findings of a line, in the order of its questions; what is found on the hospital's claim too is said of this one alone. */
export function findingsOf({ answers, facts: { view } }: LineVerdict): FindingVerdict[] {
  return collect(questions, (question) => {
    const { findings } = answers[question]
    return findings.filter((finding) => !isFoundOnLine(finding, findings, view))
  })
}

/** Whether what was found on the hospital's claim was found on this one too, in the same words. */
function isFoundOnLine(
  { reason }: FindingVerdict,
  findings: readonly FindingVerdict[],
  view: PolicyView,
): boolean {
  if (reason.code !== 'facility-authorization/finding') return false
  const sentence = sentenceOf(reason.reason, view)
  return findings.some(
    (other) =>
      other.reason.code !== 'facility-authorization/finding' && sentenceOf(other.reason, view) === sentence,
  )
}

/** A finding while it is being put together. Fields are set one by one: this runs for every rule of every line, and spreading is slow. */
type Draft = { -readonly [K in keyof Finding]?: Finding[K] }

/** A finding with its sentence and citation. */
export function findingInWords(verdict: FindingVerdict, view: PolicyView): Finding {
  const { question, outcome, reason, ground, listed, diagnosis, consequence } = verdict
  const finding: Draft = {
    question,
    kind: kindOf(verdict),
    outcome,
    reasonCode: codeOf(reason),
    reason: sentenceOf(reason, view),
  }
  if (ground.type === 'declaration') finding.statement = ground.declaration.statement
  if (ground.type === 'provision' && ground.provision.type === 'rule') {
    const { statement, interpretation } = ground.provision.rule
    finding.statement = statement
    if (interpretation !== undefined) finding.interpretation = interpretation
  }
  finding.factsUsed = usedBy([verdict]).map(usedInWords)
  if (listed !== undefined && listed.length > 0) finding.listedDiagnoses = listedDiagnoses(listed)
  if (diagnosis !== undefined) addDiagnosis(finding, diagnosis)
  if (consequence !== undefined) finding.consequence = consequence
  finding.citation = citationOf(verdict)
  return finding as Finding
}

/** The kind of rule, or the table or declaration, that a finding was read from. */
export function kindOf({ ground }: FindingVerdict): Finding['kind'] {
  if (ground.type === 'declaration') return 'completeness'
  if (ground.type === 'claim-format') return 'claim-line'
  return ground.provision.type === 'rule' ? ground.provision.rule.kind : ground.provision.kind
}

/** Where a finding was read. */
export function citationOf({ ground }: FindingVerdict): Finding['citation'] {
  if (ground.type === 'provision') return citeProvision(ground.provision)
  if (ground.type === 'declaration') return citeCompleteness(ground.policySetId, ground.declaration)
  const citation = citeTable('claim-format', ground.source)
  return ground.section === undefined ? { ...citation } : { ...citation, section: ground.section }
}

function usedInWords(used: UsedFact): Finding['factsUsed'][number] {
  return used.ground === undefined
    ? used
    : { fact: used.fact, value: `${used.value}: ${phaseGroundInWords(used.ground)}` }
}

function addDiagnosis(
  finding: Draft,
  { listed: own, condition, failed, othersDenied }: DiagnosisFacts,
): void {
  if (own !== undefined) finding.listed = own.map(displayDiagnosis)
  if (condition !== undefined) finding.condition = condition
  if (failed !== undefined) finding.failed = [...failed]
  if (othersDenied !== undefined) finding.othersDenied = othersDenied
}

const mostListed = 200

const listedDiagnoses = memoize((codes: readonly string[]): NonNullable<Finding['listedDiagnoses']> => {
  const cut =
    codes.length > mostListed ? ` The first ${mostListed} are shown; the policy lookup has all.` : ''
  return {
    count: codes.length,
    codes: codes.slice(0, mostListed).map(displayDiagnosis),
    note: `For information only: ask the clinician what the record supports.${cut}`,
  }
})
