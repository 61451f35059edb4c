import type { AtomArgument } from '../../../shapes/expression.js'
import type { Facts } from '../../../facts/facts.js'
import { anyOption, byChanges, refuse, type Options } from '../options.js'

const mostNamed = 3

/** Another service of the same date. It is named only where the request leaves open whether there is one. */
export function waysForCompanion(
  { procedureCodes }: AtomArgument<'companion'>,
  wanted: boolean,
  { line, sent }: Facts,
): Options {
  const codes = procedureCodes.join(' or ')
  if (!wanted) {
    return sent.claimIsComplete === undefined && !procedureCodes.some((code) => code === line.code)
      ? byChanges({
          kind: 'companion-service',
          pointer: '/claimIsComplete',
          value: true,
          example: true,
          text: `If ${codes} is not given on ${line.date}, and the request names all services of that date, say that it is complete.`,
        })
      : refuse(
          'given-otherwise',
          `Whether ${codes} is given on ${line.date} is for the clinician; leaving it out is not proposed.`,
        )
  }
  if (sent.claimIsComplete === true)
    return refuse(
      'given-otherwise',
      `The request says that it names all services of ${line.date}, and ${codes} is not among them. One more is not proposed.`,
    )
  return anyOption(
    procedureCodes
      .filter((code) => !code.includes('-'))
      .slice(0, mostNamed)
      .map((procedureCode) =>
        byChanges({
          kind: 'companion-service',
          pointer: '/plannedServices/-',
          value: { procedureCode, dateOfService: line.date },
          example: true,
          text: `If ${procedureCode} is given on ${line.date} too, name it on the claim or among the planned services.`,
        }),
      ),
  )
}
