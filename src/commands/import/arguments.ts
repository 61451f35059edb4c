import { publicTenant } from '../../policies/loaded/open-policies.js'
import { ImportRefused, type Importer } from '../../importers/importer.js'
import { flag, readArguments, text, usualOptions } from '../arguments.js'

/** The parsed command line; `help` about one source, or about all. */
export type ImportCommand =
  | { readonly help: true; readonly importer?: Importer }
  | {
      readonly help: false
      readonly importer: Importer
      readonly paths: readonly string[]
      readonly settings: Readonly<Record<string, string>>
      readonly dryRun: boolean
      readonly json: boolean
      readonly skipBad: boolean
      readonly replace: boolean
      readonly refusedFile?: string
      readonly retrievedOn: string
      readonly tenantId: string
    }

const flags = {
  'dry-run': flag,
  'skip-bad': flag,
  replace: flag,
  ...usualOptions,
} as const
const texts = {
  refused: text,
  tenant: text,
  'retrieved-on': text,
} as const

/**
 * Reads the arguments of the import command. Throws `ImportRefused` for what it does not
 * understand, and lists what it knows.
 */
export function parseCommand(
  args: readonly string[],
  importers: ReadonlyMap<string, Importer>,
  today: string,
): ImportCommand {
  const own = [...importers.values()].flatMap(({ settings }) => Object.keys(settings))
  const { values, positionals } = readArguments(
    args,
    { ...Object.fromEntries(own.map((name) => [name, text])), ...flags, ...texts },
    ImportRefused,
  )
  const [source, ...paths] = positionals
  const importer = source === undefined ? undefined : importers.get(source)
  if (values['help'] === true) return { help: true, ...(importer === undefined ? {} : { importer }) }
  const known = [...importers.keys()].join(', ')
  if (source === undefined) throw new ImportRefused(`Name a source: ${known}. --help tells more.`)
  if (importer === undefined) throw new ImportRefused(`There is no source ${source}; it is one of ${known}.`)
  if (paths.length === 0) throw new ImportRefused(`Name a file, zip or folder to import as ${source}.`)
  const settings = settingsFor(importer, values)
  const retrievedOn = valueOf(values, 'retrieved-on') ?? today
  if (!/^\d{4}-\d{2}-\d{2}$/.test(retrievedOn))
    throw new ImportRefused(`--retrieved-on ${retrievedOn} is not a date such as ${today}.`)
  const refusedFile = valueOf(values, 'refused')
  const tenantId = valueOf(values, 'tenant') ?? publicTenant
  if (tenantId !== publicTenant && importer.forTenants !== true)
    throw new ImportRefused(
      `${source} brings public policy, which is the same for every tenant: leave --tenant out. A tenant's own come from ${tenantSources(importers)}.`,
    )
  return {
    help: false,
    importer,
    paths,
    settings,
    retrievedOn,
    tenantId,
    dryRun: values['dry-run'] === true,
    json: values['json'] === true,
    skipBad: values['skip-bad'] === true,
    replace: values['replace'] === true,
    ...(refusedFile === undefined ? {} : { refusedFile }),
  }
}

const tenantSources = (importers: ReadonlyMap<string, Importer>): string =>
  [...importers.values()]
    .filter(({ forTenants }) => forTenants)
    .map(({ source }) => source)
    .join(', ')

type Values = Readonly<Record<string, unknown>>

function settingsFor({ source, settings: known }: Importer, values: Values): Record<string, string> {
  const given = Object.keys(values).filter((name) => !(name in flags) && !(name in texts))
  const other = given.find((name) => !(name in known))
  if (other !== undefined)
    throw new ImportRefused(
      `--${other} means nothing for ${source}. ${
        Object.keys(known).length === 0
          ? 'It has no settings.'
          : `Its settings: ${Object.keys(known)
              .map((name) => `--${name}`)
              .join(', ')}.`
      }`,
    )
  return Object.fromEntries(given.map((name) => [name, String(values[name])]))
}

const valueOf = (values: Values, name: string): string | undefined =>
  typeof values[name] === 'string' ? values[name] : undefined

const line = (name: string, meaning: string): string => `  ${name.padEnd(22)} ${meaning}`

/** The text of --help: in general, or for one source with its settings. */
export function helpText(importers: ReadonlyMap<string, Importer>, importer?: Importer): string {
  const sources =
    importer === undefined
      ? [
          'Sources (their settings: --help <source>)',
          ...[...importers.values()].map(({ source, summary }) => line(source, summary)),
        ]
      : [
          importer.source,
          `  ${importer.summary}`,
          ...Object.entries(importer.settings).map(([name, meaning]) => line(`--${name} VALUE`, meaning)),
        ]
  return [
    'precert import <source> <file|zip|folder ...> [options]',
    '',
    ...sources,
    '',
    ...options.map(([name, meaning]) => line(name, meaning)),
    '',
    ...closing,
  ].join('\n')
}

const options: readonly (readonly [string, string])[] = [
  ['--dry-run', 'do everything, say what would change, and change nothing'],
  ['--skip-bad', 'import the good rows although others are refused'],
  [
    '--replace',
    'import although the files are older than what is held, smaller, or would end more than 5 % of it',
  ],
  ['--refused FILE', 'write all refused rows to FILE, as CSV; the first 100 are shown in any case'],
  ['--retrieved-on DATE', 'day on which the files were fetched, cited with every answer; today if absent'],
  ['--tenant NAME', 'import into what the tenant has of its own, on a server; public policy if absent'],
  ['--json', 'the report as JSON'],
  ['--help', 'this text'],
]

const closing = [
  'The store is the one of the service (DATABASE_URL, or DATA_DIR, which one process at a time may use: stop the service, or import',
  'on a server, where it takes the new revision by itself). An import is one transaction: all of it, or nothing.',
  '',
  'Exit codes: 0 done, or nothing to do; 1 failed; 2 rows were refused, --replace is needed, or the files or arguments not understood; 78 configuration.',
]
