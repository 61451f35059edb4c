// Other answers are another version of the engine: whoever keeps answers can tell by `engineVersion` which ones they are.
import { readFile } from 'node:fs/promises'
import t from 'tap'
import { answersLock, type AnswersLock } from '../support/answers-lock.js'

t.test('the same version of the engine gives the same answers', async (t) => {
  const path = new URL('../support/answers.lock.json', import.meta.url)
  const locked = JSON.parse(await readFile(path, 'utf8')) as AnswersLock
  const found = await answersLock()
  t.equal(found.generated.answers, 2_000)
  t.ok(found.packCases.answers > 500, `${found.packCases.answers} cases of packs`)
  const isNew = found.engineVersion !== locked.engineVersion
  for (const part of ['generated', 'packCases'] as const)
    t.strictSame(
      found[part],
      locked[part],
      isNew
        ? `Version ${found.engineVersion} gives other answers (${part}) than ${locked.engineVersion}: run npm run lock-answers.`
        : `The answers (${part}) changed, but engineVersion is still ${locked.engineVersion}. If no answer was meant to change, this is a fault. Otherwise raise the version in src/decision/engine-version.ts, say in CHANGELOG.md which answers change, and run npm run lock-answers. Where only cases of a pack were added or changed, run npm run lock-answers -- --cases.`,
    )
})
