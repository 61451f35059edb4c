// Stores determinations on PostgreSQL, changes policy twice behind them, and answers every one again: `npm run bench -- replay --help`
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createCheck } from '../src/check.js'
import { createDecisionLog } from '../src/decision-log/decision-log.js'
import { databaseSink } from '../src/decision-log/database-sink.js'
import { keepMonthsAhead } from '../src/decision-log/months.js'
import { replayMany } from '../src/decision-log/replay-many.js'
import { LogWriter } from '../src/decision-log/writer.js'
import { checkKinds, views } from '../src/decision/explain/views.js'
import type { CheckRequest } from '../src/decision/shapes/request.js'
import { openPolicies, publicTenant } from '../src/policies/loaded/open-policies.js'
import { parseCases, requestOf } from '../src/policies/packs/cases.js'
import { validatePacks } from '../src/policies/packs/pack.js'
import { createPastRevisions } from '../src/policies/loaded/past-revisions.js'
import { readPacks } from '../src/policies/packs/read-packs.js'
import { createSeals } from '../src/sealing/data-keys.js'
import { installationKeyOf } from '../src/sealing/installation-key.js'
import type { Database } from '../src/store/database/database.js'
import { publishPacks } from '../src/store/publishing/publish.js'
import { openServer } from '../src/store/database/server.js'

const help = `npm run bench -- replay [--determinations 100000] [--url postgres://…] [--json]

Answers that many requests, made from the cases of the starter packs with other dates and units, and records them in a database of its own on
PostgreSQL (dropped afterwards). A third of the way through and two thirds through, policy is published anew: a title changes, then a rule's first day,
back into the past. Then all are answered again under their recorded revisions. Prints how many are the same byte for byte, and the seconds.
Exit codes: 0 all are the same, 1 one is not.`

const policies = fileURLToPath(new URL('../policies', import.meta.url))
const atOnce = 200
const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10

const { values } = parseArgs({
  options: {
    determinations: { type: 'string', default: '100000' },
    url: {
      type: 'string',
      default: process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
    },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(`${help}\n`)
else process.exitCode = await measure(Number(values.determinations), values.url, values.json)

async function measure(wanted: number, url: string, json: boolean): Promise<number> {
  const admin = openServer(url)
  const name = `precert_replay_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name}`)
  const opened = await openPolicies({
    databaseUrl: Object.assign(new URL(url), { pathname: `/${name}` }).href,
    dataDir: '',
    policiesDir: policies,
  })
  const { database, snapshot } = opened
  const say = (line: string): void => {
    if (!json) process.stderr.write(`${line}\n`)
  }
  try {
    const seals = createSeals(database, installationKeyOf(randomBytes(32)))
    const months = await keepMonthsAhead(database)
    const writer = new LogWriter(databaseSink(database, { setAside: async () => {} }, () => {}))
    const check = createCheck({ snapshot, log: createDecisionLog(seals, writer) })
    const requests = await requestsOfCases()
    const began = performance.now()
    const revisions: number[] = []
    for (let done = 0; done < wanted;) {
      if (revisions.length < 2 && done >= (wanted * (revisions.length + 1)) / 3) {
        revisions.push(await changePolicy(database, revisions.length))
        await snapshot.load(database)
        say(`policy is at revision ${revisions.at(-1) ?? 0}`)
      }
      const some = Math.min(atOnce, wanted - done)
      await Promise.all(
        Array.from(
          { length: some },
          async (_, at) =>
            await check(varied(requests, done + at), {
              tenantId: publicTenant,
              callerId: 'bench',
              channel: 'rest',
              requestId: 'bench',
              kind: checkKinds[(done + at) % checkKinds.length] ?? 'authorization',
              view: views[(done + at) % views.length] ?? 'summary',
            }),
        ),
      )
      done += some
      if (done % 20_000 < atOnce) say(`${done} recorded`)
    }
    const storedSeconds = seconds(began)
    months.stop()
    await writer.close()
    const [replaying, cpuBefore] = [performance.now(), process.cpuUsage()]
    const found = await replayMany({
      database,
      seals,
      past: createPastRevisions(database, snapshot),
      tenantId: publicTenant,
      onProgress: (rows) => {
        if (rows % 20_000 === 0) say(`${rows} replayed`)
      },
    })
    const replaySeconds = seconds(replaying)
    // Of a machine that others use as well, the time of the processor tells more than the clock.
    const cpu = process.cpuUsage(cpuBefore)
    const cpuSeconds = Math.round((cpu.user + cpu.system) / 100_000) / 10
    const perRevision = await database.query<{ revision: number; rows: number }>(
      'SELECT policy_revision AS revision, count(*) AS rows FROM decision_log GROUP BY 1 ORDER BY 1',
    )
    const [size] = await database.query<{ bytes: number }>(
      "SELECT sum(pg_total_relation_size(inhrelid)) AS bytes FROM pg_inherits WHERE inhparent = 'decision_log'::regclass",
    )
    const all = {
      ...found,
      recordedIn: storedSeconds,
      replayedIn: replaySeconds,
      cpuSeconds,
      perRevision,
      bytesARow: Math.round(Number(size?.bytes ?? 0) / wanted),
    }
    process.stdout.write(
      json
        ? `${JSON.stringify(all)}\n`
        : `${found.sameBytes} of ${wanted} the same byte for byte, in ${replaySeconds} s (${cpuSeconds} s of processor); recorded in ${storedSeconds} s, ${all.bytesARow} bytes a row with indexes\n` +
            `by revision: ${perRevision.map(({ revision, rows }) => `${revision}: ${rows}`).join(', ')}\n${found.different
              .slice(0, 5)
              .map((one) => `${JSON.stringify(one)}\n`)
              .join('')}`,
    )
    return found.sameBytes === wanted ? 0 : 1
  } finally {
    await opened.close()
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.close()
  }
}

async function requestsOfCases(): Promise<CheckRequest[]> {
  const { packs } = validatePacks((await readPacks(policies)).packs)
  const all = await Promise.all(
    packs.map(async ({ pack: { packId } }) =>
      parseCases(JSON.parse(await readFile(`${policies}/${packId}/cases.json`, 'utf8')), packId),
    ),
  )
  return all.flatMap(({ base, cases }) => cases.map((one) => requestOf(base, one)))
}

/** The cases in turns, from their second turn on with another date of service and other units. */
function varied(requests: readonly CheckRequest[], number: number): CheckRequest {
  const request = requests[number % requests.length] as CheckRequest
  const turn = Math.floor(number / requests.length)
  if (turn === 0) return request
  return {
    ...request,
    serviceLines: request.serviceLines.map((line) => ({
      ...line,
      dateOfService: daysBefore(line.dateOfService, (turn * 3) % 800),
      ...(line.units === undefined ? {} : { units: 1 + (turn % 9) }),
    })),
  }
}

function daysBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * 86_400_000).toISOString().slice(0, 10)
}

/** Publishes a pack with another title; the second time a version of a policy begins on another day, in the past. */
async function changePolicy(database: Database, time: number): Promise<number> {
  const { packs } = validatePacks((await readPacks(policies)).packs)
  const changed = packs.map(({ pack, content }) => ({
    packId: pack.packId,
    content:
      time === 0
        ? {
            ...content,
            policies: content.policies.map((policy) => ({ ...policy, title: `${policy.title} (renamed)` })),
          }
        : {
            ...content,
            policies: content.policies.map((policy) => ({
              ...policy,
              versions: policy.versions.map((version, at) =>
                at > 0 ? version : { ...version, from: daysBefore(version.from, -90) },
              ),
            })),
          },
  }))
  return (
    await publishPacks(database, {
      tenantId: publicTenant,
      description: time === 0 ? 'Titles' : 'A correction of the past',
      packs: changed,
    })
  ).revision
}
