// Work that is longer than one turn of the event loop: it gives up its turn, ends with its caller, and is bounded.
import { setImmediate as round } from 'node:timers/promises'
import t from 'tap'
import type { Steps } from '../../src/decision/steps.js'
import { LongWork } from '../../src/protocols/asking/long-work.js'

const here = { isOver: false }

/** So many steps, each longer than a turn of no length. */
function* stepsOf(count: number, onStep: () => void): Steps<number> {
  for (let done = 0; done < count; done++) {
    const began = performance.now()
    while (performance.now() === began);
    onStep()
    yield
  }
  return count
}

t.test('of several works one step is done in a round of the event loop', async (t) => {
  const work = new LongWork({ turnMs: 0 })
  let [inRound, most] = [0, 0]
  const searches = { areOver: false }
  const rounds = (async () => {
    while (!searches.areOver) {
      most = Math.max(most, inRound)
      inRound = 0
      await round()
    }
  })()
  const all = Array.from(
    { length: 3 },
    async () =>
      await work.do(
        stepsOf(20, () => inRound++),
        here,
      ),
  )
  t.same(await Promise.all(all), [20, 20, 20])
  searches.areOver = true
  await rounds
  t.ok(most >= 1 && most <= 2, `${most} steps in a round`)
})

t.test('whoever disconnected is not worked for, and the next one begins', async (t) => {
  const work = new LongWork({ atOnce: 1, turnMs: 0 })
  const exchange = { isOver: false }
  let steps = 0
  const left = work.do(
    stepsOf(1_000, () => {
      steps++
      if (steps === 5) exchange.isOver = true
    }),
    exchange,
  )
  const next = work.do(
    stepsOf(2, () => {}),
    here,
  )
  t.equal(await left, undefined)
  t.equal(steps, 5)
  t.equal(await next, 2)
})

t.test('beyond so many at once works wait, and beyond so many that wait they are refused', async (t) => {
  const work = new LongWork({ atOnce: 1, waiting: 1, turnMs: 0 })
  const order: string[] = []
  const ask = async (name: string): Promise<number | undefined> =>
    await work.do(
      stepsOf(3, () => order.push(name)),
      here,
    )
  const [first, second] = [ask('a'), ask('b')]
  await t.rejects(ask('c'), { code: 'overloaded' })
  t.same(await Promise.all([first, second]), [3, 3])
  t.same(order, ['a', 'a', 'a', 'b', 'b', 'b'])
  t.equal(await ask('d'), 3, 'and then there is room')
})

t.test('work that fails gives its room back', async (t) => {
  const work = new LongWork({ atOnce: 1, waiting: 0 })
  const failing = function* (): Steps<number> {
    yield
    throw new Error('a fault')
  }
  await t.rejects(work.do(failing(), here), { message: 'a fault' })
  t.equal(
    await work.do(
      stepsOf(1, () => {}),
      here,
    ),
    1,
  )
})
