import type { Writing } from './answers.js'
import { collect } from '../collect.js'
import { codeOf } from '../reasons/reason.js'
import { displayDiagnosis } from '../shapes/codes.js'
import type { Citation, DiagnosisFacts, Finding } from '../shapes/finding.js'
import { questions, type Question } from '../shapes/statuses.js'
import { usedBy, type UsedFact } from '../shapes/truth.js'
import type { PolicyView } from '../shapes/view.js'
import type { FindingVerdict } from '../verdict/finding.js'
import type { LineAnswers, LineVerdict } from '../verdict/verdict.js'
import { citeCompleteness, citeProvision, citeTable } from './citation.js'
import { phaseGroundInWords } from './sentences/frequency.js'
import { sentenceOf } from './sentences/sentence.js'

/**
 * The findings that a full answer tells. Documentation is told by rule, so that only a text without one, which cannot be used, is a finding;
 * advice is told only of a line that is not denied.
 */
export function findingsTold(line: LineVerdict, of: readonly Question[]): FindingVerdict[] {
  const isDenied = line.outcome === 'expect-denial'
  return findingsOf(line, of).filter((finding) => {
    const { question, ground } = finding
    if (question === 'documentation')
      return !isDenied && ground.type === 'provision' && ground.provision.type === 'unusable'
    return !isDenied || !isAdvice(finding, line.answers)
  })
}

/** Whether a finding only advises what the line does not carry. */
function isAdvice({ ground }: FindingVerdict, { 'claim-line': { advice } }: LineAnswers): boolean {
  if (ground.type !== 'provision' || ground.provision.type !== 'rule') return false
  const { rule } = ground.provision
  return advice.some((reason) => 'rule' in reason && reason.rule === rule)
}

/** The findings of a line, in the order of its questions; what is found on the hospital's claim too is said of this one alone. */
export function findingsOf(
  { answers, facts: { view } }: LineVerdict,
  of: readonly Question[] = questions,
): FindingVerdict[] {
  return collect(of, (question) => {
    const { findings } = answers[question]
    return findings.filter((finding) => !isFoundOnLine(finding, findings, view))
  })
}

/** The first finding that speaks against the service; undefined where none does. */
export function failingFinding({
  'medical-necessity': { findings },
}: LineAnswers): FindingVerdict | undefined {
  return findings.find(({ outcome }) => outcome === 'not-met')
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

/** A finding with its citation, and with its sentence where the line has not said it yet. */
export function findingInWords(
  verdict: FindingVerdict,
  { sentence: tell, sources, said }: Pick<Writing, 'sentence' | 'sources' | 'said'>,
): Finding {
  const { question, outcome, reason, diagnosis, consequence } = verdict
  const finding: Draft = { question, kind: kindOf(verdict), outcome, reasonCode: codeOf(reason) }
  const sentence = said.once(tell(reason))
  if (sentence !== undefined) finding.reason = sentence
  finding.factsUsed = factsInWords(verdict)
  if (diagnosis !== undefined) addDiagnosis(finding, diagnosis)
  if (consequence !== undefined) finding.consequence = consequence
  finding.citation = sources.citeFinding(verdict)
  return finding as Finding
}

/** The kind of rule, or the table or declaration, that a finding was read from. */
export function kindOf({ ground }: FindingVerdict): Finding['kind'] {
  if (ground.type === 'declaration') return 'completeness'
  if (ground.type === 'claim-format') return 'claim-line'
  return ground.provision.type === 'rule' ? ground.provision.rule.kind : ground.provision.kind
}

/** Where a finding was read, for answers that cite each rule in full. */
export function citationOf({ ground }: FindingVerdict): Citation {
  if (ground.type === 'provision') return citeProvision(ground.provision)
  if (ground.type === 'declaration') return citeCompleteness(ground.policySetId, ground.declaration)
  const citation = citeTable('claim-format', ground.source)
  return ground.section === undefined ? { ...citation } : { ...citation, section: ground.section }
}

/** The facts that a finding rests on; of a fact with several values all are named. */
function factsInWords(verdict: FindingVerdict): Finding['factsUsed'] {
  const facts: Finding['factsUsed'] = {}
  for (const used of usedBy([verdict])) {
    const value = valueOf(used)
    const earlier = facts[used.fact]
    facts[used.fact] = earlier === undefined ? value : `${earlier}; ${value}`
  }
  return facts
}

function valueOf({ value, ground }: UsedFact): string {
  return ground === undefined ? value : `${value}: ${phaseGroundInWords(ground)}`
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
