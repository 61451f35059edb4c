import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { checklistComponents } from '../decision/advice/checklist/answer.js'
import { ChecklistRequest } from '../decision/advice/checklist/request.js'
import {
  ClaimType,
  DiagnosisCode,
  Identifier,
  PlaceOfService,
  ProcedureCode,
  StateCode,
  TreatmentPhase,
} from '../decision/shapes/codes.js'
import { scheduleComponents } from '../decision/advice/schedule/answer.js'
import { Interval, ScheduleRequest, WishedSegment } from '../decision/advice/schedule/request.js'
import { changesComponents } from '../decision/advice/changes/answer.js'
import { Expression } from '../decision/shapes/expression.js'
import { determinationComponents } from '../decision/shapes/determination.js'
import { Outcome } from '../decision/shapes/statuses.js'
import { Jurisdiction } from '../decision/shapes/area.js'
import { FrequencyLimit } from '../decision/shapes/frequency-limit.js'
import { CodeSet } from '../decision/shapes/policy.js'
import * as rule from '../decision/shapes/rule.js'
import {
  Authorization,
  CheckRequest,
  Coverage,
  HistoryEntry,
  LabResult,
  Provider,
  ServiceLine,
} from '../decision/shapes/request.js'
import { Grade, Source } from '../decision/shapes/source.js'
import { FieldFault, Problem } from './http/problem.js'
import { BatchAnswers, CheckBatch } from './rest/batch/schemas.js'
import { CodeLookup, CodeTableRow } from './rest/codes/code-schemas.js'
import { CodeMeaning, CodeMeanings } from './rest/codes/meanings.js'
import {
  DeterminationPage,
  DeterminationSummary,
  RecordedDetermination,
  Replay,
} from './rest/determinations/determination-schemas.js'
import { Liveness, Readiness } from './health/health.js'
import { Payer, PayerDetail, PayerPage, Plan, PlanDetail, PlanPage } from './rest/payers/plan-schemas.js'
import {
  PolicyDetail,
  PolicyPage,
  PolicySummary,
  PolicyVersionDetail,
  PolicyVersionPage,
  PolicyVersionSummary,
} from './rest/policies/policy-schemas.js'
import { PriorAuthorizationQuestion } from './rest/checks/prior-authorization-requirements.js'
import {
  FrequencyCheck,
  MedicalNecessityCheck,
  PriorAuthorizationRequirement,
} from './rest/checks/question-schemas.js'

/** Every named schema that routes refer to, by its name in the OpenAPI document. */
export const components: readonly TSchema[] = [
  CheckRequest,
  CheckBatch,
  ...determinationComponents,
  BatchAnswers,
  MedicalNecessityCheck,
  FrequencyCheck,
  PriorAuthorizationQuestion,
  PriorAuthorizationRequirement,
  ScheduleRequest,
  ...scheduleComponents,
  ...changesComponents,
  ChecklistRequest,
  ...checklistComponents,
  Expression,
  PolicySummary,
  PolicyPage,
  PolicyDetail,
  PolicyVersionSummary,
  PolicyVersionPage,
  PolicyVersionDetail,
  Payer,
  PayerPage,
  PayerDetail,
  Plan,
  PlanPage,
  PlanDetail,
  CodeTableRow,
  CodeLookup,
  CodeMeaning,
  CodeMeanings,
  DeterminationSummary,
  DeterminationPage,
  RecordedDetermination,
  Replay,
  Liveness,
  Readiness,
  FieldFault,
  Problem,
]

// Parts of the components above. With names of their own, each is in the document once.
const parts: Readonly<Record<string, TSchema>> = {
  ProcedureCode,
  DiagnosisCode,
  StateCode,
  Identifier,
  PlaceOfService,
  ClaimType,
  TreatmentPhase,
  Outcome,
  Coverage,
  Provider,
  ServiceLine,
  HistoryEntry,
  LabResult,
  Authorization,
  Interval,
  WishedSegment,
  DecisionTime: rule.DecisionTime,
  Source,
  Grade,
  Jurisdiction,
  CodeSet,
  Rule: rule.Rule,
  PriorAuthorizationRule: rule.PriorAuthorizationRule,
  CoverageExclusionRule: rule.CoverageExclusionRule,
  DiagnosisRule: rule.DiagnosisRule,
  DocumentationRule: rule.DocumentationRule,
  FrequencyRule: rule.FrequencyRule,
  FrequencyLimit,
  UnitsRule: rule.UnitsRule,
  ClaimLineRule: rule.ClaimLineRule,
  ReviewRule: rule.ReviewRule,
}

/** Adds the components to the validators and to the OpenAPI document. */
export function addComponents(app: FastifyInstance): void {
  for (const schema of components) app.addSchema(schema)
  for (const [$id, schema] of Object.entries(parts)) app.addSchema({ ...schema, $id })
}
