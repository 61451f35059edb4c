import { readFile } from 'node:fs/promises'
import { parseCases, requestOf } from '../../src/policies/packs/cases.js'
import { readPacks } from '../../src/policies/packs/read-packs.js'
import type { CheckRequest } from '../../src/decision/shapes/request.js'

/** A determination as it was answered. */
export interface Answered {
  readonly tenantId: string
  readonly determinationId: string
  readonly bytes: string
}

type Took = (answered: Answered) => void

const mostBytes = 4_000
const ofEachPack = 9
const batchSize = 8

/**
 * Asks a service what callers ask: checks in every view and format, narrow checks, repeats, batches, lookups, readings and replays, of two
 * tenants. What is asked is the same each time; `half` chooses every other case of the packs. Rejects where an answer is no 200.
 */
export async function askAll(
  port: number,
  keys: Readonly<Record<string, string>>,
  half: 'earlier' | 'later',
  took: Took,
): Promise<void> {
  const requests = await requestsOf(half === 'earlier' ? 0 : 1)
  for (const [tenantId, key] of Object.entries(keys)) {
    const ask = asker(port, tenantId, key, took)
    // A tenant of its own asks less, and half of it about its own plan.
    const asked =
      tenantId === 'public'
        ? requests
        : requests
            .filter((_, at) => at % 4 === 0)
            .map((one, at) => (at % 2 === 0 ? { ...one, coverage: { planId: 'test-north' } } : one))
    for (const [at, request] of asked.entries()) await askOne(ask, at, request, `${half}-${at}`)
    for (let at = 0; at < asked.length; at += batchSize * 4) await ask.batch(asked.slice(at, at + batchSize))
    await ask.reads()
  }
}

const checks = '/v1/authorization-checks'
const ways = [
  `${checks}?view=summary`,
  `${checks}?view=full`,
  '/v1/medical-necessity-checks',
  '/v1/frequency-checks?view=full',
  `${checks}?format=html`,
  `${checks}?format=markdown&view=full`,
]

/** One check in one of the ways; every seventh is named, and sent again under its key. */
async function askOne(ask: Asker, at: number, request: CheckRequest, name: string): Promise<void> {
  const path = ways[at % ways.length] ?? checks
  if (at % 7 !== 0) return await ask.check(path, request)
  for (let time = 0; time < 2; time++)
    await ask.check(path, { ...request, reference: name }, { 'idempotency-key': `"kept-${name}"` })
}

interface Asker {
  readonly check: (path: string, request: CheckRequest, headers?: Record<string, string>) => Promise<void>
  readonly batch: (requests: readonly CheckRequest[]) => Promise<void>
  readonly reads: () => Promise<void>
}

function asker(port: number, tenantId: string, key: string, took: Took): Asker {
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${key}`, ...init.headers },
    })
    if (response.status !== 200)
      throw new Error(
        `${path}: ${response.status} ${(await response.text()).slice(0, 500)} for ${String(init.body)}`,
      )
    return response
  }
  const ids: string[] = []
  const answered = (determinationId: string, bytes: string): void => {
    ids.push(determinationId)
    took({ tenantId, determinationId, bytes })
  }
  return {
    async check(path, request, headers = {}) {
      const response = await send(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(request),
      })
      const bytes = await response.text()
      // A page does not have to show its id, but it was the last one.
      const newest = async (): Promise<string | undefined> =>
        /det_\w+/.exec(await (await send('/v1/determinations?pageSize=1')).text())?.[0]
      answered(/det_\w+/.exec(bytes)?.[0] ?? (await newest()) ?? '', bytes)
    },
    async batch(requests) {
      const response = await send(`${checks}/batch`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: requests.map((request) => JSON.stringify(request)).join('\n'),
      })
      for (const line of (await response.text()).trimEnd().split('\n'))
        answered((JSON.parse(line) as { determinationId: string }).determinationId, line)
    },
    async reads() {
      await send(
        '/v1/prior-authorization-requirements?planId=test-basics&procedureCode=J3420&dateOfService=2026-11-03',
      )
      await send('/v1/determinations?pageSize=5')
      for (const id of ids.slice(0, 3)) {
        await send(`/v1/determinations/${id}`)
        await send(`/v1/determinations/${id}/replay`, { method: 'POST' })
      }
    },
  }
}

/** Requests of the cases of all packs, every other one, the long ones left out. */
async function requestsOf(parity: number): Promise<CheckRequest[]> {
  const folder = new URL('../../policies/', import.meta.url)
  const found: CheckRequest[] = []
  for (const { pack } of (await readPacks(folder.pathname)).packs) {
    const { packId } = pack as { packId: string }
    const text = await readFile(new URL(`${packId}/cases.json`, folder), 'utf8')
    const { base, cases } = parseCases(JSON.parse(text), packId)
    const requests = cases
      .filter((_, at) => at % 2 === parity)
      .map((one) => requestOf(base, one))
      .filter((request) => JSON.stringify(request).length < mostBytes)
    const step = Math.max(1, Math.floor(requests.length / ofEachPack))
    found.push(...requests.filter((_, at) => at % step === 0).slice(0, ofEachPack))
  }
  return found
}
