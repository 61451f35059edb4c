import type { ResultOf } from '../rules/result.js'
import type { DecidedKind } from '../shapes/rule-kinds.js'
import type { Question } from '../shapes/statuses.js'
import { plainForm, reachForm, scheduleForm, type ResultForm } from './result-forms.js'

interface KindOfRule<K extends DecidedKind> {
  /**
   * The question that rules of the kind answer. Documentation that decides medical necessity answers that
   * question too.
   */
  readonly question: Question
  /** The functions that make their results and make them less certain. */
  readonly form: ResultForm<ResultOf<K>>
  /** Whether a secondary source alone may let a line pass. */
  readonly passesOnSecondary: boolean
}

/** How each kind of rule that decides is used; a kind without an entry does not compile. */
export const kinds: { readonly [K in DecidedKind]: KindOfRule<K> } = {
  'prior-authorization': { question: 'prior-authorization', form: reachForm, passesOnSecondary: false },
  'coverage-exclusion': { question: 'medical-necessity', form: plainForm, passesOnSecondary: false },
  diagnosis: { question: 'medical-necessity', form: plainForm, passesOnSecondary: false },
  documentation: { question: 'documentation', form: plainForm, passesOnSecondary: true },
  frequency: { question: 'frequency', form: scheduleForm, passesOnSecondary: false },
  units: { question: 'units', form: plainForm, passesOnSecondary: false },
  'claim-line': { question: 'claim-line', form: plainForm, passesOnSecondary: true },
}
