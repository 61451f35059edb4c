// Cases as data: a rule, a request and what must be answered. Those of a plan by name speak of the worked example.
import { readFile, readdir } from 'node:fs/promises'
import t from 'tap'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { Expression } from '../../src/decision/shapes/expression.js'
import { determine } from '../../src/decision/determine.js'
import { Jurisdiction } from '../../src/decision/shapes/area.js'
import { Completeness, type Plan, type PolicyContent } from '../../src/decision/shapes/policy.js'
import { Rule } from '../../src/decision/shapes/rule.js'
import { decidedKinds } from '../../src/decision/shapes/rule-kinds.js'
import { Source } from '../../src/decision/shapes/source.js'
import { CodeTable, NdcEdition } from '../../src/decision/shapes/tables.js'
import { CheckRequest } from '../../src/decision/shapes/request.js'
import { compilePolicyView } from '../../src/policies/loaded/compile.js'
import { PackProcedurePairs, packedEdition } from '../../src/policies/packs/pairs.js'
import { PackCase, requestOf } from '../../src/policies/packs/cases.js'
import { content as workedExample } from '../oracle/worked-example.js'
import { differencesFromCase } from '../support/case-differences.js'

const strict = { additionalProperties: false }
const CoreCase = Type.Object(
  {
    ...PackCase.properties,
    rules: Type.Optional(
      Type.Array(Rule, { description: 'The only rules of the plan that is asked about.' }),
    ),
    jurisdiction: Type.Optional(Jurisdiction),
    source: Type.Optional(Type.Partial(Source)),
    pairs: Type.Optional({
      ...PackProcedurePairs.properties.rows,
      description: 'Procedure pairs of practitioners; `source` is theirs too.',
    }),
    ndcs: Type.Optional({
      ...NdcEdition.properties.rows,
      description: 'Rows of an NDC crosswalk from 2026-10-01 on; `source` is its own too.',
    }),
    codeTables: Type.Optional(
      Type.Array(CodeTable, { description: 'Code tables instead of those of the worked example.' }),
    ),
    completeness: Type.Optional(
      Type.Array(Completeness, {
        description: 'What the set of these rules declares; without it nothing is complete.',
      }),
    ),
  },
  strict,
)
const CoreCases = Type.Object(
  { base: Type.Unsafe<Record<string, unknown>>(Type.Ref('CheckRequest')), cases: Type.Array(CoreCase) },
  strict,
)
type CoreCase = Static<typeof CoreCase>

const validator = Compile({ CheckRequest, Expression }, CoreCases)
const folder = new URL(import.meta.url.endsWith('.ts') ? 'cases/' : '../decision/cases/', import.meta.url)
const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort()
const read = await Promise.all(
  files.map(async (file) => ({
    file,
    value: JSON.parse(await readFile(new URL(file, folder), 'utf8')) as unknown,
  })),
)

for (const { file, value } of read) {
  t.test(file, async (t) => {
    if (!validator.Check(value)) return t.fail(JSON.stringify(validator.Errors(value).slice(0, 3)))
    for (const one of value.cases)
      t.strictSame(
        differencesFromCase(one, determine(requestOf(value.base, one), compilePolicyView(contentOf(one), 1))),
        [],
        one.title,
      )
    t.equal(
      new Set(value.cases.map(({ title }) => title)).size,
      value.cases.length,
      'every case has a title of its own',
    )
  })
}

/** The worked example, beside it one plan (`a-plan`) that follows one set with the rules of the case and nothing else. */
function contentOf({
  rules = [],
  jurisdiction,
  source,
  pairs,
  ndcs,
  codeTables = workedExample.codeTables,
  completeness = [],
}: CoreCase): PolicyContent {
  const document = {
    publisher: 'A publisher',
    title: 'A document',
    url: 'https://example.org/',
    retrievedOn: '2026-10-01',
    grade: 'primary' as const,
    ...source,
  }
  return {
    ...workedExample,
    codeTables,
    plans: [...workedExample.plans, plan('a-plan', ['a-set']), plan('half-held', ['a-set', 'not-held'])],
    policySets: [
      ...workedExample.policySets,
      {
        policySetId: 'a-set',
        title: 'A set',
        publisher: 'A publisher',
        speaksTo: [...decidedKinds],
        completeness,
      },
    ],
    policies:
      rules.length === 0
        ? workedExample.policies
        : [
            ...workedExample.policies,
            {
              policyId: 'a-policy',
              policySetId: 'a-set',
              title: 'A policy',
              ...(jurisdiction === undefined ? {} : { jurisdiction }),
              versions: [{ versionId: 'v1', from: '2020-01-01', source: document, rules }],
            },
          ],
    procedurePairs:
      pairs === undefined
        ? []
        : [
            packedEdition({
              policySetId: 'a-set',
              edition: '2026-Q4',
              setting: 'practitioner',
              source: document,
              columnOne: ['A0000-Z9999', '00000-99999'],
              rows: pairs,
            }),
          ],
    ndcEditions:
      ndcs === undefined
        ? []
        : [{ policySetId: 'a-set', edition: '2026-Q4', from: '2026-10-01', source: document, rows: ndcs }],
  }
}

function plan(planId: string, follows: readonly string[]): Plan {
  return {
    planId,
    payerId: 'a-payer',
    name: 'A plan',
    lineOfBusiness: 'not-stated',
    benefit: 'medical',
    follows: follows.map((policySetId) => ({ policySetId, role: 'governing' })),
  }
}
