import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { RouteAccess } from '../../access/scopes.js'

/** From the most severe to the least. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevelName = (typeof logLevels)[number]

/**
 * The log level now, and until when. Without an end it lasts until it is set again or the process
 * ends.
 */
export interface LogLevelState {
  readonly level: string
  readonly configured: string
  readonly until?: string
}

export interface LogLevel {
  readonly state: () => LogLevelState
  /** Sets the level, for some minutes or until further notice. */
  readonly set: (level: LogLevelName, minutes?: number) => LogLevelState
}

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
}

/** GET and PUT /log-level: reads and changes the log level at run time. */
export const logLevelRoutes: FastifyPluginAsyncTypebox<LogLevelOptions> = async (app, { level, access }) => {
  app.get('/log-level', { config: { access } }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(level.state()),
  )
  app.put('/log-level', { config: { access }, schema: { body: LogLevelChange } }, async (request, reply) => {
    return reply.header('cache-control', 'no-store').send(level.set(request.body.level, request.body.minutes))
  })
}
