import type { Facts } from '../../../facts/facts.js'
import { anyOption, byChanges, noWay, type Options } from '../options.js'

const usual = ['11', '22', '19', '12']
const mostNamed = 3

/** Another setting, or the setting where it was not given. */
export function waysForPlaceOfService(values: readonly string[], wanted: boolean, { line }: Facts): Options {
  const given = line.sent.placeOfService
  const fitting = (wanted ? values : usual.filter((place) => !values.includes(place))).slice(0, mostNamed)
  return fitting.length === 0
    ? noWay
    : anyOption(
        fitting.map((value) =>
          byChanges({
            kind: 'setting',
            pointer: `/serviceLines/${line.index}/placeOfService`,
            value,
            example: given === undefined,
            text:
              given === undefined
                ? `If line ${line.lineNumber} is given in place of service ${value}, say so.`
                : `If the clinician agrees to place of service ${value}, give line ${line.lineNumber} there.`,
          }),
        ),
      )
}
