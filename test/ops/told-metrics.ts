import { createCheck } from '../../src/check.js'
import { createMetrics } from '../../src/metrics/metrics.js'
import { appOnPacks } from '../../scripts/app-on-packs.js'
import { aCheck } from '../protocols/requests.js'

/** A family of metrics as a process tells it: its type, and which labels stand at its series (none where there is no series yet). */
export interface ToldFamily {
  readonly type: string
  readonly labels: ReadonlySet<string>
}

/** What GET /metrics tells, of a process on the starter packs with a pool and a spool that has been asked a few things. */
export async function toldMetrics(): Promise<ReadonlyMap<string, ToldFamily>> {
  const { app: first, snapshot } = await appOnPacks(() => '1')
  await first.close()
  const metrics = createMetrics({
    version: '1',
    snapshot,
    isStoreReachable: () => true,
    isListening: () => true,
    clockDifferenceMs: () => 0,
    pool: () => ({ open: 2, idle: 1, waiting: 0, most: 10 }),
    logLag: () => ({
      waitingBytes: 0,
      mostWaitingBytes: 1,
      oldestWaiting: undefined,
      waitingRows: 0,
      refusedRows: 0,
    }),
  })
  const { app } = await appOnPacks(() => '1', {
    snapshot,
    metrics,
    check: metrics.counted(createCheck({ snapshot, newId: () => '1' })),
  })
  await app.inject({ method: 'POST', url: '/v1/authorization-checks', payload: aCheck() })
  await app.inject('/nowhere')
  await metrics
    .countedRepeats({ once: async () => ({ outcome: 'running', retryAfter: 1 }) })
    .once({ tenantId: 'public', callerId: 'x', key: 'x', asked: {} }, async () => Buffer.from('{}'))
  const text = metrics.render()
  metrics.stop()
  await app.close()
  return familiesOf(text)
}

function familiesOf(text: string): Map<string, ToldFamily> {
  const families = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [
      name,
      { type, labels: new Set<string>() },
    ]),
  )
  for (const [, series = '', labels = ''] of text.matchAll(/^([a-z_0-9]+)\{(.*)\} \S+$/gm)) {
    const family = families.get(familyOf(series, families))
    for (const [, label = ''] of labels.matchAll(/([a-z_]+)="/g)) family?.labels.add(label)
  }
  return families
}

/** The family that a name in an expression belongs to: a histogram has three more names. */
export function familyOf(name: string, families: ReadonlyMap<string, ToldFamily>): string {
  const base = name.replace(/_(bucket|sum|count)$/, '')
  return families.get(base)?.type === 'histogram' ? base : name
}
