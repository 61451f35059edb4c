import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { answersLock, type AnswersLock } from '../test/support/answers-lock.js'
import { generate } from './generated-file.js'

const { values } = parseArgs({ options: { cases: { type: 'boolean', default: false } } })

// Writes what the engine answers now into the file that test/decision/answers-lock.test.ts compares with. Other answers under the same
// version are refused; with --cases the cases of packs may be others, for whoever added or changed some.
const path = fileURLToPath(new URL('../test/support/answers.lock.json', import.meta.url))
const [text, found] = [await readFile(path, 'utf8').catch(() => undefined), await answersLock()]
const locked = text === undefined ? undefined : (JSON.parse(text) as AnswersLock)
const isSame = (part: 'generated' | 'packCases'): boolean => locked?.[part].sha256 === found[part].sha256
if (
  locked?.engineVersion === found.engineVersion &&
  !(isSame('generated') && (values.cases || isSame('packCases')))
) {
  console.error(
    `The answers changed under engineVersion ${found.engineVersion}. Raise it in src/decision/engine-version.ts and say in CHANGELOG.md which answers change; where only cases of packs were added or changed, run with --cases.`,
  )
  process.exitCode = 1
} else await generate(path, `${JSON.stringify(found, null, 2)}\n`, false)
