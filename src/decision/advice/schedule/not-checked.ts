import type { NotEvaluated } from '../../shapes/determination.js'
import type { Facts } from '../../facts/facts.js'
import { behindOf, type Behind, type SourceRead } from '../../applicable/behind.js'
import { notEvaluatedMeanings } from '../../explain/meanings/not-evaluated.js'
import { notEvaluated, notEvaluatedInWords } from '../../explain/not-evaluated.js'
import { count } from '../../explain/wording.js'
import { decidedKinds } from '../../shapes/rule-kinds.js'
import { daysBetween } from '../../shapes/plain-date.js'
import { documentName } from '../../shapes/source.js'
import { hasEveryExclusion, type ApplicableRules } from '../../applicable/applicable-rules.js'
import { readOfDeclaration } from '../../applicable/completeness.js'
import { askedOfKinds } from './asked-of-kinds.js'
import type { Planned } from './calendar.js'

const asked = decidedKinds.filter((kind) => askedOfKinds[kind] !== 'never')

/** What a calendar does not cover: as of its last date, when our copies are oldest, and what only a check of each visit looks at. */
export function notChecked(planned: readonly Planned[], onFirstDay: Facts): NotEvaluated[] {
  const first = planned[0]
  const last = planned.at(-1)
  const entries = [
    entriesFor(first?.facts ?? onFirstDay, first?.applicable),
    last === undefined ? [] : entriesFor(last.facts, last.applicable),
  ].flat()
  return [
    ...entries.filter(
      (entry, at) =>
        entries.findLastIndex((other) => other.code === entry.code && sameDocument(other, entry)) === at,
    ),
    {
      code: 'each-visit',
      text: notEvaluatedMeanings['each-visit'].meaning,
    },
  ]
}

/** An edition is behind by more days on a later date: the same entry. */
function sameDocument(a: NotEvaluated, b: NotEvaluated): boolean {
  return a.text?.split(' is known to be right')[0] === b.text?.split(' is known to be right')[0]
}

function entriesFor(facts: Facts, applicable: ApplicableRules | undefined): NotEvaluated[] {
  const sources: SourceRead[] =
    applicable === undefined
      ? []
      : [
          ...asked.flatMap((kind) =>
            applicable.setsFor(kind).flatMap(({ provisions }) => provisions.map(({ origin }) => origin)),
          ),
          ...applicable.completeness('prior-authorization').declarations.map(readOfDeclaration),
        ]
  const checked = {
    claimLine: true,
    ndc: true,
    exclusions: applicable === undefined || hasEveryExclusion(applicable),
  }
  return [
    ...notEvaluated(facts, checked).map((one) => ({ code: one.code, text: notEvaluatedInWords(one) })),
    ...behindOf(facts.line.date, sources).map(editionBehind),
  ]
}

function editionBehind({ source, date }: Behind): NotEvaluated {
  const through = source.coversThrough ?? date
  return {
    code: 'edition-behind',
    text: `${documentName(source)} is known to be right through ${through}; the date of service is ${count(daysBetween(through, date), 'day', 'days')} later.`,
  }
}
