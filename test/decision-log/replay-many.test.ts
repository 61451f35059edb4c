// Every determination of a tenant exported and answered again, over more than one page; and each way in which a stored one can fail to answer alike.
import t from 'tap'
import { exportDeterminations } from '../../src/decision-log/export-log.js'
import { replayMany, type ReplayedMany } from '../../src/decision-log/replay-many.js'
import type { PolicyContent } from '../../src/decision/shapes/policy.js'
import { createPastRevisions } from '../../src/policies/loaded/past-revisions.js'
import { claim, content } from '../oracle/worked-example.js'
import { recordedService } from '../support/recorded.js'

const answered = 601 // two pages of a replay, four of an export
const service = await recordedService(content)
const { database, seals, snapshot } = service
t.teardown(async () => {
  await service.close()
})
for (let at = 0; at < answered; at += 100)
  await Promise.all(
    Array.from(
      { length: Math.min(100, answered - at) },
      async () =>
        await service.app.inject({ method: 'POST', url: '/v1/authorization-checks', payload: claim() }),
    ),
  )
/** The covered codes without D51.0, so that the same request is answered otherwise. */
const corrected: PolicyContent = {
  ...content,
  codeSets: [{ codeSetId: 'group-1', title: 'Group 1.', codes: ['D511', 'K90821', 'T50995A'] }],
}

const past = createPastRevisions(database, snapshot)
const replay = async (onProgress?: (rows: number) => void): Promise<ReplayedMany> =>
  await replayMany({ database, seals, past, tenantId: 'public', onProgress })

/** Changes stored rows past every guard, as whoever owns the database could. */
async function tamper(where: string, assignment: string): Promise<void> {
  await database.transaction(
    async (tx) => {
      await tx.query("SELECT set_config('session_replication_role', 'replica', true)")
      await tx.query(`UPDATE decision_log SET ${assignment} WHERE ${where}`)
    },
    { role: 'owner' },
  )
}

t.test('an export of several pages has every determination once, opened or as it is sealed', async (t) => {
  for (const given of [seals, undefined]) {
    const ids = new Set<string>()
    let lines = 0
    for await (const line of exportDeterminations({ database, tenantId: 'public', seals: given })) {
      const row = JSON.parse(line) as { determinationId: string; answer?: unknown; sealed?: string }
      if ('answer' in row !== (given !== undefined) || 'sealed' in row !== (given === undefined))
        t.fail(Object.keys(row).join())
      ids.add(row.determinationId)
      lines++
    }
    t.strictSame([lines, ids.size], [answered, answered])
  }
})

t.test('untouched, all are answered alike, page by page', async (t) => {
  const progress: number[] = []
  t.strictSame(await replay((rows) => progress.push(rows)), {
    replayed: answered,
    identical: answered,
    sameBytes: answered,
    erased: 0,
    differing: 0,
    different: [],
  })
  t.strictSame(progress, [500, answered])
})

t.test('what differs is listed with its cause', async (t) => {
  await service.publish(corrected)
  await tamper('seq = 1', "engine_version = '0.0.9', policy_revision = 2")
  await tamper('seq = 2', 'policy_revision = 2')
  await tamper('seq = 3', 'policy_revision = 99')
  await tamper('seq = 4', 'policy_revision = NULL')
  await tamper('seq = 5', 'sealed = set_bit(sealed, 170, 1 - get_bit(sealed, 170))')
  await tamper('seq = 6', "key_id = '0000000000000000'")
  await tamper('seq = 7', "check_kind = 'of-another-program'")
  await tamper('seq = 8', "engine_version = '0.0.9'")
  const found = await replay()
  t.match(found, {
    replayed: answered - 3,
    identical: answered - 7,
    // Row 8 is of another engine, which words it alike.
    sameBytes: answered - 7,
    erased: 1,
    differing: 6,
  })
  t.strictSame(
    found.different
      .map(({ cause, policyRevision, differences }) => [cause, policyRevision, differences.length > 0])
      .sort(),
    [
      ['engine-version', 2, true],
      ['revision-not-held', null, false],
      ['revision-not-held', 99, false],
      ['unexplained', 1, false], // what is sealed was altered
      ['unexplained', 1, false], // a kind of check that this program does not know
      ['unexplained', 2, true],
    ],
  )
  t.ok(
    found.different.every(({ differences }) => differences.length <= 10),
    'at most ten differences each',
  )
})

t.test('of many that differ all are counted and the first hundred listed', async (t) => {
  await tamper('seq BETWEEN 200 AND 349', 'policy_revision = 99')
  const found = await replay()
  t.strictSame([found.differing, found.different.length], [156, 100])
})
