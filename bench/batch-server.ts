// The server that `bench/batch.ts` asks: the built application on the starter packs. What it is told by its parent it does between requests.
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { builtApp } from './built-app.js'

/** What the parent asks of it: to time JSON.parse, to work in turns of pure loops, to begin watching the event loop, its longest delay since, its resident memory, the processor time that it has used. */
export type Asked =
  | { readonly do: 'parse'; readonly texts: readonly string[]; readonly times: number }
  | { readonly do: 'spin'; readonly ms: number }
  | { readonly do: 'watch' }
  | { readonly do: 'loop' }
  | { readonly do: 'memory' }
  | { readonly do: 'processor' }

if (process.send !== undefined) await serve()

async function serve(): Promise<void> {
  const app = await builtApp()
  await app.listen({ host: '127.0.0.1', port: 0 })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  process.on('message', (asked: Asked) => {
    void answerParent(asked)
  })
  const answerParent = async (asked: Asked): Promise<void> => {
    if (asked.do === 'parse') process.send?.(timeOf(asked.texts, asked.times))
    else if (asked.do === 'memory') process.send?.(process.memoryUsage.rss())
    else if (asked.do === 'processor') {
      const { user, system } = process.cpuUsage()
      process.send?.((user + system) / 1000)
    } else if (asked.do === 'loop') process.send?.(delay.max / 1e6)
    else {
      // The message that asks is itself a piece of work.
      await new Promise((resolve) => {
        setTimeout(resolve, 20)
      })
      delay.reset()
      if (asked.do === 'spin') await spin(asked.ms)
      process.send?.('done')
    }
  }
  process.on('disconnect', () => {
    process.exit()
  })
  process.send?.((app.server.address() as AddressInfo).port)
}

/** Milliseconds in which these texts are parsed once, the mean of some times. */
function timeOf(texts: readonly string[], times: number): number {
  const began = performance.now()
  for (let time = 0; time < times; time++) for (const text of texts) JSON.parse(text)
  return (performance.now() - began) / times
}

async function spin(ms: number): Promise<void> {
  const until = performance.now() + ms
  while (performance.now() < until) {
    const turn = performance.now() + 4
    while (performance.now() < turn);
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}
