// Started by a test on its own database: holds a key and never answers, until it is killed.
import { createRepeats } from '../../src/repeats/repeats.js'
import { openServer } from '../../src/store/database/server.js'
import { sealsOf } from './seals.js'

const [url = '', leaseSeconds = '', request = ''] = process.argv.slice(2)
const repeats = createRepeats({
  database: openServer(url),
  seals: sealsOf(),
  times: { leaseSeconds: Number(leaseSeconds), storedSeconds: 86_400 },
})
setInterval(() => {}, 1_000)
await repeats.once(JSON.parse(request) as Parameters<typeof repeats.once>[0], async () => {
  process.stdout.write('holding\n')
  return await new Promise<Buffer>(() => {})
})
