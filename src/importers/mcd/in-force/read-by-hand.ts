import { displayDiagnosis, type PlainDate } from '../../../decision/shapes/codes.js'
import { codeSetsOfRule } from '../../../decision/conditions/walk.js'
import type { CodeSet, Policy, PolicyVersion } from '../../../decision/shapes/policy.js'
import { importedPackId, type ImportContext } from '../../importer.js'
import { some } from '../../wording.js'
import { codeSetsOfPolicies, type ImportedDocument, type LocalContent } from '../policies/policies.js'
import { policySetId } from '../policies/source.js'

const ownPack = importedPackId('mcd')

/** Documents that somebody has read into a pack: the import leaves them there. */
export type ReadByHand = ReadonlyMap<string, { readonly policy: Policy; readonly pack: string }>

/** The policies of local documents that a pack other than this import owns, by id. */
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

/** The code sets of earlier imports that documents in packs name: they stay with the import. */
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
 * The version of each document on which answers rest: of a document that stays with a pack, the one
 * that was read there; of the others, the newest of the export. A document of which no table names
 * procedures is left out, so that it makes nothing complete.
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
 * The newest version of a document that its pack has; -1 where it is not a number, as of a reading
 * of several documents.
 */
function versionRead({ versions }: Policy): number {
  const version = versions.at(-1)?.source.documentVersion ?? ''
  return /^\d{1,6}$/.test(version) ? Number(version) : -1
}

/**
 * For the report: which documents stay with their packs, and what the export has otherwise than the
 * pack, document by document.
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
    // A half that was not given, or a document without rules, says nothing of it.
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
