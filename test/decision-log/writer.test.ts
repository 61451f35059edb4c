// The writer of the log against stores that fail, that fail after having kept the rows, that keep them late, and that are slow.
import { EventEmitter, once } from 'node:events'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import * as fc from 'fast-check'
import t from 'tap'
import { chainStart, hashOf, link, type LogRecord } from '../../src/decision-log/record.js'
import { LogUnavailable, LogWriter, RecordRefused, type LogSink } from '../../src/decision-log/writer.js'
import { entry } from './rows.js'

const runs = Number(process.env['PROPERTY_RUNS'] ?? 300)

/** What becomes of a batch: kept, not kept, kept and the answer lost, or kept only after the answer was lost and others were. */
type Fate = 'kept' | 'refused' | 'lost' | 'late'

/** A sink that does with its batches what `fates` says, one after the other, and then keeps them. */
function fateful(
  fates: readonly Fate[],
  delays: readonly number[] = [],
): { sink: LogSink; kept: LogRecord[]; finish: () => void } {
  const kept: LogRecord[] = []
  const late: LogRecord[][] = []
  let batch = 0
  const sink: LogSink = {
    async write(records) {
      const [fate = 'kept', delay = 0] = [fates[batch], delays[batch]]
      batch++
      // Without a delay it answers in the same turn.
      if (delay > 0) await sleep(delay - 1)
      if (fate === 'late') late.push([...records])
      else if (fate !== 'refused') kept.push(...records)
      if (fate !== 'kept') throw new Error(fate)
    },
  }
  return {
    sink,
    kept,
    finish: () => {
      kept.push(...late.flat())
    },
  }
}

/** What is wrong with the chains that rows make. */
function faultsOf(kept: readonly LogRecord[]): string[] {
  const chains = new Map<string, LogRecord[]>()
  for (const row of kept)
    chains.set(`${row.tenantId} ${row.writerId}`, [
      ...(chains.get(`${row.tenantId} ${row.writerId}`) ?? []),
      row,
    ])
  return [...chains].flatMap(([name, rows]) => {
    let head: { seq: number; hash: string } = chainStart
    return rows
      .sort((a, b) => a.seq - b.seq)
      .flatMap((row) => {
        const good = row.seq === head.seq + 1 && row.previousHash === head.hash && hashOf(row) === row.hash
        head = row
        return good ? [] : [`row ${row.seq} of ${name}`]
      })
  })
}

const fate = fc.constantFrom<Fate>('kept', 'kept', 'refused', 'lost', 'late')
const appended = fc.record({ tenant: fc.constantFrom('public', 'clinic'), turns: fc.nat(3) })

t.test(
  'whatever becomes of batches, chains stay whole, what was said to be kept is, and nothing stands there twice',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { maxLength: 12 }),
        fc.array(fc.nat(3), { maxLength: 12 }),
        fc.array(appended, { minLength: 1, maxLength: 40 }),
        async (fates, delays, appends) => {
          const { sink, kept, finish } = fateful(fates, delays)
          const writer = new LogWriter(sink)
          const said = await Promise.all(
            appends.map(async ({ tenant, turns }) => {
              for (let turn = 0; turn < turns; turn++) await setImmediate()
              const one = entry(tenant)
              return await writer.append(one).then(
                () => ({ one, resolved: true }),
                (error: unknown) => {
                  if (!(error instanceof LogUnavailable)) throw error
                  return { one, resolved: false }
                },
              )
            }),
          )
          await writer.close()
          finish()
          const ids = kept.map((row) => row.determinationId)
          const faults = faultsOf(kept)
          if (faults.length > 0) throw new Error(faults.join('; '))
          if (new Set(ids).size !== ids.length) throw new Error('a row stands there twice')
          if (said.some(({ one, resolved }) => resolved && !ids.includes(one.determinationId)))
            throw new Error('a row that was said to be kept is missing')
        },
      ),
      { numRuns: runs },
    )
    t.pass(`${runs} runs`)
  },
)

t.test('instants never go back in a chain, whatever the clock says', async (t) => {
  const head = { seq: 4, hash: 'a'.repeat(64), at: '2999-01-01T00:00:00.000Z' }
  const row = link(entry(), 'writer', head)
  t.match(row, { seq: 5, previousHash: head.hash, at: head.at })
  t.equal(row.hash, hashOf(row))
})

t.test('a rejected append does not break the next', async (t) => {
  const { sink, kept } = fateful(['kept', 'refused', 'kept'])
  const writer = new LogWriter(sink)
  await writer.append(entry())
  await t.rejects(writer.append(entry()), { code: 'log-unavailable' })
  await writer.append(entry())
  t.equal(kept.length, 2)
  t.strictSame(faultsOf(kept), [])
})

t.test('rows of a commit that is made after its answer was given up do not fork a chain', async (t) => {
  const { sink, kept, finish } = fateful(['kept', 'late', 'kept'])
  const writer = new LogWriter(sink)
  await writer.append(entry())
  await t.rejects(writer.append(entry()))
  await writer.append(entry())
  finish()
  t.strictSame(faultsOf(kept), [])
  t.equal(new Set(kept.map((row) => row.writerId)).size, 2, 'what came after stands in a chain of its own')
})

t.test('an append in the turn in which a batch ends is written', async (t) => {
  // A sink that answers at once, so that batches end between any two steps of whoever appends.
  for (let steps = 0; steps < 12; steps++) {
    const { sink, kept } = fateful([])
    const writer = new LogWriter(sink)
    const first = writer.append(entry())
    for (let step = 0; step < steps; step++) await Promise.resolve()
    await Promise.all([first, writer.append(entry())])
    t.equal(kept.length, 2, `after ${steps} steps`)
  }
})

t.test('while a batch is on its way the next gathers, in one write', async (t) => {
  const sizes: number[] = []
  const writer = new LogWriter({
    async write(records) {
      sizes.push(records.length)
      await setImmediate()
    },
  })
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      await writer.append(entry())
    }),
  )
  t.strictSame(sizes, [1, 19])
})

t.test('a batch is bounded in rows and in what is sealed', async (t) => {
  const sizes: number[] = []
  const writer = new LogWriter({
    async write(records) {
      sizes.push(records.length)
      await setImmediate()
    },
  })
  await Promise.all(
    Array.from({ length: 1_101 }, async () => {
      await writer.append(entry())
    }),
  )
  t.strictSame(sizes, [1, 500, 500, 100])
  sizes.length = 0
  await Promise.all(
    Array.from({ length: 5 }, async () => {
      await writer.append(entry('public', 700_000))
    }),
  )
  t.strictSame(sizes, [1, 2, 2])
  sizes.length = 0
  await writer.append(entry('public', 3_000_000))
  t.strictSame(sizes, [1], 'one that is larger goes alone')
})

t.test('too many that wait are refused at once, and closing writes those that wait', async (t) => {
  const kept: LogRecord[] = []
  const writer = new LogWriter(
    {
      async write(records) {
        await setImmediate()
        kept.push(...records)
      },
    },
    60_000,
  )
  const waiting = Array.from({ length: 10_001 }, async () => {
    await writer.append(entry())
  })
  await t.rejects(writer.append(entry()), { code: 'log-unavailable' })
  await writer.close()
  await Promise.all(waiting)
  t.equal(kept.length, 10_001)
  await t.rejects(writer.append(entry()), { code: 'log-unavailable' }, 'closed')
})

t.test(
  'a sink that does not answer is not waited for: what is on its way may be kept, what still waits is not written',
  async (t) => {
    const kept: LogRecord[] = []
    const going = new EventEmitter()
    const writer = new LogWriter(
      {
        async write(records) {
          await once(going, 'on')
          kept.push(...records)
        },
      },
      50,
    )
    const [first, second] = [entry(), entry()]
    await t.rejects(writer.append(first), { code: 'log-unavailable' })
    await t.rejects(writer.append(second), { code: 'log-unavailable' }, 'behind it')
    const third = writer.append(entry())
    going.emit('on')
    await setImmediate()
    going.emit('on')
    await third
    t.notOk(
      kept.some(({ determinationId }) => determinationId === second.determinationId),
      'the one that was given up is left out',
    )
    t.equal(kept.length, 2)
    t.strictSame(faultsOf(kept), [])
  },
)

t.test('when all that waited was given up nothing is written, and the next is', async (t) => {
  const kept: LogRecord[] = []
  const going = new EventEmitter()
  const writer = new LogWriter(
    {
      async write(records) {
        await once(going, 'on')
        kept.push(...records)
      },
    },
    50,
  )
  const [first, second] = [entry(), entry()]
  await t.rejects(writer.append(first), { code: 'log-unavailable' })
  await t.rejects(writer.append(second), { code: 'log-unavailable' }, 'behind it')
  going.emit('on')
  await setImmediate()
  t.equal(writer.waitingRows, 0)
  const third = entry()
  const appended = writer.append(third)
  going.emit('on')
  await appended
  t.strictSame(
    kept.map(({ determinationId }) => determinationId),
    [first.determinationId, third.determinationId],
  )
  t.strictSame(faultsOf(kept), [])
})

const isBad = ({ callerId }: LogRecord): boolean => callerId === 'bad'

t.test(
  'rows that are refused for good are found among others, whose chain goes on without them',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ tenant: fc.constantFrom('public', 'clinic'), bad: fc.boolean() }), {
          minLength: 1,
          maxLength: 40,
        }),
        async (appends) => {
          const kept: LogRecord[] = []
          const aside: LogRecord[] = []
          const writer = new LogWriter({
            async write(records) {
              await setImmediate()
              if (records.some(isBad)) throw new Error('bad')
              kept.push(...records)
            },
            refusalOf: ({ message }: Error) => (message === 'bad' ? '22P05' : undefined),
            async setAside(record) {
              aside.push(record)
            },
          } as LogSink)
          const said = await Promise.all(
            appends.map(async ({ tenant, bad }) => {
              const one = bad ? { ...entry(tenant), callerId: 'bad' } : entry(tenant)
              return await writer.append(one).then(
                () => 'kept',
                (error: unknown) => (error instanceof RecordRefused ? 'refused' : 'other'),
              )
            }),
          )
          await writer.close()
          const wanted = appends.map(({ bad }) => (bad ? 'refused' : 'kept'))
          if (said.join() !== wanted.join()) throw new Error(said.join())
          if (kept.some(isBad) || !aside.every(isBad)) throw new Error('a row went the wrong way')
          if (kept.length + aside.length !== appends.length) throw new Error('a row is gone')
          if (faultsOf(kept).length > 0) throw new Error(faultsOf(kept).join('; '))
          if (new Set(kept.map(({ writerId }) => writerId)).size > 1)
            throw new Error('a chain was broken off')
        },
      ),
      { numRuns: Math.min(runs, 100) },
    )
    t.pass('each was told what became of its own')
  },
)

t.test('a row that was given up while a refused one was looked for is not written', async (t) => {
  const written: LogRecord[][] = []
  const going = new EventEmitter()
  const refusal = new Error('bad')
  const writer = new LogWriter(
    {
      async write(records) {
        written.push([...records])
        if (records.length > 1) await once(going, 'on')
        if (records.some(isBad)) throw refusal
      },
      refusalOf: (error) => (error === refusal ? '22P05' : undefined),
    },
    50,
  )
  const said = await Promise.all(
    [entry(), { ...entry(), callerId: 'bad' }, entry()].map(
      async (one) =>
        await writer.append(one).then(
          () => 'kept',
          (error: unknown) => (error instanceof LogUnavailable ? 'given up' : 'other'),
        ),
    ),
  )
  going.emit('on')
  await writer.close()
  t.strictSame(said, ['kept', 'given up', 'given up'])
  t.strictSame(
    written.map((records) => records.map(({ callerId }) => callerId)),
    [['key-1'], ['bad', 'key-1'], ['bad']],
    'a sink that can set nothing aside is told of the bad row alone, and of the last no more',
  )
})

t.test('what this process computes does not count as waiting for the store', async (t) => {
  const kept: LogRecord[] = []
  const writer = new LogWriter(
    {
      async write(records) {
        // An answer that comes in some turns of the event loop, as that of a database.
        for (let turn = 0; turn < 6; turn++) await setImmediate()
        kept.push(...records)
      },
    },
    300,
  )
  const appended = [writer.append(entry()), writer.append(entry())]
  // Longer than an answer is waited for, in one turn: other requests are decided.
  for (const until = performance.now() + 500; performance.now() < until;);
  await Promise.all(appended)
  t.equal(kept.length, 2)
})

t.test('what waits is bounded in what is sealed', async (t) => {
  const going = new EventEmitter()
  const writer = new LogWriter(
    {
      async write() {
        await once(going, 'on')
      },
    },
    60_000,
  )
  const large = { ...entry(), sealed: 'x'.repeat(20_000_000) } // one text, which all entries share
  const waiting = Array.from({ length: 5 }, async () => {
    await writer.append(large)
  })
  await t.rejects(writer.append(large), { code: 'log-unavailable' })
  const ended = Promise.all(waiting)
  const turning = setInterval(() => going.emit('on'), 1)
  await ended
  clearInterval(turning)
})

t.test(
  'a log that cannot be written for long says so, until a row is kept or nobody has tried',
  async (t) => {
    let [now, works] = [0, true]
    const writer = new LogWriter(
      {
        async write() {
          if (!works) throw new Error('away')
        },
      },
      60_000,
      () => now,
    )
    const at = async (ms: number, does: boolean): Promise<boolean> => {
      ;[now, works] = [ms, does]
      await writer.append(entry()).catch(() => {})
      return writer.isWritable
    }
    t.strictSame(
      [await at(0, true), await at(1_000, false), await at(10_900, false), await at(11_000, false)],
      [true, true, true, false],
      'a short pause of the store is none',
    )
    now = 25_000
    t.notOk(writer.isWritable)
    now = 26_001
    t.ok(writer.isWritable, 'somebody may try')
    t.strictSame([await at(26_002, false), await at(26_003, true)], [false, true])
  },
)
