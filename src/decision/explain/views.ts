import type { CodeValidityAnswer } from '../shapes/answers.js'
import type { LineDetermination } from '../shapes/determination.js'
import { questions, type Question } from '../shapes/statuses.js'
import type { AnswersOfLine } from './answers.js'

/** How much of a verdict is told: `summary` for a front desk, `full` for whoever works on it. */
export const views = ['summary', 'full'] as const
export type View = (typeof views)[number]

/** Which questions a kind of check answers, and the fields of a line that answer them. */
export interface Asked {
  readonly questions: readonly Question[]
  readonly answers: ReadonlyArray<keyof AnswersOfLine>
  /** Whether every question is asked, so that an outcome, notices and CRD codes can be given. */
  readonly isWhole: boolean
}

const asked = {
  authorization: {
    questions,
    answers: ['priorAuthorization', 'medicalNecessity', 'frequency', 'units', 'claimLine', 'codeValidity'],
    isWhole: true,
  },
  'medical-necessity': {
    questions: ['medical-necessity', 'documentation', 'code-validity'],
    answers: ['medicalNecessity', 'codeValidity'],
    isWhole: false,
  },
  frequency: { questions: ['frequency', 'units'], answers: ['frequency', 'units'], isWhole: false },
} as const satisfies Record<string, Asked>

/** What a check asks for: everything, or one question. */
export const checkKinds = Object.keys(asked) as ReadonlyArray<keyof typeof asked>
export type CheckKind = keyof typeof asked

/** The questions and answers of a kind of check. */
export function askedBy(kind: CheckKind): Asked {
  return asked[kind]
}

/** The quick lookup: prior authorization alone. */
export const askedByLookup: Asked = {
  questions: ['prior-authorization'],
  answers: ['priorAuthorization'],
  isWhole: false,
}

/** A line in full: the parts that the summary leaves out are there. */
export type FullLine = LineDetermination &
  Required<
    Pick<LineDetermination, 'dateOfService' | 'documentation' | 'findings' | 'infoNeeded' | 'notEvaluated'>
  > & { readonly codeValidity: Required<Pick<CodeValidityAnswer, 'codes'>> }
