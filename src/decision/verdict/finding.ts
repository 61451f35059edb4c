import type { Provision } from '../applicable/provision.js'
import type { Reason } from '../reasons/reason.js'
import type { DiagnosisFacts, Finding } from '../shapes/finding.js'
import type { Completeness } from '../shapes/policy.js'
import type { Source } from '../shapes/source.js'
import type { Question } from '../shapes/statuses.js'
import type { UsedFact } from '../shapes/truth.js'

/** What a finding was read from: a rule, table row or text; a declaration that lists are complete; the rules of every claim. */
export type Ground =
  | { readonly type: 'provision'; readonly provision: Provision }
  | { readonly type: 'declaration'; readonly policySetId: string; readonly declaration: Completeness }
  | { readonly type: 'claim-format'; readonly source: Source; readonly section: string | undefined }

/** What one rule, table row or declaration says of the line. */
export interface FindingVerdict {
  readonly question: Question
  readonly outcome: Finding['outcome']
  readonly reason: Reason
  readonly used: readonly UsedFact[]
  readonly ground: Ground
  /** Diagnoses that the document lists, undotted; for information. */
  readonly listed?: readonly string[] | undefined
  readonly diagnosis?: DiagnosisFacts | undefined
  readonly consequence?: Finding['consequence'] | undefined
}
