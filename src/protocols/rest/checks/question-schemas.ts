import { Type } from 'typebox'
import { plainDate } from '../../../decision/shapes/codes.js'
import { Determination, LineDetermination } from '../../../decision/shapes/determination.js'

// Answers to one question are parts of a determination, with the same fields, texts and
// determinationId.
const strict = { additionalProperties: false }
const { determinationId, recorded, policyRevision, engineVersion, planId, claimType } =
  Determination.properties
const {
  lineNumber,
  procedureCode,
  dateOfService,
  medicalNecessity,
  codeValidity,
  documentation,
  frequency,
  units,
  priorAuthorization,
  findings,
  infoNeeded,
  notEvaluated,
} = LineDetermination.properties
const heading = { policyRevision, engineVersion, planId, claimType }
const onRecord = { determinationId, recorded, ...heading }
const line = { lineNumber, procedureCode, dateOfService }
const grounds = { findings, infoNeeded, notEvaluated }

export const MedicalNecessityCheck = Type.Object(
  {
    ...onRecord,
    lines: Type.Array(
      Type.Object(
        { ...line, medicalNecessity, codeValidity, documentation, ...grounds },
        { ...strict, description: 'The answer for one line.' },
      ),
      { description: 'One answer per line, in line order.' },
    ),
  },
  {
    ...strict,
    $id: 'MedicalNecessityCheck',
    description: 'Is the service supported by diagnosis and record?',
  },
)

export const FrequencyCheck = Type.Object(
  {
    ...onRecord,
    lines: Type.Array(
      Type.Object(
        { ...line, frequency, units, ...grounds },
        { ...strict, description: 'The answer for one line.' },
      ),
      { description: 'One answer per line, in line order.' },
    ),
  },
  { ...strict, $id: 'FrequencyCheck', description: 'Is it on schedule and within unit limits?' },
)

export const PriorAuthorizationRequirement = Type.Object(
  {
    ...heading,
    procedureCode,
    dateOfService: plainDate('Date of service'),
    priorAuthorization,
    ...grounds,
  },
  { ...strict, $id: 'PriorAuthorizationRequirement', description: 'Is prior authorization needed?' },
)
