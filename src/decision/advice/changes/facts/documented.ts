import type { Facts } from '../../../facts/facts.js'
import { inWords } from '../../../facts/missing-facts.js'
import { byChanges, refuse, type Options } from '../options.js'

/** What the chart says of an item. What it was said to say is never proposed to be otherwise; only silence can be filled. */
export function waysForDocumented(item: string, wanted: boolean, { sent }: Facts): Options {
  const words = `"${inWords(item)}"`
  const said = (sent.documentation ?? []).filter((entry) => entry.item === item)
  if (said.length > 0) {
    const otherwise = `The request says that the record ${said.every(({ present }) => present) ? 'shows' : said.some(({ present }) => present) ? 'both shows and does not show' : 'does not show'} ${words}. That is not proposed to be otherwise`
    return refuse(
      'record-says-otherwise',
      wanted
        ? `${otherwise}; the policy would accept it if a service that is yet to be given (a trial, a test) showed it.`
        : `${otherwise}.`,
    )
  }
  return byChanges({
    kind: 'documentation',
    pointer: '/documentation/-',
    value: { item, present: wanted },
    example: true,
    text: wanted
      ? `If the record holds ${words}, send it.`
      : `If the record says that ${words} is not so, send that.`,
  })
}
