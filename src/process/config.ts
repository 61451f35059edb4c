import { readFileSync } from 'node:fs'
import { envSchema } from 'env-schema'
import { Type, type Static } from 'typebox'
import { logLevels } from '../protocols/admin/log-level.js'
import { AddressSettings } from './settings/addresses.js'
import { LogSettings } from './settings/decision-log.js'
import { faultOfKeySettings, KeySettings } from './settings/installation-key.js'
import { faultOfLimitSettings, LimitSettings } from './settings/limits.js'
import { faultOfStoreSettings, StoreSettings } from './settings/store.js'
import { faultOfTokenSettings, TokenSettings } from './settings/tokens.js'
import { faultOfWebSettings, WebSettings } from './settings/web.js'

/**
 * Every setting of the process, each with a working default; `settings/` has them by area. The
 * table in docs/operate/settings.md and .env.example are generated from it, in this order.
 */
export const Config = Type.Object(
  {
    ...AddressSettings.properties,
    ...StoreSettings.properties,
    LOG_LEVEL: Type.Enum(logLevels, {
      default: 'info',
      description:
        'Least severe level that is logged; `PUT /log-level` of the second listener changes it while the process runs.',
    }),
    NODE_ENV: Type.Optional(
      Type.String({ description: '`production`: does not start without credentials, wherever it listens.' }),
    ),
    ...TokenSettings.properties,
    ...LimitSettings.properties,
    ...WebSettings.properties,
    ...KeySettings.properties,
    ...LogSettings.properties,
    DRAIN_SECONDS: Type.Number({
      default: 0,
      minimum: 0,
      maximum: 300,
      description:
        'Seconds for which a process that was told to stop goes on answering, not ready, so that a balancer can notice.',
    }),
  },
  { description: 'Environment of the process.' },
)
export type Config = Readonly<Static<typeof Config>>

/** The environment is unusable. The message is one line that names the key. */
export class ConfigError extends Error {}

/**
 * Reads the environment once, checks it and freezes it. An empty value counts as absent, because
 * compose files write it so.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(
    Object.keys(Config.properties).flatMap((key) =>
      environment[key] === undefined || environment[key] === '' ? [] : [[key, environment[key]]],
    ),
  )
  const config = checked(withSecretsOfFiles(given))
  for (const faultOf of faults) {
    const fault = faultOf(config)
    if (fault !== undefined) throw new ConfigError(fault)
  }
  return Object.freeze(config)
}

/** Reads settings that are given as files. No message shows the content of a file. */
function withSecretsOfFiles(given: Record<string, string | undefined>): Record<string, string | undefined> {
  const { DATABASE_URL_FILE: file, DATABASE_URL: url } = given
  if (file === undefined) return given
  if (url !== undefined)
    throw new ConfigError('DATABASE_URL and DATABASE_URL_FILE exclude each other: set one')
  const read = secretIn(file, 'DATABASE_URL_FILE')
  if (!/^postgres(ql)?:\/\/\S+$/.test(read))
    throw new ConfigError(
      `DATABASE_URL_FILE: ${file} does not hold an address of PostgreSQL (postgres://…); put one there, and nothing else`,
    )
  return { ...given, DATABASE_URL: read }
}

/** The content of a file, without the end of its line. */
function secretIn(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    const { code = 'failed' } = error as NodeJS.ErrnoException
    throw new ConfigError(
      `${setting}: ${file} cannot be read (${code}); name a file that this process may read`,
    )
  }
}

function checked(given: Record<string, string | undefined>): Config {
  try {
    return envSchema<Static<typeof Config>>({ schema: structuredClone(Config), data: given, env: false })
  } catch (error) {
    throw new ConfigError(
      oneLine(
        error as Error & {
          errors?: { instancePath: string; message?: string; params?: { allowedValues?: string[] } }[]
        },
      ),
    )
  }
}

// Settings that must come in pairs. One of them alone would open or close access against the
// intention of the operator.
const faults: readonly ((config: Config) => string | undefined)[] = [
  faultOfStoreSettings,
  faultOfWebSettings,
  faultOfLimitSettings,
  faultOfTokenSettings,
  faultOfKeySettings,
]

// The message leaves out the value, because DATABASE_URL contains a password.
function oneLine(
  error: Error & {
    errors?: { instancePath: string; message?: string; params?: { allowedValues?: string[] } }[]
  },
): string {
  const [first] = error.errors ?? []
  if (first === undefined) return 'The environment could not be read'
  const allowed = first.params?.allowedValues
  return `${first.instancePath.slice(1)} ${first.message ?? 'is not valid'}${allowed === undefined ? '' : `: ${allowed.join(', ')}`}`
}
