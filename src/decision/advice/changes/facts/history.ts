import { inProcedures, type PlainDate } from '../../../shapes/codes.js'
import type { AtomArgument } from '../../../shapes/expression.js'
import { historyGap, type Facts } from '../../../facts/facts.js'
import { addDays, addMonths } from '../../../shapes/plain-date.js'
import type { Change } from '../change.js'
import { byChanges, noWay, refuse, type Options } from '../options.js'
import { laterDate } from './later-date.js'

type PreviousService = AtomArgument<'previousService'>

/** Whether an earlier service lies within a time: what is not given can be given, and waiting makes it lie further back. */
export function waysForPreviousService(
  { procedureCodes, within }: PreviousService,
  wanted: boolean,
  facts: Facts,
): Options {
  const { line, lines, history } = facts
  const clear = (date: PlainDate): PlainDate =>
    within.days !== undefined ? addDays(date, within.days) : addMonths(date, within.months ?? 0)
  const counted = [...(history ?? []).filter(({ isService }) => isService !== 'false'), ...lines]
    .filter(
      (service) =>
        service.date < line.date &&
        inProcedures(service.code, procedureCodes) &&
        line.date < clear(service.date),
    )
    .map(({ date }) => date)
    .sort()
  const last = counted.at(-1)
  if (!wanted) {
    const begin =
      within.days !== undefined
        ? addDays(line.date, -within.days)
        : addMonths(line.date, -(within.months ?? 0))
    return last === undefined ? historyComplete(begin, facts) : laterDate(clear(last), facts)
  }
  if (historyGap(facts, (date) => line.date < clear(date)).length === 0) {
    return refuse(
      'record-says-otherwise',
      `The history shows no earlier ${procedureCodes.join(' or ')} in that time. One is not proposed to have been given; the policy would accept one that is yet to be given.`,
    )
  }
  const single = procedureCodes.find((code) => !code.includes('-'))
  if (single === undefined || line.date <= '1900-01-01') return noWay
  return byChanges({
    kind: 'service-history',
    pointer: '/serviceHistory/-',
    value: { procedureCode: single, dateOfService: addDays(line.date, -1) },
    example: true,
    text: `If the record shows an earlier ${procedureCodes.join(' or ')} in that time, send it with its date.`,
  })
}

/** A history that is given, and complete since a day. What it already holds stays in it. */
export function historyComplete(since: PlainDate, { history, historySince }: Facts): Options {
  if (since < '1900-01-01') return noWay
  const changes: Change[] = [
    ...(history === undefined
      ? [
          {
            kind: 'service-history' as const,
            pointer: '/serviceHistory' as const,
            value: [],
            example: true,
            text: 'If the record shows no earlier service, send an empty history; else send what it shows.',
          },
        ]
      : []),
    ...(historySince === undefined || historySince > since
      ? [
          {
            kind: 'service-history' as const,
            pointer: '/serviceHistorySince' as const,
            value: since,
            example: true,
            text: `If the history is complete since ${since} or longer, say since when.`,
          },
        ]
      : []),
  ]
  return changes.length === 0 ? noWay : byChanges(...changes)
}
