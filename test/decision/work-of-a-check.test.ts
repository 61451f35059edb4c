// A check must not grow slower unnoticed. Time by the clock says little on a shared machine, so this test compares what does not depend on
// it: the bytes that a check allocates, the bytes of its answer, and the calls of its loops.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { views } from '../../src/decision/explain/views.js'
import { keptWorkPath, measureCheckWork, nodeMajor, type KeptWork } from '../support/check-work.js'

const mostBytesOfSummary = 1536

const kept = JSON.parse(await readFile(keptWorkPath, 'utf8')) as KeptWork
const isKeptForNode = nodeMajor in kept.allocatedBytesOnNode
const keptMajor = isKeptForNode ? nodeMajor : (Object.keys(kept.allocatedBytesOnNode).sort().at(-1) ?? '')
/** The largest share by which allocated bytes may differ. A version of Node without a kept figure may differ by more. */
const tolerance = isKeptForNode ? 0.1 : 0.25
const found = await measureCheckWork()
const renew = `if this is intended, \`${kept.renewedBy}\` keeps the new figures, and the commit says why`

for (const view of views)
  t.test(`${view}: what a check allocates and sends`, async (t) => {
    const [now, before] = [found.allocatedBytes[view], kept.allocatedBytesOnNode[keptMajor]?.[view] ?? NaN]
    const percent = (100 * Math.abs(now / before - 1)).toFixed(1)
    t.ok(
      Math.abs(now / before - 1) <= tolerance,
      `a warm check allocates ${now} bytes, ${percent} % ${now < before ? 'less' : 'more'} than the ${before} kept for Node ${keptMajor}; ${renew}`,
    )
    t.equal(found.answerBytes[view], kept.answerBytes[view], `bytes of the answer; ${renew}`)
  })

t.test('the summary of one line is small', async (t) => {
  t.ok(
    found.answerBytes.summary <= mostBytesOfSummary,
    `${found.answerBytes.summary} bytes, at most ${mostBytesOfSummary}`,
  )
})

for (const asked of ['the question of the README', 'a visit of three lines'] as const)
  t.test(`${asked}: how often the loops of a check run`, async (t) => {
    t.strictSame(found.calls[asked], kept.calls[asked], `calls of one check; ${renew}`)
  })
