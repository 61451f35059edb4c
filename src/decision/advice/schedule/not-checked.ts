import type { NotEvaluated } from '../../shapes/determination.js'
import type { Facts } from '../../facts/facts.js'
import { behindOf } from '../../applicable/behind.js'
import { notEvaluated } from '../../explain/not-evaluated.js'
import { decidedKinds } from '../../shapes/rule-kinds.js'
import type { Source } from '../../shapes/source.js'
import { holdsAllExclusions, type ApplicableRules } from '../../applicable/applicable-rules.js'
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
      text: 'Unit limits, claim-line rules and the validity of codes were not checked: check each visit. Age, diagnoses, record and place count as unchanged over the whole course.',
    },
  ]
}

/** An edition is behind by more days on a later date: the same entry. */
function sameDocument(a: NotEvaluated, b: NotEvaluated): boolean {
  return a.text.split(' is known to be right')[0] === b.text.split(' is known to be right')[0]
}

function entriesFor(facts: Facts, applicable: ApplicableRules | undefined): NotEvaluated[] {
  const sources: Source[] =
    applicable === undefined
      ? []
      : [
          ...asked.flatMap((kind) =>
            applicable
              .setsFor(kind)
              .flatMap(({ provisions }) => provisions.map(({ origin }) => origin.source)),
          ),
          ...applicable
            .silence('prior-authorization')
            .declarations.map(({ declaration }) => declaration.source),
        ]
  return notEvaluated(facts, behindOf(facts.line.date, sources), {
    claimLine: true,
    ndc: true,
    exclusions: applicable === undefined || holdsAllExclusions(applicable),
  })
}
