import type { Facts } from '../../../facts/facts.js'
import { count } from '../../../explain/wording.js'
import { byChanges, noWay, refuse, type Options } from '../options.js'

/** At most so many units. More units are never proposed, nor another dose than the one that was given. */
export function waysForUnits(over: number, wanted: boolean, facts: Facts): Options {
  return wanted ? refuse('given-otherwise', 'More units are not proposed.') : fewerUnits(over, facts)
}

/** The line with at most this number of units, which is not more than it has. */
export function fewerUnits(most: number, { line }: Facts): Options {
  if (most <= 0 || most > 999999) return noWay
  if ('value' in line.billedUnits && line.billedUnits.value <= most) return noWay
  // Figures that do not agree: fewer units than are billed already settle nothing.
  if (line.sent.units !== undefined && line.sent.units <= most) return noWay
  if (line.sent.administeredDose !== undefined)
    return refuse(
      'depends-on-what-was-done',
      'The units follow from the dose that was given; another dose is for the clinician to order.',
    )
  const units = count(most, 'unit', 'units')
  return byChanges({
    kind: 'fewer-units',
    pointer: `/serviceLines/${line.index}/units`,
    value: most,
    example: 'missing' in line.billedUnits,
    text:
      'missing' in line.billedUnits
        ? `If at most ${units} are billed on line ${line.lineNumber}, say how many.`
        : `Bill ${units} on line ${line.lineNumber}, if no more than that was given.`,
  })
}
