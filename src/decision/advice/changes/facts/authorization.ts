import { normalizeCode } from '../../../shapes/codes.js'
import type { Facts } from '../../../facts/facts.js'
import { byChanges, type Options } from '../options.js'

/** An approved authorization that covers the line. Lines of the same code may take units from it, so it has enough for all of them. */
export function authorizationFor({ line, lines }: Facts): Options {
  const units = lines
    .filter(({ code }) => code === line.code)
    .map(({ billedUnits }) => ('value' in billedUnits ? billedUnits.value : Infinity))
  const unitsApproved = Math.min(
    999999,
    units.reduce((sum, one) => sum + one, 0),
  )
  const dates = lines
    .filter(({ code }) => code === line.code)
    .flatMap(({ date, lastDay }) => [date, lastDay])
    .sort()
  return byChanges({
    kind: 'authorization',
    pointer: '/authorizations/-',
    example: true,
    value: {
      authorizationNumber: 'NUMBER-FROM-PAYER',
      status: 'approved',
      procedureCodes: [normalizeCode(line.code)],
      from: dates[0] ?? line.date,
      to: dates.at(-1) ?? line.lastDay,
      unitsApproved,
      unitsUsed: 0,
    },
    text: `Ask the payer for prior authorization of ${line.code} on ${line.date}. If it approves, send the number, dates and units that it gives.`,
  })
}
