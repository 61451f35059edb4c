import type { Expression } from '../../decision/criteria-schema.js'
import {
  kindDecidedBy,
  type CodeSet,
  type Jurisdiction,
  type Policy,
  type PolicyVersion,
  type Rule,
} from '../../decision/policy.js'
import { addDays } from '../../decision/plain-date.js'
import { displayDiagnosis } from '../../decision/codes.js'
import type { Diagnoses } from './codes.js'
import type { Contractors, Place } from './contractors.js'
import type { Draft } from './drafts.js'
import { reviewRules } from './review-rules.js'
import { policySetId, sourceOf, type Edition } from './source.js'
import type { Dated } from './succession.js'

/** What a whole import is told of documents that could not be placed. */
export interface PlaceNotes {
  readonly unplaced: Map<string, string[]>
  readonly otherTypes: Map<string, string[]>
}

type Located = PolicyVersion & { readonly where: Jurisdiction }

/** The policy of a document from its versions in order; undefined where no version has rules and a place. */
export function policyOf<D extends Draft>(
  versions: readonly Dated<D>[],
  rulesOf: (version: Dated<D>) => readonly Rule[],
  contractors: Contractors,
  edition: Edition,
  notes: PlaceNotes,
): Policy | undefined {
  const located = versions.flatMap((version): Located[] => {
    const place = contractors.placeOf(version.draft.contractors, dayOf(version, edition))
    tellOf(place, version.draft.displayId, notes)
    const where = jurisdictionOf(place)
    if (where === undefined) return []
    const rules = place.areas.length > 0 ? rulesOf(version) : unplacedRules(rulesOf(version))
    if (rules.length === 0) return []
    return [
      {
        versionId: version.draft.version,
        from: version.from,
        ...(version.to === undefined ? {} : { to: version.to }),
        source: sourceOf(version, place.publishers, edition),
        rules: [...rules],
        where,
      },
    ]
  })
  const last = located.at(-1)
  if (last === undefined) return undefined
  const whole = JSON.stringify(last.where)
  return {
    policyId: (last.source.documentNumber ?? '').toLowerCase(),
    policySetId,
    title: last.source.title,
    jurisdiction: last.where,
    versions: located.map(({ where, ...version }) =>
      JSON.stringify(where) === whole ? version : { ...version, jurisdiction: where },
    ),
  }
}

/** The day on which the contractors of a version are looked up: the last one of the version that the edition knows of. */
function dayOf({ from, to }: Dated<Draft>, { coversThrough }: Edition): string {
  const day = to === undefined || to > coversThrough ? coversThrough : addDays(to, -1)
  return day < from ? from : day
}

function jurisdictionOf({ areas, unplacedTypes }: Place): Jurisdiction | undefined {
  const [first] = areas
  if (first !== undefined) return areas.length === 1 ? first : [...areas]
  return unplacedTypes.length === 0 ? undefined : { contractorTypes: [...unplacedTypes] }
}

/** Where it holds is not known: it may hold anywhere, so for its procedures nothing can be said. */
function unplacedRules(rules: readonly Rule[]): Rule[] {
  const kinds = [...new Set(rules.map(kindDecidedBy))]
  return kinds.flatMap((kind) =>
    reviewRules(
      `place-${kind}`,
      kind,
      new Set(rules.filter((rule) => kindDecidedBy(rule) === kind).flatMap(({ procedures }) => procedures)),
      'The export does not tell in which states the contractor of the document is responsible, so a person must read whether it applies.',
      'Contractor',
    ),
  )
}

function tellOf({ unplaced, otherTypes }: Place, document: string, notes: PlaceNotes): void {
  for (const [found, told] of [
    [unplaced, notes.unplaced],
    [otherTypes, notes.otherTypes],
  ] as const) {
    for (const name of found)
      if (told.get(name)?.at(-1) !== document) told.set(name, [...(told.get(name) ?? []), document])
  }
}

/** The code sets that policies name, each once. */
export function codeSetsOf(policies: readonly Policy[], diagnoses: Diagnoses): CodeSet[] {
  const ids = new Set(
    policies.flatMap(({ versions }) => versions.flatMap(({ rules }) => rules.flatMap(codeSetsIn))),
  )
  return [...ids].sort().flatMap((codeSetId) => {
    const list = diagnoses.list(codeSetId)
    if (list === undefined) return []
    const [first = '', last = first] = [list.codes[0], list.codes.at(-1)].map((code) =>
      displayDiagnosis(code ?? ''),
    )
    const title =
      list.codes.length === 1
        ? first
        : list.codes.length === 2
          ? `${first} or ${last}`
          : `among the ${list.codes.length} codes ${first} … ${last}`
    return [{ codeSetId, title, codes: list.codes as string[] }]
  })
}

/** The names of code sets that a rule uses. */
export function codeSetsIn(rule: Rule): string[] {
  if (rule.kind !== 'diagnosis') return []
  return [
    ...(rule.supports === undefined ? [] : namesIn(rule.supports)),
    ...(rule.excluded === undefined ? [] : [rule.excluded]),
  ]
}

function namesIn(expression: Expression): string[] {
  if ('all' in expression) return expression.all.flatMap(namesIn)
  if ('any' in expression) return expression.any.flatMap(namesIn)
  if ('not' in expression) return namesIn(expression.not)
  if ('atLeast' in expression) return expression.atLeast.of.flatMap(namesIn)
  return 'diagnosis' in expression && expression.diagnosis.codeSet !== undefined
    ? [expression.diagnosis.codeSet]
    : []
}
