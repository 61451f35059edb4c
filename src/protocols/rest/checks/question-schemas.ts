import { Type } from 'typebox'
import { plainDate } from '../../../decision/shapes/codes.js'
import { Determination, LineDetermination } from '../../../decision/shapes/determination.js'

// Answers to one question are parts of a determination, with the same fields, texts and
// determinationId.
const { determinationId, recorded, reference, details, ...decision } = Determination.properties
const { outcome: _outcome, lines: _lines, ...heading } = decision
const {
  lineNumber,
  procedureCode,
  dateOfService,
  headline,
  medicalNecessity,
  codeValidity,
  documentation,
  frequency,
  units,
  priorAuthorization,
  gaps,
  findings,
  infoNeeded,
  notEvaluated,
} = LineDetermination.properties
const onRecord = { determinationId, recorded, reference, ...heading, details }
const line = { lineNumber, procedureCode, dateOfService, headline }
const grounds = { gaps, documentation, findings, infoNeeded, notEvaluated }

export const MedicalNecessityCheck = Type.Object(
  {
    ...onRecord,
    lines: Type.Array(
      Type.Object(
        { ...line, medicalNecessity, codeValidity, ...grounds },
        { description: 'The answer for one line.' },
      ),
      { description: 'One answer per line, in line order.' },
    ),
  },
  { $id: 'MedicalNecessityCheck', description: 'Is the service supported by diagnosis and record?' },
)

export const FrequencyCheck = Type.Object(
  {
    ...onRecord,
    lines: Type.Array(
      Type.Object({ ...line, frequency, units, ...grounds }, { description: 'The answer for one line.' }),
      { description: 'One answer per line, in line order.' },
    ),
  },
  { $id: 'FrequencyCheck', description: 'Is it on schedule and within unit limits?' },
)

export const PriorAuthorizationRequirement = Type.Object(
  {
    ...heading,
    procedureCode,
    dateOfService: Type.Optional(plainDate('Date of service')),
    priorAuthorization,
    ...grounds,
  },
  { $id: 'PriorAuthorizationRequirement', description: 'Is prior authorization needed?' },
)
