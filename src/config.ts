import { envSchema } from 'env-schema'
import { Type, type Static } from 'typebox'

/** Every setting of the process, each with a default that runs; the README table and .env.example are written from it. */
export const Config = Type.Object({
  HOST: Type.String({ default: '127.0.0.1', minLength: 1, description: 'Address to listen on; `0.0.0.0` for all.' }),
  PORT: Type.Integer({ default: 3000, minimum: 0, maximum: 65535, description: 'TCP port to listen on; 0 takes any free port.' }),
  DATABASE_URL: Type.Optional(Type.String({ pattern: '^postgres(ql)?://', description: 'Postgres server (`postgres://…`); absent: an embedded database in `DATA_DIR`.' })),
  DATA_DIR: Type.String({ default: './.precert', minLength: 1, description: 'Folder of the embedded database; one process at a time.' }),
  POLICIES_DIR: Type.Optional(Type.String({ minLength: 1, description: 'Folder of policy packs to load at first start; absent: the packs that come with the program.' })),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info', description: 'Least severe level that is logged.' }),
  DRAIN_SECONDS: Type.Number({ default: 0, minimum: 0, maximum: 300, description: 'Seconds for which a process that was told to stop goes on answering, not ready, so that a balancer can notice.' })
}, { description: 'Environment of the process.' })
export type Config = Readonly<Static<typeof Config>>

/** Thrown when the environment cannot be used; the message is one line that names the key. */
export class ConfigError extends Error {}

/** Reads the environment once, checked and frozen. An empty value counts as absent, as compose files write it. */
export function readConfig (environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.keys(Config.properties).flatMap(key => environment[key] === undefined || environment[key] === '' ? [] : [[key, environment[key]]]))
  try {
    return Object.freeze(envSchema<Static<typeof Config>>({ schema: structuredClone(Config), data: given, env: false }))
  } catch (error) {
    throw new ConfigError(oneLine(error as Error & { errors?: { instancePath: string, message?: string, params?: { allowedValues?: string[] } }[] }))
  }
}

// The value is left out: DATABASE_URL holds a password.
function oneLine (error: Error & { errors?: { instancePath: string, message?: string, params?: { allowedValues?: string[] } }[] }): string {
  const [first] = error.errors ?? []
  if (first === undefined) return 'The environment could not be read'
  const allowed = first.params?.allowedValues
  return `${first.instancePath.slice(1)} ${first.message ?? 'is not valid'}${allowed === undefined ? '' : `: ${allowed.join(', ')}`}`
}
