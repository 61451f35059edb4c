import { displayDiagnosis, type PlainDate } from '../../../decision/shapes/codes.js'
import { codeSetsOfRule } from '../../../decision/conditions/walk.js'
import type { CodeSet, Policy, PolicyVersion } from '../../../decision/shapes/policy.js'
import { importedPackId, type ImportContext } from '../../importer.js'
import { some } from '../../wording.js'
import { codeSetsOfPolicies, type ImportedDocument, type LocalContent } from '../policies/policies.js'
import { policySetId } from '../policies/source.js'

const ownPack = importedPackId('mcd')

/** Documents that a person has turned into a pack, with that pack. The import does not replace them. */
export type ReadByHand = ReadonlyMap<string, { readonly policy: Policy; readonly pack: string }>

/** Policies of local documents whose owner is another pack than this import, by policy id. */
export function readByHand({ held, owners }: Pick<ImportContext, 'held' | 'owners'>): ReadByHand {
  return new Map(
    held.policies.flatMap((policy) => {
      const pack = owners?.policies.get(policy.policyId)
      return policy.policySetId !== policySetId || pack === undefined || pack === ownPack
        ? []
        : [[policy.policyId, { policy, pack }] as const]
    }),
  )
}

/** Code sets of earlier imports that documents in other packs name; the import must keep them. */
export function codeSetsForPacks(
  byHand: ReadByHand,
  { held, owners }: Pick<ImportContext, 'held' | 'owners'>,
): CodeSet[] {
  const named = codeSetsOfPolicies([...byHand.values()].map(({ policy }) => policy))
  return held.codeSets.filter(
    ({ codeSetId }) => named.has(codeSetId) && owners?.codeSets.get(codeSetId) === ownPack,
  )
}

/**
 * The version of each document that answers use: the version in the pack where a pack owns the document,
 * otherwise the newest of the export. It leaves out a document for which no table names procedures, so
 * that it cannot support a declaration of completeness.
 */
export function versionsHeld(
  documents: readonly ImportedDocument[],
  byHand: ReadByHand,
): ReadonlyMap<string, number> {
  return new Map([
    ...documents
      .filter(({ namesProcedures }) => namesProcedures)
      .map(({ displayId, newestVersion }) => [displayId, newestVersion] as const),
    ...[...byHand].map(([policyId, { policy }]) => [policyId.toUpperCase(), versionRead(policy)] as const),
  ])
}

/**
 * The newest version of a document in its pack. -1 where that is not a number, as in a policy that
 * combines several documents.
 */
function versionRead({ versions }: Policy): number {
  const version = versions.at(-1)?.source.documentVersion ?? ''
  return /^\d{1,6}$/.test(version) ? Number(version) : -1
}

/**
 * Lines of the report on documents that stay with their packs: each one that differs in the export, with
 * its differences, and one line for all that do not differ.
 */
export function changesSinceRead(
  byHand: ReadByHand,
  exported: LocalContent,
  heldSets: readonly CodeSet[],
): string[] {
  const byId = new Map(exported.policies.map((policy) => [policy.policyId, policy]))
  const held = codesById(heldSets)
  const now = codesById(exported.codeSets)
  const unchanged: string[] = []
  const changed: string[] = []
  for (const [policyId, { policy, pack }] of byHand) {
    const id = policyId.toUpperCase()
    const other = byId.get(policyId)
    // The export lacks the half (articles or LCDs), or the document has no rules: nothing to compare.
    if (other === undefined) continue
    const differences = differencesOf(contentOf(policy, held), contentOf(other, now))
    if (differences.length === 0) unchanged.push(`${id} (${pack})`)
    else
      changed.push(
        `${id} stays as it was read into the pack ${pack}, which the export has otherwise: ${differences.join('; ')}. Read it again and change the pack.`,
      )
  }
  return [
    ...changed,
    ...(unchanged.length === 0
      ? []
      : [
          `Read into a pack, left there, and the same in version, days, places and codes: ${some(unchanged)}.`,
        ]),
  ]
}

interface Content {
  readonly version: string
  readonly from: PlainDate
  readonly to: PlainDate | undefined
  readonly places: ReadonlySet<string>
  readonly procedures: ReadonlySet<string>
  readonly diagnoses: ReadonlySet<string>
}

const codesById = (sets: readonly CodeSet[]): ReadonlyMap<string, readonly string[]> =>
  new Map(sets.map(({ codeSetId, codes }) => [codeSetId, codes]))

function contentOf(policy: Policy, codes: ReadonlyMap<string, readonly string[]>): Content {
  const newest: PolicyVersion | undefined = policy.versions.at(-1)
  const where = newest?.jurisdiction ?? policy.jurisdiction
  const areas = where === undefined ? [] : Array.isArray(where) ? where : [where]
  const rules = newest?.rules ?? []
  return {
    version: newest?.source.documentVersion ?? newest?.versionId ?? '',
    from: newest?.from ?? '',
    to: newest?.to,
    places: new Set(
      areas.flatMap(({ states = [], contractorTypes = [] }) =>
        contractorTypes.flatMap((type) => states.map((state) => `${state} (${type})`)),
      ),
    ),
    procedures: new Set(rules.flatMap(({ procedures }) => procedures)),
    diagnoses: new Set(rules.flatMap(codeSetsOfRule).flatMap((id) => codes.get(id) ?? [])),
  }
}

function differencesOf(read: Content, now: Content): string[] {
  return [
    ...(read.version === now.version ? [] : [`version ${now.version} in place of ${read.version}`]),
    ...(read.from === now.from ? [] : [`from ${now.from} in place of ${read.from}`]),
    ...(read.to === now.to
      ? []
      : [`until ${now.to ?? 'further notice'} in place of ${read.to ?? 'further notice'}`]),
    ...added('places', read.places, now.places),
    ...added('procedures', read.procedures, now.procedures),
    ...added('diagnoses', read.diagnoses, now.diagnoses, displayDiagnosis),
  ]
}

function added(
  what: string,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  shown: (code: string) => string = (code) => code,
): string[] {
  const only = (a: ReadonlySet<string>, b: ReadonlySet<string>): string =>
    some(
      [...a]
        .filter((code) => !b.has(code))
        .sort()
        .map(shown),
    )
  const [more, fewer] = [only(after, before), only(before, after)]
  return [
    ...(more === '' ? [] : [`${what} added: ${more}`]),
    ...(fewer === '' ? [] : [`${what} taken away: ${fewer}`]),
  ]
}
