// When the heads of chains are signed: after a thousand rows, every minute, and for writers that ended; and what happens when the store does not take a checkpoint.
import { mock } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { Checkpoints } from '../../src/decision-log/checkpoints.js'
import { monthsAhead } from '../../src/decision-log/months.js'
import { chainStart, link, type LogRecord } from '../../src/decision-log/record.js'
import { installationKeyOf } from '../../src/sealing/installation-key.js'
import type { Database } from '../../src/store/database/database.js'
import { readCheckpoints } from '../../src/store/log/checkpoints.js'
import { ensureLogMonths, insertLogRows } from '../../src/store/log/decision-log.js'
import { openMigratedMemory } from '../support/embedded.js'
import { chainOf, entry } from './rows.js'

mock.timers.enable({ apis: ['setInterval'] })
const key = installationKeyOf(Buffer.alloc(32, 5))

interface Signing {
  readonly checkpoints: Checkpoints
  /** Whether the store takes anything. */
  readonly store: { away: boolean }
  readonly warnings: readonly unknown[]
  /** The checkpoints in the store, as writer, row and whether the writer ended there; waits until there are `count`. */
  readonly signed: (count: number) => Promise<string[]>
}

const database = await openMigratedMemory()
t.teardown(async () => {
  await database.close()
})

/** A process that signs the chains of these writers. */
function signing(...writers: readonly string[]): Signing {
  const store = { away: false }
  const warnings: unknown[] = []
  const guarded: Database = {
    ...database,
    transaction: async (work, options) => {
      if (store.away) throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' })
      return await database.transaction(work, options)
    },
  }
  const log = { info: () => {}, warn: (fields: object) => void warnings.push(fields) }
  return {
    checkpoints: new Checkpoints({ database: guarded, key, tenants: () => ['public'], log }),
    store,
    warnings,
    async signed(count) {
      for (let tries = 0; ; tries++) {
        const all = await readCheckpoints(database, 'public')
        const found = all.filter(({ writerId }) => writers.includes(writerId))
        if (found.length >= count || tries === 200)
          return found.map(({ writerId, seq, closing }) => `${writerId} ${seq}${closing ? ' closed' : ''}`)
        await sleep(10)
      }
    },
  }
}

/** Lets whatever a minute begins come to its end. */
async function aMinute(): Promise<void> {
  mock.timers.tick(60_000)
  await sleep(100)
}

t.test('rows that are stored again, after an interruption, do not move the head back', async (t) => {
  const { checkpoints, signed } = signing('again')
  const rows = chainOf('again', 5)
  checkpoints.stored(rows)
  checkpoints.stored(rows.slice(0, 3))
  await checkpoints.close(undefined)
  t.strictSame(await signed(1), ['again 5'])
})

t.test('a thousand rows are signed without waiting for the minute, and no head twice', async (t) => {
  const { checkpoints, signed } = signing('busy')
  const rows = chainOf('busy', 1_500)
  checkpoints.stored(rows.slice(0, 999))
  await sleep(50)
  t.strictSame(await signed(0), [], 'fewer wait')
  checkpoints.stored(rows.slice(999, 1_100))
  // While the signing is under way, what comes goes under the same checkpoint or the next.
  checkpoints.stored(rows.slice(1_100, 1_200))
  t.strictSame(await signed(1), ['busy 1200'])
  checkpoints.stored(rows.slice(1_200))
  await sleep(50)
  t.equal((await signed(1)).length, 1, '300 more can wait')
  await aMinute()
  t.strictSame(await signed(2), ['busy 1200', 'busy 1500'])
  await aMinute()
  await checkpoints.close(undefined)
  t.equal((await signed(2)).length, 2, 'nothing new, nothing signed')
})

t.test('the chain of a writer that another one followed is signed once and then let go', async (t) => {
  const { checkpoints, signed } = signing('earlier', 'later')
  checkpoints.stored(chainOf('earlier', 2))
  checkpoints.stored(chainOf('later', 3))
  await aMinute()
  t.strictSame(await signed(2), ['earlier 2', 'later 3'])
  await checkpoints.close('earlier')
  t.equal((await signed(2)).length, 2, 'it is not held any more')
})

t.test(
  'while the store takes no checkpoint that is told once, and the next one signs what waited',
  async (t) => {
    const { checkpoints, store, warnings, signed } = signing('waiting')
    const rows = chainOf('waiting', 4)
    checkpoints.stored(rows.slice(0, 2))
    store.away = true
    await aMinute()
    await aMinute()
    t.strictSame(warnings, [{ code: 'ECONNREFUSED' }])
    t.strictSame(await signed(0), [])
    checkpoints.stored(rows.slice(2))
    store.away = false
    await aMinute()
    t.strictSame(await signed(1), ['waiting 4'])
    store.away = true
    checkpoints.stored([link(entry(), 'waiting', rows.at(-1) ?? chainStart)])
    await aMinute()
    t.equal(warnings.length, 2, 'and told again the next time')
    store.away = false
    await checkpoints.close('waiting')
    t.strictSame(await signed(2), ['waiting 4', 'waiting 5 closed'])
  },
)

t.test(
  'what an ended writer left unsigned is signed; a chain of this process is not taken for one',
  async (t) => {
    const { checkpoints, signed } = signing('ended', 'mine')
    const at = new Date(Date.now() - 10 * 60_000).toISOString()
    const old = (writerId: string): LogRecord => link({ ...entry(), at }, writerId, chainStart)
    await ensureLogMonths(database, [`${at.slice(0, 7)}-01`, ...monthsAhead(Date.now())])
    await insertLogRows(database, [old('ended'), old('mine')])
    checkpoints.stored([old('mine')])
    await checkpoints.signAbandoned(0)
    t.strictSame(await signed(1), ['ended 1'])
    await checkpoints.close('mine')
    t.strictSame(await signed(2), ['ended 1', 'mine 1 closed'])
  },
)
