import { flag, isDay, readAction, text, usualOptions } from '../arguments.js'
import { CommandRefused } from '../command.js'

interface Manner {
  readonly json: boolean
  readonly tenantId: string | undefined
}
/** Instants in UTC; `from` inclusive, `to` exclusive, open where absent. */
export interface Span {
  readonly from: string | undefined
  readonly to: string | undefined
}

/** The parsed command line. */
export type AuditCommand =
  | { readonly action: 'help' }
  | (Manner & {
      readonly action: 'verify'
      readonly publicKeyFile: string | undefined
      readonly checkpointsFile: string | undefined
    })
  | (Manner &
      Span & { readonly action: 'export'; readonly outFile: string | undefined; readonly sealed: boolean })
  | (Manner & Span & { readonly action: 'replay' })
  | (Manner & { readonly action: 'public-key' })
  | (Manner & { readonly action: 'retire'; readonly before: string; readonly dryRun: boolean })
  | (Manner & { readonly action: 'erase'; readonly dryRun: boolean })

/**
 * Arguments that are not understood, or an impossible request. The message says what to write
 * instead.
 */
export class AuditRefused extends CommandRefused {}

export const auditHelp = `precert audit verify [options]                   walks the decision log and names every row that was tampered with
precert audit export [options]                   writes the determinations as lines of JSON, with what was asked and answered
precert audit replay [options]                   answers every determination again, each under the policy that decided it, and compares the verdicts, and of the same engine the answers byte for byte
precert audit public-key                         prints the public key with which checkpoints are verified
precert audit retire --before MONTH [--dry-run]  removes the months before one, and signs where chains begin then
precert audit erase --tenant NAME [--dry-run]    destroys the keys of a tenant: what it asked and was answered is unreadable for ever

  --tenant NAME       one tenant only; all if absent
  --public-key FILE   (verify) PEM of the installation's public key; absent: that of DATA_KEY, or of DATA_DIR
  --checkpoints FILE  (verify) log of the service, whose lines "decision log signed" count like the checkpoints of the store
  --from, --to        (export, replay) instants or days, UTC: 2026-03-01 or 2026-03-01T17:00:00Z; \`to\` is the first one left out
  --out FILE          (export) a new file, readable by its owner only; absent: standard output
  --sealed            (export) leave what is sealed as it is
  --before MONTH      (retire) 2020-11; HIPAA asks for six years, Medicare Advantage contracts for ten
  --dry-run           say what would be done, and do nothing
  --json              the result as JSON
  --help              this text

The store is the one of the service (DATABASE_URL and DATA_KEY, or DATA_DIR, which one process at a time may use: stop the service first).
Exit codes: 0 done, nothing found; 1 failed, the log was tampered with, or a replay differs; 2 arguments not understood or refused; 78 configuration.`

const options = {
  tenant: text,
  'public-key': text,
  checkpoints: text,
  from: text,
  to: text,
  out: text,
  sealed: flag,
  before: text,
  'dry-run': flag,
  ...usualOptions,
} as const
const taken = {
  verify: ['public-key', 'checkpoints'],
  export: ['from', 'to', 'out', 'sealed'],
  replay: ['from', 'to'],
  'public-key': [],
  retire: ['before', 'dry-run'],
  erase: ['dry-run'],
} as const

/**
 * Reads the arguments of the audit command. Throws AuditRefused for what it does not understand.
 */
export function parseAuditCommand(args: readonly string[]): AuditCommand {
  const read = readAction(args, { options, taken, always: ['json', 'tenant'], Refused: AuditRefused })
  if (read === undefined) return { action: 'help' }
  const { action, values, rest } = read
  if (rest.length > 0) throw new AuditRefused(`${action} takes no such argument: ${rest.join(' ')}.`)
  const manner = { json: values.json === true, tenantId: values.tenant }
  const dryRun = values['dry-run'] === true
  if (action === 'export')
    return {
      action,
      ...manner,
      from: instant('from', values.from),
      to: instant('to', values.to),
      outFile: values.out,
      sealed: values.sealed === true,
    }
  if (action === 'replay')
    return { action, ...manner, from: instant('from', values.from), to: instant('to', values.to) }
  if (action === 'public-key') return { action, ...manner }
  if (action === 'retire') return { action, ...manner, before: month(values.before), dryRun }
  if (action === 'verify')
    return { action, ...manner, publicKeyFile: values['public-key'], checkpointsFile: values.checkpoints }
  if (values.tenant === undefined)
    throw new AuditRefused(
      'Say whose keys are to be destroyed: --tenant NAME (public, where there is one tenant).',
    )
  return { action: 'erase', ...manner, dryRun }
}

function instant(name: string, given: string | undefined): string | undefined {
  if (given === undefined) return undefined
  const full = /^\d{4}-\d{2}-\d{2}$/.test(given) ? `${given}T00:00:00Z` : given
  const at = new Date(full)
  const exists =
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(full) &&
    isDay(full.slice(0, 10)) &&
    !Number.isNaN(at.getTime())
  if (!exists)
    throw new AuditRefused(
      `--${name} ${given} is neither a day such as 2026-03-01 nor an instant with its zone such as 2026-03-01T17:00:00Z.`,
    )
  return at.toISOString()
}

function month(given: string | undefined): string {
  if (given === undefined || !/^\d{4}-(0[1-9]|1[0-2])$/.test(given))
    throw new AuditRefused('Say which month is the first to stay: --before 2020-11.')
  return given
}
