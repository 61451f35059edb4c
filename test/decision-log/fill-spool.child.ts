// Fills the spool in the named folder until the disk takes no more (or has taken enough; the second argument limits the size of a file), takes what it holds away as shipping does, and fills it again, three times; the last
// filling is left in the folder, as by a killed process. Prints what was said to be kept and what was taken away, as JSON.
import { execFileSync } from 'node:child_process'
import { Spool } from '../../src/decision-log/spool.js'
import type { LogRecord } from '../../src/decision-log/record.js'
import { LogWriter } from '../../src/decision-log/writer.js'
import { entry } from './rows.js'

export interface Filled {
  readonly answered: string[]
  readonly taken: LogRecord[]
  readonly refusals: number
  readonly codes: string[]
  readonly roundsWithAnswers: number
}

const rounds = 3
const enough = 300 // rows in a round, where only the size of a file is limited
// Only now: what loads this program writes larger files. Without a listener the signal would end it, which is tried elsewhere.
process.on('SIGXFSZ', () => {})
if (process.argv[3] !== undefined)
  execFileSync('prlimit', [`--fsize=${process.argv[3]}`, '--pid', String(process.pid)])
const spool = await Spool.open({ folder: process.argv[2] ?? '', maxBytes: 64 * 1024 * 1024, strict: false })
const writer = new LogWriter(spool)
const answered: string[] = []
const taken: LogRecord[] = []
const codes = new Set<string>()
let [refusals, roundsWithAnswers] = [0, 0]
for (let round = 1; round <= rounds; round++) {
  const before = answered.length
  // Of a full disk small rows may still find a place; two refusals after each other end the round.
  let refused = 0
  while (refused < 2 && answered.length - before < enough) refused = (await appendOne()) ? 0 : refused + 1
  if (answered.length > before) roundsWithAnswers++
  if (round === rounds) break
  for (let piece = await spool.next(); piece !== undefined; piece = await spool.next()) {
    taken.push(...piece.records)
    await piece.done(0)
  }
}
async function appendOne(): Promise<boolean> {
  const one = entry('public', 700)
  return await writer.append(one).then(
    () => answered.push(one.determinationId ?? '') > 0,
    (error: unknown) => {
      codes.add(String(((error as Error).cause as NodeJS.ErrnoException).code))
      refusals++
      return false
    },
  )
}

const filled: Filled = { answered, taken, refusals, codes: [...codes], roundsWithAnswers }
process.stdout.write(JSON.stringify(filled), () => {
  process.kill(process.pid, 'SIGKILL')
})
