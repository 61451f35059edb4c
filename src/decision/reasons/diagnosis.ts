import type { AtomArgument, Expression } from '../shapes/expression.js'
import type { DiagnosisFacts, FailedPart } from '../shapes/finding.js'
import type { Source } from '../shapes/source.js'

/** The document, and the part of it, that a diagnosis rule was read from. */
export interface Place {
  readonly source: Source
  readonly section: string | undefined
}

/** What is false of a listed diagnosis, so that it does not support the service as it stands. */
export type FailedCondition =
  | { readonly type: 'sex'; readonly sexes: AtomArgument<'sex'> }
  | {
      readonly type: 'age' | 'documentation' | 'lab-result' | 'partner' | 'other' | 'number'
      readonly condition: Expression
    }
  | { readonly type: 'position'; readonly position: 'primary' | 'secondary' }
  | {
      readonly type: 'together'
      readonly word: 'and' | 'or'
      readonly parts: readonly FailedCondition[]
    }

type OthersDenied = NonNullable<DiagnosisFacts['othersDenied']> | undefined

/** Why diagnoses support a service or not. `codes` are undotted. */
export type DiagnosisReason =
  | { readonly code: 'no-diagnosis-restriction' | 'diagnosis-not-given'; readonly place: Place }
  | {
      readonly code: 'diagnosis-listed'
      readonly place: Place
      readonly codes: readonly string[]
      readonly supports: Expression
    }
  | {
      readonly code:
        | 'diagnosis-listed/conditions-met'
        | 'diagnosis-rule-met'
        | 'diagnosis-undecided'
        | 'diagnosis-excluded'
        | 'diagnosis-not-excluded'
        | 'diagnosis-partly-excluded'
      readonly place: Place
      readonly codes: readonly string[]
    }
  | {
      readonly code: 'condition-undecided' | 'condition-text-not-held/diagnosis'
      readonly place: Place
      readonly codes: readonly string[]
      /** The conditions that the document puts on the codes. */
      readonly conditional: ReadonlyArray<{ readonly note: string }>
    }
  | {
      readonly code: 'diagnosis-condition-not-met'
      readonly place: Place
      readonly listed: readonly string[]
      readonly failures: ReadonlyMap<string, FailedCondition>
      readonly failed: readonly FailedPart[]
      readonly othersDenied: OthersDenied
    }
  | {
      readonly code: 'diagnosis-condition-not-met/rule'
      readonly place: Place
      readonly codes: readonly string[]
      readonly supports: Expression
    }
  | {
      readonly code: 'diagnosis-not-listed' | 'diagnosis-not-named'
      readonly place: Place
      readonly codes: readonly string[]
      readonly supports: Expression
      readonly othersDenied: OthersDenied
    }
  | { readonly code: 'rule-not-loaded/diagnosis' }
