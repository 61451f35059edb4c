// precert matrix: the table of payers' plans and codes in force, for a wall or a spreadsheet.
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../process/config.js'
import { normalizeCode, claimTypes, type ClaimType } from '../../decision/shapes/codes.js'
import { matrixOf, type MatrixQuestion } from './matrix-of.js'
import { openPolicies } from '../../policies/loaded/open-policies.js'
import { isDay, listOf, readArguments, text, usualOptions } from '../arguments.js'
import { CommandRefused, exitCodes, exitCodesInWords, type Command } from '../command.js'

const starterPacks = fileURLToPath(new URL('../../../policies', import.meta.url))

const help = `precert matrix --codes J3420,J0585 --date 2026-11-03 [options]

Prints the prior-authorization matrix as CSV, one code to a row and one plan to a column: Y required, N not required, C depends on facts
or is voluntary, ? not known. Each cell is the answer to a request of that one line.

  --codes LIST           procedure codes
  --date DATE            date of service
  --plans LIST           plans; all that are held if absent
  --state XX             where the services are furnished
  --claim-type TYPE      ${claimTypes.join(', ')}
  --place-of-service NN  two digits
  --json                 the same as JSON, by code and plan
  --help                 this text

The store is the one of the service (DATABASE_URL, or DATA_DIR, which one process at a time may use). Nothing is changed.
${exitCodesInWords}`

/** `precert matrix`. */
export const matrix: Command = {
  run: async (args) => {
    await print(read(args))
    return exitCodes.done
  },
}

class Misunderstood extends CommandRefused {}

const options = {
  codes: text,
  date: text,
  plans: text,
  state: text,
  'claim-type': text,
  'place-of-service': text,
  ...usualOptions,
} as const
type Options = ReturnType<typeof read>

function read(args: readonly string[]) {
  return readArguments(args, options, Misunderstood, false).values
}

async function print(given: Options): Promise<void> {
  if (given.help === true) {
    process.stdout.write(`${help}\n`)
    return
  }
  const question = questionOf(given)
  const config = readConfig()
  const { snapshot, close } = await openPolicies({
    databaseUrl: config.DATABASE_URL,
    dataDir: config.DATA_DIR,
    policiesDir: config.POLICIES_DIR ?? starterPacks,
  })
  try {
    const revision = snapshot.current()
    if (revision === undefined) throw new Error('No policy is held.')
    const planIds = revision.content.plans.map((plan) => plan.planId)
    const unknown = question.planIds.find((planId) => !planIds.includes(planId))
    if (unknown !== undefined)
      throw new Misunderstood(`No plan ${unknown} is held; these are: ${planIds.join(', ')}.`)
    const table = matrixOf(revision.view, {
      ...question,
      planIds: question.planIds.length === 0 ? planIds : question.planIds,
    })
    process.stdout.write(given.json === true ? `${JSON.stringify(asObject(table), null, 2)}\n` : table)
  } finally {
    await close()
  }
}

function questionOf({
  codes,
  date,
  plans,
  state,
  'claim-type': claimType,
  'place-of-service': placeOfService,
}: Options): MatrixQuestion {
  const procedureCodes = listOf(codes).map(normalizeCode)
  if (procedureCodes.length === 0) throw new Misunderstood('Name the codes: --codes J3420,J0585.')
  if (date === undefined || !isDay(date))
    throw new Misunderstood(`--date ${date ?? ''} is not a date such as 2026-11-03.`)
  if (claimType !== undefined && !isClaimType(claimType))
    throw new Misunderstood(`--claim-type ${claimType} is not one of ${claimTypes.join(', ')}.`)
  return {
    planIds: listOf(plans),
    procedureCodes,
    dateOfService: date,
    ...(state === undefined ? {} : { state: state.toUpperCase() }),
    ...(claimType === undefined ? {} : { claimType }),
    ...(placeOfService === undefined ? {} : { placeOfService }),
  }
}

function isClaimType(written: string): written is ClaimType {
  return (claimTypes as readonly string[]).includes(written)
}

/**
 * The table by code and plan. Ids of plans and codes hold no comma, so the cells need no quotes.
 */
function asObject(table: string): Record<string, Record<string, string>> {
  const [heading = [], ...rows] = table
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
  return Object.fromEntries(
    rows.map((cells) => [
      cells[0],
      Object.fromEntries(heading.slice(1).map((plan, at) => [plan, cells[at + 1] ?? ''])),
    ]),
  )
}
