import type { Queryable } from '../database/connection.js'

/** A version in force as JSON texts: its rules, which many versions may share, and the rest. */
export interface StoredVersion {
  readonly versionId: string
  readonly from: string
  readonly to: string | null
  readonly rules: string
  readonly rest: string
}

/** A policy in force as JSON text without its versions, and its versions by date. */
export interface StoredPolicy {
  readonly policyId: string
  readonly document: string
  readonly versions: readonly StoredVersion[]
}

type Row = { readonly policyId: string; readonly document: string } & (
  StoredVersion | { readonly [Key in keyof StoredVersion]: null }
)

/** Called for each policy; its promise is awaited before the next. */
export type TakePolicy = (policy: StoredPolicy) => void | Promise<void>

const PAGE = 2_000

const IN_FORCE = `
  SELECT p.policy_id AS "policyId", p.content::text AS document, e.version_id AS "versionId", lower(e.effective) AS "from", upper(e.effective) AS "to",
         (v.content -> 'rules')::text AS rules, (v.content - 'rules')::text AS rest
    FROM policy AS p
    LEFT JOIN (policy_version_in_effect AS e JOIN policy_version AS v USING (tenant_id, policy_id, version_id, content_hash))
      ON e.tenant_id = p.tenant_id AND e.policy_id = p.policy_id AND e.revisions @> $2::int8
   WHERE p.tenant_id = $1 AND p.revisions @> $2::int8`
const BY_ID = 'ORDER BY p.policy_id, lower(e.effective)'

/**
 * Streams all policies in force at `revision`, by id, in pages through a cursor, so that a million
 * versions are never in memory at once. Nothing is parsed.
 */
export async function streamPolicies(
  tx: Queryable,
  tenantId: string,
  revision: number,
  take: TakePolicy,
): Promise<void> {
  // After a large import the planner still has the statistics of a small store, and nested loops
  // would take quadratic time.
  await tx.query('SET LOCAL enable_nestloop = off')
  await tx.query(`DECLARE policies_in_force NO SCROLL CURSOR FOR ${IN_FORCE} ${BY_ID}`, [tenantId, revision])
  await tx.query('SET LOCAL enable_nestloop TO DEFAULT')
  const grouped = new Grouped(take)
  const fetch = async (): Promise<Row[]> => await tx.query<Row>(`FETCH ${PAGE} FROM policies_in_force`)
  for (let next = fetch(), isLast = false; !isLast;) {
    const page = await next
    isLast = page.length < PAGE
    // The database reads the next page while this one is processed.
    if (!isLast) {
      next = fetch()
      next.catch(() => {})
    }
    await grouped.add(page)
  }
  await grouped.end()
  await tx.query('CLOSE policies_in_force')
}

/** The policies among `policyIds` that are in force at `revision`. */
export async function takePolicies(
  tx: Queryable,
  tenantId: string,
  revision: number,
  policyIds: readonly string[],
  take: TakePolicy,
): Promise<void> {
  for (let at = 0; at < policyIds.length; at += PAGE / 10) {
    const grouped = new Grouped(take)
    await grouped.add(
      await tx.query<Row>(`${IN_FORCE} AND p.policy_id = ANY($3) ${BY_ID}`, [
        tenantId,
        revision,
        policyIds.slice(at, at + PAGE / 10),
      ]),
    )
    await grouped.end()
  }
}

/**
 * Ids of policies that differ between two revisions, at most `limit`. A policy that changed and
 * changed back may be among them.
 */
export async function changedPolicies(
  tx: Queryable,
  tenantId: string,
  [first, second]: readonly [number, number],
  limit: number,
): Promise<string[]> {
  const rows = await tx.query<{ policyId: string }>(
    'SELECT DISTINCT policy_id AS "policyId" FROM policy_change WHERE tenant_id = $1 AND revision > $2::int8 AND revision <= $3::int8 LIMIT $4',
    [tenantId, Math.min(first, second), Math.max(first, second), limit],
  )
  return rows.map(({ policyId }) => policyId)
}

/** Joins the consecutive rows of a policy, also across pages. */
class Grouped {
  readonly #take: TakePolicy
  #policy: { policyId: string; document: string; versions: StoredVersion[] } | undefined

  constructor(take: TakePolicy) {
    this.#take = take
  }

  async add(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      const { policyId, document } = row
      if (this.#policy?.policyId !== policyId) {
        const taken = this.#policy === undefined ? undefined : this.#take(this.#policy)
        if (taken !== undefined) await taken
        this.#policy = { policyId, document, versions: [] }
      }
      if (row.versionId !== null) this.#policy.versions.push(row)
    }
  }

  async end(): Promise<void> {
    if (this.#policy !== undefined) await this.#take(this.#policy)
  }
}
