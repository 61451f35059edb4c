import type { Decision, Determination, LineDetermination, NotEvaluated } from '../shapes/determination.js'
import type { Finding, InfoNeeded } from '../shapes/finding.js'
import type { Question } from '../shapes/statuses.js'

// Answers to one question are cut out of a determination: the same fields, the same words, the same determinationId.
const excerpts = {
  'medical-necessity': {
    questions: ['medical-necessity', 'documentation', 'code-validity'],
    parts: [
      'lineNumber',
      'procedureCode',
      'dateOfService',
      'medicalNecessity',
      'codeValidity',
      'documentation',
    ],
  },
  frequency: {
    questions: ['frequency', 'units'],
    parts: ['lineNumber', 'procedureCode', 'dateOfService', 'frequency', 'units'],
  },
} as const satisfies Record<
  string,
  { questions: readonly Question[]; parts: ReadonlyArray<keyof LineDetermination> }
>

/** What a check asks for: everything, or the answer to one question cut out of everything. */
export const checkKinds = [
  'authorization',
  ...(Object.keys(excerpts) as Array<keyof typeof excerpts>),
] as const
export type CheckKind = (typeof checkKinds)[number]

/** The answer to a check of this kind, as it is sent. */
export function answerOf(kind: CheckKind, determination: Determination): object {
  if (kind === 'authorization') return determination
  const { questions, parts } = excerpts[kind]
  const { determinationId, recorded } = determination
  return {
    determinationId,
    recorded,
    ...headingOf(determination),
    lines: determination.lines.map((line) => answerTo(line, questions, parts)),
  }
}

/** The head of an answer: which policy and engine decided, about which plan. */
export function headingOf({ policyRevision, engineVersion, planId, claimType }: Decision): Partial<Decision> {
  return {
    policyRevision,
    engineVersion,
    ...(planId === undefined ? {} : { planId }),
    ...(claimType === undefined ? {} : { claimType }),
  }
}

/** The chosen answers of a line with the findings and missing facts of the same questions. */
export function answerTo<K extends keyof LineDetermination>(
  line: LineDetermination,
  questions: readonly Question[],
  parts: readonly K[],
): Pick<LineDetermination, K> & Grounds {
  const chosen = Object.fromEntries(parts.map((part) => [part, line[part]])) as Pick<LineDetermination, K>
  return {
    ...chosen,
    findings: line.findings.filter((finding) => questions.includes(finding.question)),
    infoNeeded: line.infoNeeded.filter((info) => questions.includes(info.question)),
    notEvaluated: line.notEvaluated,
  }
}

interface Grounds {
  findings: Finding[]
  infoNeeded: InfoNeeded[]
  notEvaluated: NotEvaluated[]
}
