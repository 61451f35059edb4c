import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type, type Static } from 'typebox'
import { atomsOf, conditionsOf } from '../../../decision/conditions/walk.js'
import { inWords } from '../../../decision/facts/missing-facts.js'
import { notEvaluatedMeanings } from '../../../decision/explain/meanings/not-evaluated.js'
import { reasonMeanings } from '../../../decision/explain/meanings/reasons.js'
import { stepMeanings } from '../../../decision/explain/meanings/steps.js'
import type { Meaning } from '../../../decision/explain/meanings/meaning.js'
import type { PolicyList } from '../../../policies/lists/policy-list.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { policyAsked } from '../../asking/policy-asked.js'
import { component, readAnswers } from '../../http/responses.js'
import { sendCacheable } from '../lists/cacheable.js'
import { findPolicies } from '../policies/find-policies.js'
import { policyRevision } from '../policies/policy-schemas.js'

export const codeKinds = ['reason', 'step', 'not-evaluated', 'documentation-item'] as const

export const CodeMeaning = Type.Object(
  {
    kind: Type.Enum([...codeKinds], {
      description:
        'reason: `reasonCode`. step: `nextSteps[].code`. not-evaluated: `notEvaluated[].code`. documentation-item: an item that a loaded rule asks for.',
    }),
    code: Type.String({ description: 'The code.', examples: ['diagnosis-not-listed'] }),
    meaning: Type.String({ description: 'What it means.' }),
    remedy: Type.String({ description: 'What to do about it.' }),
  },
  { $id: 'CodeMeaning', description: 'A code of an answer, with its meaning and remedy.' },
)
export type CodeMeaning = Static<typeof CodeMeaning>

export const CodeMeanings = Type.Object(
  {
    policyRevision,
    codes: Type.Array(Type.Unsafe<CodeMeaning>(Type.Ref('CodeMeaning')), {
      description: 'Every code of the kind, or of every kind, in the order of the alphabet.',
    }),
  },
  { $id: 'CodeMeanings', description: 'The codes of answers. New ones may be added at any time.' },
)

/** GET /v1/codes: what the codes of an answer mean, and what to do. */
export const codeMeanings: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.get(
    '/codes',
    {
      config: { access: 'policies:read' },
      schema: {
        operationId: 'listCodes',
        tags: ['codes'],
        summary: 'What the codes of an answer mean',
        description:
          'Every reason, step and note of an answer, and every documentation item that a loaded rule asks for, with its meaning and remedy.',
        querystring: Type.Object(
          { kind: Type.Optional(CodeMeaning.properties.kind) },
          { additionalProperties: false },
        ),
        response: readAnswers(component('CodeMeanings'), 'The codes.'),
      },
    },
    async (request, reply) => {
      const { revision, content } = await policyAsked(dependencies, request)
      const { kind } = request.query
      const all = [...fixedCodes(), ...(await documentationItems(content.policies))]
      return sendCacheable(request, reply, revision, {
        codes: all.filter((one) => kind === undefined || one.kind === kind),
      })
    },
  )
}

/** The codes that the engine knows, whatever policy is loaded. */
export function fixedCodes(): CodeMeaning[] {
  return [
    ...ofKind('reason', reasonMeanings),
    ...ofKind('step', stepMeanings),
    ...ofKind('not-evaluated', notEvaluatedMeanings),
  ]
}

function ofKind(kind: CodeMeaning['kind'], meanings: Readonly<Record<string, Meaning>>): CodeMeaning[] {
  return Object.entries(meanings)
    .map(([code, meaning]) => ({ kind, code, ...meaning }))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
}

/** The items of the record that any loaded rule asks for. */
export async function documentationItems(policies: PolicyList): Promise<CodeMeaning[]> {
  const items = new Set<string>()
  await findPolicies(policies, ({ versions }) => {
    for (const { rules } of versions)
      for (const rule of rules)
        for (const atom of conditionsOf(rule).flatMap(atomsOf))
          if ('documented' in atom) items.add(atom.documented)
    return false
  })
  return [...items].sort().map((code) => ({
    kind: 'documentation-item',
    code,
    meaning: `The record documents this: ${inWords(code)}.`,
    remedy: 'Send it in documentation with present true or false.',
  }))
}
