import { Type, type Static } from 'typebox'
import {
  ClaimType,
  DiagnosisCode,
  Identifier,
  Month,
  PlaceOfService,
  plainDate,
  ProcedureCode,
  StateCode,
  TreatmentPhase,
} from './codes.js'

const strict = { additionalProperties: false }
const Npi = Type.String({
  pattern: '^[0-9]{10}$',
  maxLength: 10,
  description: 'National Provider Identifier, 10 digits.',
})
const UnitCode = Type.String({
  pattern: '^[!-~]+$',
  maxLength: 40,
  description: 'UCUM unit, case-sensitive.',
  examples: ['pg/mL', 'ug'],
})

const modifiers = (description: string) =>
  Type.Array(Type.String({ pattern: '^[A-Za-z0-9]{2}$', maxLength: 2 }), { maxItems: 4, description })

export const Coverage = Type.Object(
  {
    planId: Type.Optional(Identifier),
    payerId: Type.Optional(Identifier),
    planYearStartMonth: Type.Optional(
      Month("First month of the member's plan year, for limits per plan year"),
    ),
    state: Type.Optional(StateCode),
    contractorNumber: Type.Optional(
      Type.String({
        pattern: '^[0-9]{5}$',
        maxLength: 5,
        description:
          'Medicare contractor number (5 digits); settles places that more than one contractor could serve.',
        examples: ['09102'],
      }),
    ),
  },
  { ...strict, description: 'Which plan answers: planId, or payerId when that payer has a single plan.' },
)
export type Coverage = Static<typeof Coverage>

export const Provider = Type.Object(
  {
    npi: Type.Optional(Npi),
    taxonomyCode: Type.Optional(
      Type.String({
        pattern: '^[0-9A-Za-z]{10}$',
        maxLength: 10,
        description: 'NUCC provider taxonomy code.',
      }),
    ),
    networkStatus: Type.Optional(
      Type.Enum(['in-network', 'out-of-network'], {
        description: 'Network status of the provider under this plan.',
      }),
    ),
    goldCard: Type.Optional(
      Type.Boolean({
        description: 'The payer has exempted this provider from prior authorization for the service.',
      }),
    ),
  },
  { ...strict, description: 'Rendering provider of the line.' },
)

export const ServiceLine = Type.Object(
  {
    lineNumber: Type.Integer({
      minimum: 1,
      maximum: 999,
      description: 'Claim line number, unique in the request.',
    }),
    procedureCode: ProcedureCode,
    dateOfService: plainDate('Date of service'),
    dateOfServiceEnd: Type.Optional(plainDate('Last date of service, where the line spans several')),
    units: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 999999,
        description: 'Billed units of the procedure code.',
      }),
    ),
    administeredDose: Type.Optional(
      Type.Object(
        {
          value: Type.Number({
            exclusiveMinimum: 0,
            maximum: 1e9,
            description: 'Amount given to the patient, in `unit`.',
          }),
          unit: UnitCode,
          concentration: Type.Optional(
            Type.Object(
              {
                value: Type.Number({
                  exclusiveMinimum: 0,
                  maximum: 1e9,
                  description: 'Strength, in `unit`.',
                }),
                unit: Type.String({
                  pattern: '^[!-~]+$',
                  maxLength: 40,
                  description: 'UCUM unit of amount per volume.',
                  examples: ['ug/mL'],
                }),
              },
              { ...strict, description: 'Strength of the solution, for a dose given by volume.' },
            ),
          ),
        },
        {
          ...strict,
          description: 'Dose given to the patient; billed units are derived from it when `units` is absent.',
        },
      ),
    ),
    discardedDose: Type.Optional(
      Type.Object(
        {
          value: Type.Number({
            minimum: 0,
            maximum: 1e9,
            description: 'Amount discarded, in `unit`; 0 = nothing.',
          }),
          unit: UnitCode,
        },
        {
          ...strict,
          description:
            'Rest of the drug in single-dose containers that was thrown away (X12 and CMS: modifier JW); by volume with the concentration of the dose.',
        },
      ),
    ),
    modifiers: Type.Optional(
      modifiers(
        'Claim modifiers; an empty array says that there are none, absence says that they were not given.',
      ),
    ),
    ndc: Type.Optional(
      Type.Object(
        {
          code: Type.String({
            pattern: '^[0-9-]{10,13}$',
            maxLength: 13,
            description: 'National Drug Code, 11 digits (5-4-2), dashes optional.',
          }),
          quantity: Type.Optional(
            Type.Number({ exclusiveMinimum: 0, maximum: 1e9, description: 'NDC quantity in `unit`.' }),
          ),
          unit: Type.Optional(
            Type.Enum(['ML', 'UN', 'GR', 'F2', 'ME'], { description: 'NDC unit of measure (X12 CTP05).' }),
          ),
        },
        { ...strict, description: 'Drug identification of the line.' },
      ),
    ),
    vialType: Type.Optional(
      Type.Enum(['single-dose', 'multi-dose'], { description: 'Container the drug was drawn from.' }),
    ),
    diagnosisPointers: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 50 }), {
        minItems: 1,
        maxItems: 12,
        description:
          'Positions in `diagnosisCodes`, counted from 1; the first is the primary diagnosis of the line.',
      }),
    ),
    placeOfService: Type.Optional(PlaceOfService),
    provider: Type.Optional(Provider),
  },
  { ...strict, description: 'One line of the claim, past or planned.' },
)
export type ServiceLine = Static<typeof ServiceLine>

export const HistoryEntry = Type.Object(
  {
    procedureCode: ProcedureCode,
    dateOfService: plainDate('Date of service'),
    units: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 999999,
        description: 'Billed units; absent = at least one, number unknown.',
      }),
    ),
    modifiers: Type.Optional(
      modifiers(
        'Modifiers of the claim line. JW is no service of its own; 76, 77, 27, 59 and X{EPSU} may make several services of a day. An empty array says that there are none, absence that they were not given.',
      ),
    ),
    claimStatus: Type.Optional(
      Type.Enum(['paid', 'pending', 'denied'], {
        description: 'A denied claim does not count; absent counts as furnished.',
      }),
    ),
  },
  { ...strict, description: 'One service furnished earlier.' },
)
export type HistoryEntry = Static<typeof HistoryEntry>

export const LabResult = Type.Object(
  {
    loincCode: Type.String({
      pattern: '^[0-9]{1,7}-[0-9]$',
      maxLength: 9,
      description: 'LOINC code of the observation.',
      examples: ['2132-9'],
    }),
    value: Type.Number({ minimum: -1e12, maximum: 1e12, description: 'Numeric result, in `unit`.' }),
    unit: UnitCode,
    observedOn: plainDate('Date of the observation'),
  },
  { ...strict, description: 'One laboratory result.' },
)
export type LabResult = Static<typeof LabResult>

export const Authorization = Type.Object(
  {
    authorizationNumber: Type.String({
      pattern: '^[!-~]+( [!-~]+)*$',
      maxLength: 50,
      description: 'Number the payer issued.',
    }),
    status: Type.Enum(['approved', 'pended', 'denied', 'cancelled'], {
      description: 'Status the payer gave.',
    }),
    procedureCodes: Type.Optional(
      Type.Array(ProcedureCode, { minItems: 1, maxItems: 50, description: 'Codes it covers.' }),
    ),
    from: Type.Optional(plainDate('First day it is valid for')),
    to: Type.Optional(plainDate('Last day it is valid for, inclusive')),
    unitsApproved: Type.Optional(
      Type.Number({ minimum: 0, maximum: 999999, description: 'Units approved in all.' }),
    ),
    unitsUsed: Type.Optional(
      Type.Number({ minimum: 0, maximum: 999999, description: 'Units already used.' }),
    ),
    providerNpi: Type.Optional(Npi),
    placesOfService: Type.Optional(
      Type.Array(PlaceOfService, {
        minItems: 1,
        maxItems: 20,
        description: 'Settings it is limited to; absent = not limited.',
      }),
    ),
  },
  { ...strict, description: 'A prior authorization on file; `from` and `to` are both inclusive.' },
)
export type Authorization = Static<typeof Authorization>

export const CheckRequest = Type.Object(
  {
    reference: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        pattern: '^[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?$',
        description:
          'A name of your own for this request, such as the number of an appointment: never a name or number of a patient. It is echoed, and determinations are found by it.',
        examples: ['appt-1234'],
      }),
    ),
    coverage: Coverage,
    claimType: Type.Optional(ClaimType),
    patient: Type.Optional(
      Type.Object(
        {
          ageYears: Type.Optional(
            Type.Number({ minimum: 0, maximum: 130, description: 'Age in years on the date of service.' }),
          ),
          sex: Type.Optional(
            Type.Enum(['female', 'male'], { description: 'Sex, where a policy asks for it.' }),
          ),
        },
        { ...strict, description: 'No names, birth dates or member ids.' },
      ),
    ),
    diagnosisCodes: Type.Optional(
      Type.Array(DiagnosisCode, {
        minItems: 1,
        maxItems: 50,
        description: 'Diagnoses of the claim, in claim order.',
      }),
    ),
    serviceLines: Type.Array(ServiceLine, { minItems: 1, maxItems: 200, description: 'Lines to check.' }),
    claimIsComplete: Type.Optional(
      Type.Boolean({
        description:
          'true: serviceLines and plannedServices hold all services of these dates, so a companion procedure that is not among them is not given.',
      }),
    ),
    serviceHistory: Type.Optional(
      Type.Array(HistoryEntry, {
        maxItems: 2000,
        description: 'Earlier services. Absent = not given; [] = none known.',
      }),
    ),
    serviceHistorySince: Type.Optional(plainDate('First day from which the history is complete')),
    serviceHistoryScope: Type.Optional(
      Type.Enum(['practice', 'payer'], { description: 'Whose records the history comes from.' }),
    ),
    labResults: Type.Optional(
      Type.Array(LabResult, { maxItems: 500, description: 'Laboratory results on file.' }),
    ),
    documentation: Type.Optional(
      Type.Array(
        Type.Object(
          {
            item: Type.String({
              pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
              maxLength: 80,
              description: 'Name of the documented item, as policies use it.',
              examples: ['oral-trial-failed'],
            }),
            present: Type.Boolean({
              description:
                'true: the record says so; false: the record says that it is not so. Leave the item out when unknown.',
            }),
          },
          strict,
        ),
        { maxItems: 200, description: 'What the chart says.' },
      ),
    ),
    treatment: Type.Optional(
      Type.Object(
        {
          phase: Type.Optional(TreatmentPhase),
          startedOn: Type.Optional(plainDate('First day of the treatment')),
        },
        { ...strict, description: 'Course of treatment.' },
      ),
    ),
    authorizations: Type.Optional(
      Type.Array(Authorization, { maxItems: 50, description: 'Prior authorizations on file.' }),
    ),
    plannedServices: Type.Optional(
      Type.Array(
        Type.Object(
          {
            procedureCode: ProcedureCode,
            dateOfService: plainDate('Date of service'),
          },
          strict,
        ),
        { maxItems: 200, description: 'Services planned but not on this request.' },
      ),
    ),
  },
  {
    $id: 'CheckRequest',
    additionalProperties: false,
    description:
      'One claim, or one planned visit, to be checked. Codes, dates and chart facts only: nothing that identifies a patient.',
  },
)
export type CheckRequest = Static<typeof CheckRequest>
