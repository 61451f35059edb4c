import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Dependencies } from '../dependencies.js'
import { checkAnswers, component } from '../responses.js'
import { CheckBody } from './authorization-checks.js'
import { checkRoute, decideFor, sendRendered } from './check-request.js'
import { answerTo, headingOf } from './one-question.js'

const questions = ['medical-necessity', 'documentation', 'code-validity'] as const
const parts = ['lineNumber', 'procedureCode', 'dateOfService', 'medicalNecessity', 'codeValidity', 'documentation'] as const

/** POST /v1/medical-necessity-checks: diagnosis, exclusions and documentation only. */
export const medicalNecessityChecks: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.post('/medical-necessity-checks', {
    config: checkRoute,
    schema: {
      operationId: 'checkMedicalNecessity', tags: ['checks'], summary: 'Check diagnosis and documentation',
      description: 'Decides for every line whether the linked diagnoses and the record support the service, and whether the codes are valid on the date. Takes the same request as an authorization check.',
      body: CheckBody, response: checkAnswers(component('MedicalNecessityCheck'), 'The answer per line.')
    }
  }, async (request, reply) => {
    const { determination } = decideFor(dependencies, request, request.body)
    return sendRendered(reply, JSON.stringify({ ...headingOf(determination), lines: determination.lines.map(line => answerTo(line, questions, parts)) }))
  })
}
