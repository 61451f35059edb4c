import { codeSetsOfRule } from '../../../decision/conditions/walk.js'
import type { Jurisdiction } from '../../../decision/shapes/area.js'
import type { CodeSet, Policy, PolicyVersion } from '../../../decision/shapes/policy.js'
import { kindDecidedBy, type Rule } from '../../../decision/shapes/rule.js'
import { addDays } from '../../../decision/shapes/plain-date.js'
import { displayDiagnosis } from '../../../decision/shapes/codes.js'
import type { Diagnoses } from '../tables/codes.js'
import type { Contractors, Place } from '../tables/contractors.js'
import type { Draft } from '../tables/drafts.js'
import type { LookedUp } from '../overlay/reviews.js'
import { reviewRules } from '../rules/review-rules.js'
import type { VersionRules } from '../rules/version-rules.js'
import type { Edition } from '../tables/edition.js'
import { policySetId, sourceOf } from './source.js'
import type { Dated } from './succession.js'

/** A document of the export after the import. */
export interface ImportedDocument {
  readonly half: Draft['half']
  readonly displayId: string
  readonly newestVersion: number
  /** Absent where no version has both rules and a place. */
  readonly policy?: Policy
  readonly namesProcedures: boolean
  /** At least one of its versions has a place, so the import has read its texts. */
  readonly wasRead: boolean
  /** Names of its contractors for which the export has no state. */
  readonly unplaced: readonly string[]
  /** Types of its contractors that claims do not tell apart. */
  readonly otherTypes: readonly string[]
  /** The number of versions from which no rule follows. */
  readonly silentVersions: number
  /** The reviewed readings of a version are too long to be stored with its rules. */
  readonly unkept: boolean
  /** The texts of its versions for which there are reviewed readings, version by version. */
  readonly lookedUp: readonly LookedUp[]
  /** Messages on reviewed readings that its texts contradict. */
  readonly contradictions: readonly string[]
}

type Located = PolicyVersion & { readonly where: Jurisdiction }

/**
 * Makes a policy of the versions of a document, in their order, where one of them has rules and a
 * place. The result also has what the report says of the other versions.
 */
export function policyOf<D extends Draft>(
  versions: readonly Dated<D>[],
  rulesOf: (version: Dated<D>) => VersionRules,
  namesProcedures: (draft: D) => boolean,
  { contractors, edition }: { readonly contractors: Contractors; readonly edition: Edition },
): ImportedDocument {
  const seen = versions.map((version) => {
    const place = contractors.placeOf(version.draft.contractors, dayOf(version, edition))
    const where = jurisdictionOf(place)
    return { version, place, where, made: where === undefined ? undefined : rulesOf(version) }
  })
  const located = seen.flatMap(({ version, place, where, made }): Located[] => {
    if (where === undefined || made === undefined || made.rules.length === 0) return []
    const rules = place.areas.length > 0 ? made.rules : unplacedRules(made.rules)
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
  const [first] = versions
  const policy = policyIn(located)
  return {
    half: first?.draft.half ?? 'article',
    displayId: first?.draft.displayId ?? '',
    newestVersion: Math.max(...versions.map(({ draft }) => Number(draft.version))),
    ...(policy === undefined ? {} : { policy }),
    namesProcedures: versions.every(({ draft }) => namesProcedures(draft)),
    wasRead: seen.some(({ made }) => made !== undefined),
    unplaced: unique(seen.flatMap(({ place }) => place.unplaced)),
    otherTypes: unique(seen.flatMap(({ place }) => place.otherTypes)),
    silentVersions: seen.filter(({ made }) => made?.rules.length === 0).length,
    unkept: seen.some(({ made }) => made?.unkept === true),
    lookedUp: seen.flatMap(({ made }) => made?.lookedUp ?? []),
    contradictions: seen.flatMap(({ made }) => made?.contradictions ?? []),
  }
}

function policyIn(located: readonly Located[]): Policy | undefined {
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

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}

/**
 * The day for which to look up the states of the contractors of a version: its last day, or the last
 * day of the edition where that is earlier; never before the first day of the version.
 */
function dayOf({ from, to }: Dated<Draft>, { coversThrough }: Edition): string {
  const day = to === undefined || to > coversThrough ? coversThrough : addDays(to, -1)
  return day < from ? from : day
}

function jurisdictionOf({ areas, unplacedTypes }: Place): Jurisdiction | undefined {
  const [first] = areas
  if (first !== undefined) return areas.length === 1 ? first : [...areas]
  return unplacedTypes.length === 0 ? undefined : { contractorTypes: [...unplacedTypes] }
}

/**
 * Review rules in place of the rules of a document whose states are not known. It may apply in any state,
 * so no answer can follow from its rules.
 */
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

/** Local documents as policies, and the code sets to which they refer. */
export interface LocalContent {
  readonly policies: Policy[]
  readonly codeSets: CodeSet[]
}

/** The policies of documents sorted by id, with their code sets. */
export function contentOf(documents: readonly ImportedDocument[], diagnoses: Diagnoses): LocalContent {
  const policies = documents
    .flatMap(({ policy }) => policy ?? [])
    .sort((a, b) => (a.policyId < b.policyId ? -1 : 1))
  return { policies, codeSets: codeSetsOf(policies, diagnoses) }
}

/** The code sets to which policies refer, each once, sorted by id. */
function codeSetsOf(policies: readonly Policy[], diagnoses: Diagnoses): CodeSet[] {
  return [...codeSetsOfPolicies(policies)].sort().flatMap((codeSetId) => {
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

/** The ids of the code sets to which policies refer. */
export function codeSetsOfPolicies(policies: readonly Policy[]): Set<string> {
  return new Set(
    policies.flatMap(({ versions }) => versions.flatMap(({ rules }) => rules.flatMap(codeSetsOfRule))),
  )
}
