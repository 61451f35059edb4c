import type { AtomArgument } from '../../../shapes/expression.js'
import type { Facts } from '../../../facts/facts.js'
import { compareLab } from '../../../conditions/lab.js'
import { describe } from '../../../explain/wording.js'
import { byChanges, noWay, refuse, type Options } from '../options.js'

type Criterion = AtomArgument<'lab'>

/** A result on file, of the right test and recent enough. A result that was given and says otherwise stands. */
export function waysForLab(criterion: Criterion, wanted: boolean, { sent, line, view }: Facts): Options {
  const now = compareLab(criterion, sent.labResults ?? [], line.date)
  const asked = describe({ lab: criterion }, view)
  if (now.truth !== 'unknown')
    return refuse(
      'record-says-otherwise',
      `The result on file says otherwise than "${asked}". It is not proposed to be another; a test that is yet to be done may show something else.`,
    )
  // Any result that counts makes `any` true, none makes it false.
  if (!wanted && criterion.which === 'any') return noWay
  const value = valueThat(criterion, wanted)
  const [loincCode] = criterion.loincCodes
  if (loincCode === undefined || Math.abs(value) > 1e12 || !/^[!-~]{1,40}$/.test(criterion.unit)) return noWay
  return byChanges({
    kind: 'lab-result',
    pointer: '/labResults/-',
    value: { loincCode, value, unit: criterion.unit, observedOn: line.date },
    example: true,
    text: wanted
      ? `If the record has a result of ${asked}, send it.`
      : `If the record has a result other than "${asked}", send it.`,
  })
}

/** A value on the wanted side of the threshold. */
function valueThat({ is, value }: Criterion, wanted: boolean): number {
  const lower = value > 0 ? value / 2 : value - 1
  const higher = value > 0 ? value * 2 : value + 1
  const below = is === 'below' || is === 'at-most'
  return below === wanted ? lower : higher
}
