import { Type, type Static } from 'typebox'

/** The key of the installation, and the one before it while it is changed. */
export const KeySettings = Type.Object({
  DATA_KEY: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Key of the installation (32 bytes, base64 or hexadecimal: `openssl rand -base64 32`), with which what callers send is sealed and the decision log signed. Needed with `DATABASE_URL`; absent: made in `DATA_DIR` at first.',
    }),
  ),
  DATA_KEY_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'File that holds it instead, made if there is none. Keep a copy apart from the database: without it what was recorded cannot be read.',
    }),
  ),
  DATA_KEY_PREVIOUS: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'The key before `DATA_KEY`, while it is changed (`precert keys rotate-data-key`): what it wrapped opens too. Take it away afterwards.',
    }),
  ),
  DATA_KEY_PREVIOUS_FILE: Type.Optional(
    Type.String({ minLength: 1, description: 'File that holds it instead.' }),
  ),
})
type KeySettings = Readonly<Static<typeof KeySettings>>

/**
 * Which of these settings excludes another one, or means nothing without it; undefined where they
 * go together.
 */
export function faultOfKeySettings(config: KeySettings): string | undefined {
  if (config.DATA_KEY !== undefined && config.DATA_KEY_FILE !== undefined)
    return 'DATA_KEY and DATA_KEY_FILE exclude each other: set one'
  if (config.DATA_KEY_PREVIOUS !== undefined && config.DATA_KEY_PREVIOUS_FILE !== undefined)
    return 'DATA_KEY_PREVIOUS and DATA_KEY_PREVIOUS_FILE exclude each other: set one'
  const [key, previous] = [
    config.DATA_KEY ?? config.DATA_KEY_FILE,
    config.DATA_KEY_PREVIOUS ?? config.DATA_KEY_PREVIOUS_FILE,
  ]
  if (previous !== undefined && key === undefined)
    return 'DATA_KEY_PREVIOUS means nothing without the new key: set DATA_KEY or DATA_KEY_FILE too'
  return undefined
}

/** Where the settings take the installation key from. */
export function keySourceOf(
  config: KeySettings & { readonly DATA_DIR: string },
  store: 'embedded' | 'server',
) {
  return {
    given: config.DATA_KEY,
    file: config.DATA_KEY_FILE,
    previous: config.DATA_KEY_PREVIOUS,
    previousFile: config.DATA_KEY_PREVIOUS_FILE,
    dataDir: config.DATA_DIR,
    store,
  } as const
}
