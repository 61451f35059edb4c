import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { scheduleFaults } from '../../../decision/advice/schedule/faults.js'
import type { ScheduleRequest } from '../../../decision/advice/schedule/request.js'
import { mostDatesOf } from '../../../decision/advice/schedule/rhythm.js'
import { planSchedule } from '../../../decision/advice/schedule/schedule.js'
import type { Dependencies } from '../../asking/dependencies.js'
import { checkAnswers, component } from '../../http/responses.js'
import { refuseFaults, sendRendered } from '../../asking/check-request.js'
import { policyAsked } from '../../asking/policy-asked.js'

/**
 * POST /v1/schedules: the earliest calendar that the rules allow. It is advice: nothing is recorded
 * and there is no id.
 */
export const schedules: FastifyPluginAsyncTypebox<Dependencies> = async (app, dependencies) => {
  app.post(
    '/schedules',
    {
      config: { access: 'checks:write', lines: (body) => mostDatesOf(body as ScheduleRequest) },
      schema: {
        operationId: 'planSchedule',
        tags: ['checks'],
        summary: 'Plan a course of services',
        description:
          'Puts a course of one procedure (for instance daily 5 times, weekly 4 times, then monthly) into the calendar: for each service the earliest clinic day, on or after the wished one, that no schedule rule known forbids, with the earlier ones counted as given. Each date says why it was moved, by which rule, whether it needs prior authorization and by when to ask; what has no date at all is said with the reason. Takes the facts of a check of one line. Not a determination: nothing is recorded. Counts as many service lines as it can have dates.',
        body: Type.Unsafe<ScheduleRequest>(Type.Ref('ScheduleRequest')),
        response: checkAnswers(component('Schedule'), 'The calendar.'),
      },
    },
    async (request, reply) => {
      refuseFaults(scheduleFaults(request.body))
      const { view } = await policyAsked(dependencies, request)
      return sendRendered(reply, JSON.stringify(planSchedule(request.body, view)))
    },
  )
}
