import { Type, type Static } from 'typebox'
import { Payer as PayerShape, Plan as PlanShape } from '../../../decision/shapes/policy.js'
import { nextPageToken } from '../lists/paging.js'
import { policyRevision } from '../policies/policy-schemas.js'

const strict = { additionalProperties: false }

const x12PayerIds = Type.Optional(
  Type.Array(Type.String(), { description: 'X12 payer ids (NM109) that claims carry.' }),
)
const payer = { ...PayerShape.properties, x12PayerIds }
const plan = {
  ...PlanShape.properties,
  x12PayerIds,
  cardNames: Type.Optional(Type.Array(Type.String(), { description: 'Names as printed on cards.' })),
}

export const Payer = Type.Object(payer, { ...strict, $id: 'Payer', description: 'Who pays.' })
export type Payer = Static<typeof Payer>
export const Plan = Type.Object(plan, {
  ...strict,
  $id: 'Plan',
  description: 'A plan of a payer, and which policy sets it follows in which role.',
})
export type Plan = Static<typeof Plan>

export const PayerPage = Type.Object(
  {
    policyRevision,
    payers: Type.Array(Type.Unsafe<Payer>(Type.Ref('Payer')), { description: 'Payers by id.' }),
    nextPageToken,
  },
  { ...strict, $id: 'PayerPage', description: 'A page of payers.' },
)

export const PayerDetail = Type.Object(
  {
    policyRevision,
    ...payer,
    plans: Type.Array(Type.Unsafe<Plan>(Type.Ref('Plan')), { description: 'Its plans by id.' }),
  },
  { ...strict, $id: 'PayerDetail', description: 'A payer with its plans.' },
)

export const PlanPage = Type.Object(
  {
    policyRevision,
    plans: Type.Array(Type.Unsafe<Plan>(Type.Ref('Plan')), { description: 'Plans by id.' }),
    nextPageToken,
  },
  { ...strict, $id: 'PlanPage', description: 'A page of plans.' },
)

export const PlanDetail = Type.Object(
  {
    policyRevision,
    ...plan,
    payerName: Type.Optional(Type.String({ description: 'Name of the payer.' })),
  },
  { ...strict, $id: 'PlanDetail', description: 'A plan.' },
)
