import { availableParallelism } from 'node:os'
import { views, type View } from '../../decision/explain/views.js'
import { readArguments, text, usualOptions } from '../arguments.js'
import { CommandRefused } from '../command.js'

/** The parsed command line. */
export type CheckCommand =
  | { readonly help: true }
  | {
      readonly help: false
      readonly file: string
      readonly outFile: string | undefined
      readonly json: boolean
      readonly threads: number
      /** How much of each answer is written. */
      readonly view: View
      /** The source of policy: a folder of packs, or the store. */
      readonly packs: string | undefined
      readonly dataDir: string | undefined
      readonly tenantId: string | undefined
    }

/** Arguments that are not understood. The message says what to write instead. */
export class CheckRefused extends CommandRefused {}

export const checkHelp = `precert check FILE.ndjson [options]

Answers authorization checks offline: one request on each line of the file, one answer for each, in their order, on all cores. An answer is what
POST /v1/authorization-checks would say; a line that is refused has the problem in its place, with the number of the line. Blank lines are
passed over. Nothing is recorded in the decision log, and every answer says so ("recorded": false).

  --out FILE       a new file for the answers, readable by its owner only; absent: standard output
  --packs DIR      policy from a folder of policy packs; no store is needed, and the answers say revision 1
  --data-dir DIR   policy from the embedded store in this folder
  --tenant NAME    whose policy, of a store on a server; public if absent
  --view VIEW      summary (the default) or full, as the view of the route
  --threads N      how many at a time (1 to 256; absent: one for each core)
  --json           the counts as JSON: with --out on standard output, else on standard error
  --help           this text

Without --packs and --data-dir the store is the one of the service (DATABASE_URL, or DATA_DIR, which one process at a time may use).
A bar on a terminal, or a line now and then, tells how far it is, on standard error.
Exit codes: 0 every line was answered; 1 some were refused, or it failed on the way; 2 arguments not understood or refused; 78 configuration.`

const options = {
  out: text,
  packs: text,
  'data-dir': text,
  tenant: text,
  view: text,
  threads: text,
  ...usualOptions,
} as const

/**
 * Reads the arguments of the offline check. Throws CheckRefused for what it does not understand.
 */
export function parseCheckCommand(args: readonly string[]): CheckCommand {
  const {
    values,
    positionals: [file, ...others],
  } = readArguments(args, options, CheckRefused)
  if (values.help === true) return { help: true }
  if (file === undefined)
    throw new CheckRefused('Name the file: precert check requests.ndjson (--help tells more).')
  if (others.length > 0) throw new CheckRefused(`One file at a time: ${others.join(' ')} is too much.`)
  if (values.packs !== undefined && (values['data-dir'] ?? values.tenant) !== undefined)
    throw new CheckRefused('--packs is all policy there is: leave --data-dir and --tenant out.')
  return {
    help: false,
    file,
    outFile: values.out,
    json: values.json === true,
    threads: threadsOf(values.threads),
    view: viewIn(values.view),
    packs: values.packs,
    dataDir: values['data-dir'],
    tenantId: values.tenant,
  }
}

function viewIn(given = 'summary'): View {
  const view = views.find((one) => one === given)
  if (view === undefined) throw new CheckRefused(`--view ${given} is not one of ${views.join(' or ')}.`)
  return view
}

function threadsOf(given: string | undefined): number {
  if (given === undefined) return availableParallelism()
  if (!/^[1-9]\d{0,2}$/.test(given) || Number(given) > 256)
    throw new CheckRefused(`--threads ${given} is not a number from 1 to 256.`)
  return Number(given)
}
