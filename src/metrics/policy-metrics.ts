import { countsOf, type Snapshot } from '../policies/loaded/snapshot.js'
import { onceFor } from './once-for.js'
import { publicationsOf, type Publication } from './publications.js'
import { gauge, gauges, type Family } from './series.js'

const labels = ['table', 'set', 'setting']
const secondsOfDay = 86_400

type PolicySource = Pick<Snapshot, 'current' | 'loadedAt' | 'isAheadOfStore'>

/**
 * The public policy that decides: its revision, its age, its size, and how old the published data
 * in it is.
 */
export function policyMetrics(snapshot: PolicySource): readonly Family[] {
  return [...revisionFamilies(snapshot), ...sizeFamilies(snapshot), ...publicationFamilies(snapshot)]
}

function revisionFamilies(snapshot: PolicySource): readonly Family[] {
  return [
    gauge(
      'precert_policy_revision',
      'Revision of public policy that answers now; absent until one is loaded.',
      () => snapshot.current()?.revision,
    ),
    gauge(
      'precert_policy_loaded_timestamp_seconds',
      'When this process took that revision, in seconds since 1970.',
      () => inSeconds(snapshot.loadedAt()),
    ),
    gauge('precert_policy_age_seconds', 'Seconds since this process took that revision.', () =>
      inSeconds(since(snapshot.loadedAt())),
    ),
    gauge(
      'precert_policy_ahead_of_store',
      '1 when the store had an older revision at the last look: a restored backup, or a standby that took over too early.',
      () => (snapshot.current() === undefined ? undefined : snapshot.isAheadOfStore() ? 1 : 0),
    ),
  ]
}

function sizeFamilies(snapshot: PolicySource): readonly Family[] {
  const countsFor = onceFor(countsOf)
  const counted = (): Array<{ values: [string]; value: number }> => {
    const revision = snapshot.current()
    return revision === undefined
      ? []
      : Object.entries(countsFor(revision.content))
          .filter(([kind]) => kind !== 'packedBytes')
          .map(([kind, value]: [string, number]) => ({ values: [kind], value }))
  }
  return [
    gauge(
      'precert_policy_versions',
      'Policy versions of that revision.',
      () => snapshot.current()?.content.policies.counts.policyVersions,
    ),
    gauge(
      'precert_policy_packed_bytes',
      'Memory that its packed policies take; 0 while they are few and held as objects.',
      () => snapshot.current()?.content.policies.counts.packedBytes,
    ),
    gauges(
      'precert_policy_objects',
      'How much the policy in memory holds, by what it is.',
      ['kind'],
      counted,
    ),
  ]
}

function publicationFamilies(snapshot: PolicySource): readonly Family[] {
  const publicationsFor = onceFor(publicationsOf)
  const publications = (): readonly Publication[] => {
    const revision = snapshot.current()
    return revision === undefined ? [] : publicationsFor(revision.content)
  }
  const editions = (): Array<{ values: string[]; value: number }> =>
    publications()
      .filter(({ edition }) => edition !== '')
      .map((one) => ({ values: [...one.labels, one.edition], value: 1 }))
  return [
    gauges(
      'precert_data_edition_info',
      'Always 1; the newest edition of each table stands in the label.',
      [...labels, 'edition'],
      editions,
    ),
    days(
      'precert_data_retrieved_timestamp_seconds',
      'Day on which it was read at its publisher, in seconds since 1970.',
      publications,
      ({ retrievedOn }) => retrievedOn,
    ),
    days(
      'precert_data_covers_until_timestamp_seconds',
      'From when on answers say edition-behind, since a newer edition is due; absent without such a limit.',
      publications,
      ({ coversThrough }) => coversThrough,
      1,
    ),
    days(
      'precert_data_usable_until_timestamp_seconds',
      'From when on answers are indeterminate as policy-stale; absent without such a limit.',
      publications,
      ({ usableThrough }) => usableThrough,
      1,
    ),
  ]
}

/**
 * A gauge of one date of each publication that has it, plus `daysOn` days, in seconds since 1970.
 */
function days(
  name: string,
  help: string,
  publications: () => readonly Publication[],
  dayOf: (publication: Publication) => string | undefined,
  daysOn = 0,
): Family {
  return gauges(name, help, labels, () =>
    publications().flatMap((one) => {
      const day = dayOf(one)
      return day === undefined
        ? []
        : [
            {
              values: one.labels,
              value: Date.parse(`${day}T00:00:00Z`) / 1000 + daysOn * secondsOfDay,
            },
          ]
    }),
  )
}

function since(instant: number | undefined): number | undefined {
  return instant === undefined ? undefined : Math.max(0, Date.now() - instant)
}

function inSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000
}
