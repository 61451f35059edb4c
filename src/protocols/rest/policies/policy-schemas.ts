import { Type, type Static } from 'typebox'
import { Identifier, PolicySetName, plainDate } from '../../../decision/shapes/codes.js'
import { Jurisdiction } from '../../../decision/shapes/area.js'
import { CodeSet, PolicyVersion } from '../../../decision/shapes/policy.js'
import { ruleKinds } from '../../../decision/shapes/rule-kinds.js'
import { Source } from '../../../decision/shapes/source.js'
import { nextPageToken } from '../lists/paging.js'

const strict = { additionalProperties: false }
export const policyRevision = Type.Integer({
  minimum: 0,
  description: 'Revision of the policy that was read.',
})

export const PolicyVersionSummary = Type.Object(
  {
    versionId: Identifier,
    from: plainDate('First day in force'),
    to: Type.Optional(plainDate('First day no longer in force; absent = open')),
    source: Source,
    ruleKinds: Type.Array(Type.Enum(ruleKinds), { description: 'Kinds of rules it holds.' }),
    ruleCount: Type.Integer({ minimum: 1, description: 'Number of rules.' }),
  },
  {
    ...strict,
    $id: 'PolicyVersionSummary',
    description: 'A version of a policy without its rules; in force from `from` until the day before `to`.',
  },
)
export type PolicyVersionSummary = Static<typeof PolicyVersionSummary>
const VersionSummaryRef = Type.Unsafe<PolicyVersionSummary>(Type.Ref('PolicyVersionSummary'))

const summary = {
  policyId: Identifier,
  policySetId: PolicySetName,
  title: Type.String({ description: 'Title.' }),
  jurisdiction: Type.Optional(Jurisdiction),
  procedures: Type.Array(Type.String(), {
    description: 'Procedure codes and ranges that some version has a rule for.',
  }),
}
export const PolicySummary = Type.Object(
  {
    ...summary,
    versionCount: Type.Integer({ minimum: 1, description: 'Number of versions held.' }),
    latestVersion: VersionSummaryRef,
  },
  { ...strict, $id: 'PolicySummary', description: 'A policy and its latest version.' },
)
export type PolicySummary = Static<typeof PolicySummary>

export const PolicyPage = Type.Object(
  {
    policyRevision,
    policies: Type.Array(Type.Unsafe<PolicySummary>(Type.Ref('PolicySummary')), {
      description: 'Policies by id.',
    }),
    nextPageToken,
  },
  { ...strict, $id: 'PolicyPage', description: 'A page of policies.' },
)

export const PolicyDetail = Type.Object(
  {
    policyRevision,
    ...summary,
    versions: Type.Array(VersionSummaryRef, { description: 'All versions held, in order of their dates.' }),
  },
  { ...strict, $id: 'PolicyDetail', description: 'A policy with its versions, without their rules.' },
)

export const PolicyVersionPage = Type.Object(
  {
    policyRevision,
    policyId: Identifier,
    versions: Type.Array(VersionSummaryRef, { description: 'Versions in order of their dates.' }),
    nextPageToken,
  },
  { ...strict, $id: 'PolicyVersionPage', description: 'A page of versions of a policy.' },
)

export const PolicyVersionDetail = Type.Object(
  {
    policyRevision,
    policyId: Identifier,
    policySetId: PolicySetName,
    title: Type.String({ description: 'Title.' }),
    ...PolicyVersion.properties,
    codeSets: Type.Array(CodeSet, { description: 'The code sets that the rules name.' }),
  },
  { ...strict, $id: 'PolicyVersionDetail', description: 'One version with all its rules.' },
)
