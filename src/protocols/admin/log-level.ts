import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { RouteAccess } from '../../access/scopes.js'
import { isLoopback } from '../../access/start-rule.js'
import { logLevels, type LogLevel } from '../../log-level.js'
import { ProblemError } from '../problem.js'

const LogLevelChange = Type.Object(
  {
    level: Type.Enum(logLevels, { description: 'Least severe level that is logged.' }),
    minutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1440,
        description:
          'After which the configured level comes back; absent: it stays until it is set again or the process ends.',
      }),
    ),
  },
  { additionalProperties: false, description: 'How much is to be logged.' },
)

export interface LogLevelOptions {
  readonly level: LogLevel
  readonly access: RouteAccess
  /** Whether only this machine can ask: then nobody is asked for a credential, but no web page either may do it for them. */
  readonly isOwn: boolean
}

/** GET and PUT /log-level: how much the process logs, while it runs. */
export const logLevelRoutes: FastifyPluginAsyncTypebox<LogLevelOptions> = async (
  app,
  { level, access, isOwn },
) => {
  app.get('/log-level', { config: { access } }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(level.state()),
  )
  app.put('/log-level', { config: { access }, schema: { body: LogLevelChange } }, async (request, reply) => {
    // A page whose name was made to point here could ask in the name of whoever looks at it.
    if (isOwn && !isLoopback(request.hostname.replace(/^\[(.*)\]$/, '$1')))
      throw new ProblemError(
        'misdirected-request',
        'Ask for this under the address of the listener itself, such as 127.0.0.1 or localhost.',
      )
    return reply.header('cache-control', 'no-store').send(level.set(request.body.level, request.body.minutes))
  })
}
