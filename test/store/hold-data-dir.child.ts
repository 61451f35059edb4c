// A process that opens a data folder and holds it: `hold-data-dir.child.ts <folder>`. Writes one line, then a row for each line read.
import { createInterface } from 'node:readline'
import { openEmbedded } from '../../src/store/database/embedded.js'
import { StoreError } from '../../src/store/database/store-error.js'

const say = (message: object): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}
try {
  const started = performance.now()
  const db = await openEmbedded(process.argv[2] ?? '')
  await db.script('CREATE TABLE IF NOT EXISTS thing (id int)')
  say({ opened: true, pid: process.pid, ms: Math.round(performance.now() - started) })
  for await (const line of createInterface(process.stdin)) {
    if (line === 'close') break
    await db.query('INSERT INTO thing VALUES ($1)', [Number(line)])
    const [row] = await db.query<{ count: number }>('SELECT count(*) FROM thing')
    say({ count: row?.count })
  }
  await db.close()
  // An open pipe would keep the process.
  process.stdin.destroy()
} catch (error) {
  if (!(error instanceof StoreError)) throw error
  say({ refused: error.code, message: error.message, details: error.details })
}
